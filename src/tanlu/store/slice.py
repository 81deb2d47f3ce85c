"""A slice: a ledger of which only some parts are there, to be read and never written.

The lines of its manifest are all there, so it tells what is absent; what it gives are the rows of
one period and those that depend on them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.store.ledger import current
from tanlu.store.workspace import Workspace
from tanlu.terms import schema

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from tanlu.store.ledger.manifest import PartEntry

__all__ = ["Slice", "needed"]


def needed(workspace: Workspace, span: tuple[int, int], mates: pl.DataFrame) -> list[PartEntry]:
    """Give the parts that a slice of a period needs, in the order of their files.

    Parameters
    ----------
    workspace
        The whole ledger.
    span
        Half-open time [us UTC].
    mates
        ``activity_id`` of the activities outside it that its emissions depend on.

    Returns
    -------
    list of PartEntry
        Parts of activities and emissions that overlap the period or hold a mate; findings
        written with them; all that supersedes; and retractions. Persons and quarantined lines
        are in none of them.
    """
    found = {
        part.file: part
        for table in ("activity", "emission")
        for part in current.within(workspace.parts(table), None, span)
    }
    found |= {part.file: part for part in workspace.parts("activity") if part.superseding}
    found |= {part.file: part for part in _holding(workspace, mates)}
    found |= {part.file: part for part in workspace.parts("retraction")}
    files = set(found)
    about = {
        line["version"]
        for line in workspace.manifest.lines
        if files & {*line.get("inputs", ()), *(each["file"] for each in line.get("parts", ()))}
    }
    findings = [part for part in workspace.parts("finding") if part.version in about]
    found |= {part.file: part for part in findings}
    return [found[file] for file in sorted(found)]


def _holding(workspace: Workspace, mates: pl.DataFrame) -> list[PartEntry]:
    import polars as pl

    if mates.is_empty():
        return []
    parts = [*workspace.parts("activity"), *workspace.parts("emission")]
    ids = pl.scan_parquet(
        [workspace.path / part.file for part in parts], glob=False, include_file_paths="_part"
    ).select("activity_id", "_part")
    hits = ids.join(mates.lazy(), on="activity_id", how="semi").select("_part").unique()
    there = set(hits.collect(engine="streaming")["_part"])
    return [part for part in parts if str(workspace.path / part.file) in there]


class Slice(Workspace):
    """Some parts of a ledger in a folder: what holds of a period, by these parts.

    Parameters
    ----------
    path
        The folder, with ``workspace.json``, the whole manifest and the parts named.
    files
        Files of the parts that are there.
    span
        Half-open time [us UTC]: activities and emissions that start in it are given.
    mates
        ``activity_id`` of further activities, given with their emissions.

    Raises
    ------
    TanluError
        As ``open_workspace``; TL603 for a part that the manifest does not name.
    """

    def __init__(
        self,
        path: Path,
        files: Sequence[str],
        span: tuple[int, int] | None = None,
        mates: pl.DataFrame | None = None,
    ) -> None:
        super().__init__(path)
        self._manifest.keep(frozenset(files))
        self._span = span
        self._mates = mates

    def scan(
        self,
        table: str,
        *,
        as_of: int | str | None = None,
        columns: Sequence[str] | None = None,
        raw: bool = False,
        subject: str | None = None,
        between: tuple[int, int] | None = None,
        only: Sequence[PartEntry] | None = None,
    ) -> pl.LazyFrame:
        """Give the rows of a table that hold and belong to the slice, as `Workspace.scan`."""
        import polars as pl

        rows = super().scan(
            table, as_of=as_of, raw=raw, subject=subject, between=between, only=only
        )
        if table in ("activity", "emission") and self._span is not None:
            inside = pl.col("start").is_between(*self._span, closed="left")
            if self._mates is not None and not self._mates.is_empty():
                inside = inside | pl.col("activity_id").is_in(self._mates["activity_id"].implode())
            rows = rows.filter(inside)
        return rows.select(columns or schema(table).names)

    def writer(self, wait_s: float = 0.0) -> contextlib._GeneratorContextManager[Workspace]:
        """Refuse: a slice is read only.

        Raises
        ------
        TanluError
            TL614 always.
        """
        del wait_s
        raise TanluError("TL614", value=self.path, why="a slice of a ledger is read only")
