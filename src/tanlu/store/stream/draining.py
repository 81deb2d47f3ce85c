"""The drain: what the log has goes into the ledger, every row exactly once."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.ledger.files import writing
from tanlu.store.stream import segments
from tanlu.store.stream.appending import FOLDER, SETTLING, locked
from tanlu.store.stream.drained import Drained, floor, source
from tanlu.store.stream.refused import CODES, sorted_out
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

    from tanlu.store.stream.frames import Place
    from tanlu.store.workspace import Workspace

__all__ = ["BATCH_ROWS", "drain"]

BATCH_ROWS = 1_048_576
BATCH_S = 1.0
QUIET_S = 20.0
MANY_ROWS = 65_536
POLL_S = 0.05


def drain(
    workspace: Workspace,
    *,
    follow: bool = False,
    batch_rows: int = BATCH_ROWS,
    batch_s: float = BATCH_S,
    quiet_s: float = QUIET_S,
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
        How long many rows wait for others at most when following [s].
    quiet_s
        How long few rows do [s]: each commit is a file and a line that stay.

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
        with writing(folder), segments.Mark(folder) as mark:
            yield from _Drain(workspace, mark, batch_rows, batch_s, quiet_s).run(follow=follow)
    finally:
        lock.release()


def _result(rows: int, commits: int, workspace: Workspace) -> dict[str, int]:
    return {"rows": rows, "commits": commits, "version": workspace.version}


class _Drain:
    def __init__(
        self,
        workspace: Workspace,
        mark: segments.Mark,
        batch_rows: int,
        batch_s: float,
        quiet_s: float,
    ) -> None:
        self.workspace = workspace
        self.folder = workspace.path / FOLDER
        self.of = bytes.fromhex(workspace.id)
        self.drained = Drained(workspace)
        self.mark = mark
        self.batch_rows, self.batch_s, self.quiet_s = batch_rows, batch_s, quiet_s
        self.quiet: tuple[int, int] | None = None
        self.rows = self.commits = 0

    def run(self, *, follow: bool) -> Iterator[Progress]:
        """Commit batch after batch."""
        while True:
            before = self.drained.end()
            limit = self.limit(before)
            if limit.rows == before.rows and not follow:
                break
            if follow and not self.due(before, limit):
                time.sleep(POLL_S)
            else:
                self.commit(before, limit, wait=follow)
            yield self.progress()
        result = _result(self.rows, self.commits, self.workspace)
        yield Progress("drain", self.rows, self.rows, result=result)

    def progress(self) -> Progress:
        """Give how far it is, by what the log has now."""
        left = self.mark.read().rows - self.drained.end().rows
        return Progress("drain", self.rows, self.rows + max(left, 0))

    def limit(self, before: segments.End) -> segments.End:
        """Give up to where the log is synced: what is not may be gone after a loss of power."""
        said = self.mark.read()
        # a segment that was just begun is a new place without a new row
        if said.rows <= before.rows:
            said = self.settled() or said
        return max(said, before)

    def settled(self) -> segments.End | None:
        """Find the end where nobody writes: all that is there is durable then."""
        if self.quiet == (now := self.size()):
            return None
        with contextlib.ExitStack() as held:
            try:
                for name in (SETTLING, "lock"):
                    held.callback(locked(self.folder, name, 0.0).release)
            except TanluError as error:
                if error.code != "TL660":
                    raise
                return None
            found = segments.recover(self.folder, self.of, floor(self.folder, self.drained.end()))
            if found is not None:
                self.mark.write(found)
            self.quiet = now
            return found

    def size(self) -> tuple[int, int]:
        """Give what changes when somebody wrote."""
        there = segments.numbers(self.folder)
        if not there:
            return 0, 0
        return there[-1], segments.path_of(self.folder, there[-1]).stat().st_size

    def due(self, before: segments.End, limit: segments.End) -> bool:
        """Tell whether the rows that are there are enough, or waited long enough."""
        left = limit.rows - before.rows
        if not left or left >= self.batch_rows:
            return left > 0
        came = segments.came(self.folder, before.place, limit.place) or 0
        wait_s = self.batch_s if left >= MANY_ROWS else self.quiet_s
        # a clock that was set back must not hold up what came before that
        return not 0 <= time.time_ns() // 1000 - came < wait_s * 1e6

    def commit(self, before: segments.End, limit: segments.End, *, wait: bool) -> None:
        """Take frames up to the size of a batch into one commit, if nobody is in the way."""
        tables, end = self.batch(before, limit)
        try:
            with self.workspace.writer():
                if self.drained.end() != before:
                    return  # someone else was there: go on behind them
                self.write(tables, before.place, end)
        except TanluError as error:
            if wait and error.code == "TL602":
                return
            raise
        self.rows, self.commits = self.rows + end.rows - before.rows, self.commits + 1

    def batch(
        self, before: segments.End, limit: segments.End
    ) -> tuple[dict[str, pl.DataFrame], segments.End]:
        """Give the rows of the next frames by table, and where those end."""
        import polars as pl

        held: dict[str, list[pl.DataFrame]] = {}
        end = before
        for head, place, tables in segments.frames(self.folder, self.of, before.place, limit.place):
            # a retraction hides what was committed before it, not what comes with it
            full = head.rows - before.rows > self.batch_rows or "retraction" in tables
            if held and full:
                break
            rows = end.rows
            for name, table in tables.items():
                held.setdefault(name, []).append(table)
                rows += table.height
            if rows != head.rows:
                raise segments.damaged(place, "rows before it are gone")
            end = segments.End(place, rows, end.bytes + head.end - head.offset)
        return {name: pl.concat(pieces) for name, pieces in held.items()}, end

    def write(self, tables: Mapping[str, pl.DataFrame], since: Place, end: segments.End) -> None:
        """Commit; a value that the ledger refuses must not hold up all that comes behind it."""
        said = source(since, end)
        try:
            self.workspace.commit(tables, source=said)
        except TanluError as error:
            if error.code not in CODES:
                raise
            self.workspace.commit(sorted_out(tables), source=said)
