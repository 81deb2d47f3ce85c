"""Up to where the ledger has the rows of the log: its own manifest says it, in each commit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from tanlu.store.stream import kept
from tanlu.store.stream.frames import Place
from tanlu.store.stream.segments import NOWHERE, End

if TYPE_CHECKING:
    from pathlib import Path

    from tanlu.store.workspace import Workspace

__all__ = ["Drained", "floor", "source"]


class Drained:
    """The newest commit that a drain made; what was looked through is not looked through again."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._looked = 0
        self._end = NOWHERE

    def end(self) -> End:
        """Give up to where the ledger has the rows, and how many rows and bytes those are."""
        lines = self._workspace.manifest.lines
        for line in reversed(lines[self._looked :]):
            if (found := _end(line.get("source"))) is not None:
                self._end = found
                break
        self._looked = len(lines)
        return self._end

    def sync(self) -> None:
        """Put on the disk what the ledger says: a line can be read before it is there for sure."""
        handle = os.open(self._workspace.manifest.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)


def floor(folder: Path, drained: End) -> Place:
    """Give up to where frames were acknowledged for sure: the ledger or a snapshot has them."""
    covered = kept.read(folder)
    return max(drained.place, covered[0]) if covered else drained.place


def source(since: Place, end: End) -> dict[str, Any]:
    """Give what a commit says of the frames that it took."""
    to = {"to": list(end.place), "rows": end.rows, "bytes": end.bytes}
    return {"stream": {"from": list(since), **to}}


def _end(said: object) -> End | None:
    stream = said.get("stream") if isinstance(said, dict) else None
    if not isinstance(stream, dict):
        return None
    return End(Place(*stream["to"]), stream["rows"], stream["bytes"])
