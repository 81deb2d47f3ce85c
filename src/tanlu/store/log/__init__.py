"""日志 The log of a workspace: what it states, append-only, under signed checkpoints."""

from tanlu.store.log.auditing import audit
from tanlu.store.log.changing import rotate
from tanlu.store.log.publishing import publish
from tanlu.store.log.stating import Stated, WorkspaceLog, begin_log, half_begun, has_log, log_of
from tanlu.store.log.storage import Folder, Objects, storage_at
from tanlu.store.log.tiled import Cadence, TileLog

__all__ = [
    "Cadence",
    "Folder",
    "Objects",
    "Stated",
    "TileLog",
    "WorkspaceLog",
    "audit",
    "begin_log",
    "half_begun",
    "has_log",
    "log_of",
    "publish",
    "rotate",
    "storage_at",
]
