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
    from collections.abc import Mapping, Sequence
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
        Parts of activities and emissions that overlap the period or hold a mate, all that
        supersedes, all retractions and findings. Persons and quarantined lines are in none of them.
    """
    found = {
        part.file: part
        for table in ("activity", "emission")
        for part in current.within(workspace.parts(table), None, span)
    }
    found |= {part.file: part for part in workspace.parts("activity") if part.superseding}
    found |= {part.file: part for part in _holding(workspace, mates)}
    for table in ("retraction", "finding"):
        found |= {part.file: part for part in workspace.parts(table)}
    return [found[file] for file in sorted(found)]


def _holding(workspace: Workspace, mates: pl.DataFrame) -> list[PartEntry]:
    import polars as pl

    if mates.is_empty():
        return []
    parts = [*workspace.parts("activity"), *workspace.parts("emission")]
    ids = pl.scan_parquet(
        [workspace.path / part.file for part in parts],
        schema={"activity_id": pl.String},
        extra_columns="ignore",
        glob=False,
        include_file_paths="_part",
    )
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
        self._held: dict[str, pl.DataFrame] = {}

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
        plain = (as_of, subject, between, only) == (None,) * 4
        if table in self._held and plain and not raw:
            return self._held[table].lazy().select(columns or schema(table).names)
        rows = super().scan(
            table, as_of=as_of, raw=raw, subject=subject, between=between, only=only
        )
        inside = self._inside() if table in ("activity", "emission") else None
        if inside is not None:
            rows = rows.filter(inside)
        return rows.select(columns or schema(table).names)

    def hold(self, table: str, frames: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
        """Keep the rows of a table in memory and give them: what is read often is decoded once.

        ``frames`` are the rows of its parts by file, where somebody has read them already.
        """
        import polars as pl

        parts = self.parts(table)
        gone = any(part.superseding for part in self.parts("activity")) or self.parts("retraction")
        if frames is None or gone or not parts:
            self._held[table] = self.scan(table).collect()
        else:
            fitted = [schema(table).fit(frames[part.file]) for part in parts]
            whole = pl.concat(fitted)
            inside = self._inside()
            if inside is not None and not whole.select(inside.all()).item():
                whole = whole.filter(inside)
            self._held[table] = whole
        return self._held[table]

    def _inside(self) -> pl.Expr | None:
        """Tell which rows belong to the slice; None for all."""
        import polars as pl

        if self._span is None:
            return None
        inside = pl.col("start").is_between(*self._span, closed="left")
        if self._mates is not None and not self._mates.is_empty():
            inside = inside | pl.col("activity_id").is_in(self._mates["activity_id"].implode())
        return inside

    def writer(self, wait_s: float = 0.0) -> contextlib._GeneratorContextManager[Workspace]:
        """Refuse: a slice is read only.

        Raises
        ------
        TanluError
            TL614 always.
        """
        del wait_s
        raise TanluError("TL614", value=self.path, why="a slice of a ledger is read only")
