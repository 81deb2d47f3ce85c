"""日志 The log of a workspace: what it states, append-only, under signed checkpoints."""

from tanlu.store.log.storage import Folder, Objects
from tanlu.store.log.tiled import Cadence, TileLog

__all__ = ["Cadence", "Folder", "Objects", "TileLog"]
