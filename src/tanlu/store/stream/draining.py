"""The drain: what the log has goes into the ledger, every row exactly once."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.stream import kept, segments
from tanlu.store.stream.appending import FOLDER, locked
from tanlu.store.stream.drained import Drained, source
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from tanlu.store.stream.frames import Place
    from tanlu.store.workspace import Workspace

__all__ = ["BATCH_ROWS", "drain"]

BATCH_ROWS = 1_048_576
BATCH_S = 1.0
POLL_S = 0.05


def drain(
    workspace: Workspace,
    *,
    follow: bool = False,
    batch_rows: int = BATCH_ROWS,
    batch_s: float = BATCH_S,
) -> Iterator[Progress]:
    """Move what the log of the streams has into the ledger; result ``{rows, commits, version}``.

    Each commit names the frames that it took, so whoever dies in the middle of it is followed by
    one who goes on behind the last whole commit.

    Parameters
    ----------
    follow
        Go on for ever, until the generator is closed.
    batch_rows
        From how many rows on a commit is made.
    batch_s
        How long rows wait for others at most when following [s].

    Yields
    ------
    Progress
        ``done`` rows stand in the ledger of ``total``; what is between is the lag.

    Raises
    ------
    TanluError
        TL660 when another process drains, TL663 for damage, TL602 or TL614 when the ledger cannot
        be written.
    """
    folder = workspace.path / FOLDER
    if not folder.is_dir():
        yield Progress("drain", 0, 0, result=_result(0, 0, workspace))
        return
    lock = locked(folder, "drain.lock", 0.0)
    try:
        yield from _Drain(workspace, batch_rows, batch_s).run(follow=follow)
    finally:
        lock.release()


def _result(rows: int, commits: int, workspace: Workspace) -> dict[str, int]:
    return {"rows": rows, "commits": commits, "version": workspace.version}


class _Drain:
    def __init__(self, workspace: Workspace, batch_rows: int, batch_s: float) -> None:
        self.workspace = workspace
        self.folder = workspace.path / FOLDER
        self.of = bytes.fromhex(workspace.id)
        self.drained = Drained(workspace)
        self.mark = segments.Mark(self.folder)
        self.batch_rows, self.batch_s = batch_rows, batch_s
        self.rows = self.commits = 0

    def run(self, *, follow: bool) -> Iterator[Progress]:
        while True:
            before = self.drained.end()
            limit = self.limit(before)
            left = limit.rows - before.rows
            if not left and not follow:
                break
            if not left or (follow and left < self.batch_rows and not self.due(before, limit)):
                yield self.progress(left)
                time.sleep(POLL_S)
                continue
            self.commit(before, limit)
            yield self.progress(limit.rows - self.drained.end().rows)
        result = _result(self.rows, self.commits, self.workspace)
        yield Progress("drain", self.rows, self.rows, result=result)

    def progress(self, left: int) -> Progress:
        return Progress("drain", self.rows, self.rows + left)

    def limit(self, before: segments.End) -> segments.End:
        """Give up to where the log is synced: what is not may be gone after a loss of power."""
        said = self.mark.read()
        if said.place > before.place:
            return said
        return self.settled() or said

    def settled(self) -> segments.End | None:
        """Find the end where nobody writes: all that is there is durable then."""
        try:
            lock = locked(self.folder, "lock", 0.0)
        except TanluError as error:
            if error.code != "TL660":
                raise
            return None
        try:
            covered = kept.read(self.folder)
            floor = self.drained.end().place
            floor = max(floor, covered[0]) if covered else floor
            found = segments.recover(self.folder, self.of, floor)
            if found is not None:
                self.mark.write(found)
            return found
        finally:
            lock.release()

    def due(self, before: segments.End, limit: segments.End) -> bool:
        came = segments.came(self.folder, before.place, limit.place)
        return came is None or time.time_ns() // 1000 - came >= self.batch_s * 1e6

    def commit(self, before: segments.End, limit: segments.End) -> None:
        """Take frames up to the size of a batch into one commit."""
        import polars as pl

        held: dict[str, list[pl.DataFrame]] = {}
        taken, end = 0, before
        found = segments.frames(self.folder, self.of, before.place, limit.place)
        for head, place, tables in found:
            for name, table in tables.items():
                held.setdefault(name, []).append(table)
            taken = head.rows - before.rows
            end = segments.End(place, head.rows, end.bytes + head.end - head.offset)
            if taken >= self.batch_rows:
                break
        whole = {name: pl.concat(pieces) for name, pieces in held.items()}
        with self.workspace.writer():
            if self.drained.end() != before:
                return  # someone else was there: go on behind them
            self.write(whole, before.place, end)
        self.rows, self.commits = self.rows + taken, self.commits + 1

    def write(self, tables: Mapping[str, pl.DataFrame], since: Place, end: segments.End) -> None:
        self.workspace.commit(tables, source=source(since, end))
