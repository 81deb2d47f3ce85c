"""Puts the static files of a log somewhere else: a folder of a web server, an object store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms import Progress
from tanlu.terms.proof import checkpoint, note, tiles, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store.log.storage import Storage
    from tanlu.store.log.tiled import TileLog

__all__ = ["publish"]

TOGETHER = 64


def publish(log: TileLog, target: Storage) -> Iterator[Progress]:
    """Bring a copy of a log up to its newest checkpoint; result ``{files, size}``.

    Only what the copy lacks is written: bundles, then tiles from low to high, the checkpoint last,
    so that whoever reads the copy meanwhile finds all that its checkpoint names.

    Raises
    ------
    TanluError
        TL616 when another log is there, TL623 when the copy tells what this log does not go on
        from, TL617 when a tile of this log is gone, TL614 when the target refuses.
    """
    log.refresh()
    head, signed = log.published, log.signed
    old = _there(log, head, target)
    lacking = [tile for tile in tiles.needed(head.size) if not _whole(tile, old)]
    for at in range(0, len(lacking), TOGETHER):
        together = lacking[at : at + TOGETHER]
        target.write(
            [(tile.path, log.tiles.tile(tile.level, tile.number, head.size)) for tile in together]
        )
        yield Progress("publish", at + len(together), len(lacking), unit="files")
    target.write([("origin", f"{head.origin}\n".encode())])
    target.write([("checkpoint", signed)])
    result = {"files": len(lacking), "size": head.size}
    yield Progress("publish", len(lacking), len(lacking), unit="files", result=result)


def _there(log: TileLog, head: checkpoint.Checkpoint, target: Storage) -> int:
    """Give the size of the copy that is there."""
    held = target.read("checkpoint")
    if held is None:
        return 0
    was = checkpoint.Checkpoint.parse(note.Note.parse(held).text)
    if was.origin != head.origin:
        raise TanluError("TL616", value=head.origin, why="another log is there")
    if was.size > head.size:
        why = f"the log has {head.size} entries now"
        raise TanluError("TL623", value=was.size, why=why)
    path = log.tiles.consistency(was.size, head.size) if was.size else []
    if was.size and not tree.verify_consistency(was.size, head.size, was.root, head.root, path):
        raise TanluError("TL623", value=was.size, why="the log had other entries then")
    return was.size


def _whole(tile: tiles.Tile, size: int) -> bool:
    """Tell whether a copy of a size has this tile."""
    count = size >> tiles.HEIGHT * (tile.level or 0)
    return count >= tile.number * tiles.WIDTH + tile.width and (
        tile.width == tiles.WIDTH or count == tile.number * tiles.WIDTH + tile.width
    )
