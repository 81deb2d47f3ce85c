"""Reading: what holds at a version, without what was superseded or retracted."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from tanlu.store.ledger.parts import identity
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import polars as pl

    from tanlu.store.ledger.manifest import Manifest, PartEntry

__all__ = ["PLACE", "current", "known", "overlapping", "rows_of", "within"]

# columns of a table that name an activity: a superseded one takes these rows along
ACTIVITY_KEYS = {"activity": ("activity_id",), "emission": ("activity_id", "share_of")}
# number of a row among those of some parts
PLACE = "_place"


def rows_of(folder: Path, table: str, parts: Sequence[PartEntry]) -> pl.LazyFrame:
    """Give all rows of some parts of a table as they were written; new columns are null."""
    import polars as pl

    if not parts:
        return schema(table).empty().lazy()
    return pl.scan_parquet(
        [folder / part.file for part in parts],
        schema=schema(table).dtypes(),
        missing_columns="insert",
        glob=False,
    )


def current(
    folder: Path,
    manifest: Manifest,
    table: str,
    parts: Sequence[PartEntry],
    as_of: int,
    *,
    first: int | None = None,
) -> pl.LazyFrame:
    """Give the rows of some parts that hold at ``as_of``.

    With ``first`` they have a column `PLACE`, the number of each row, counted from the first of
    these parts on, and those before ``first`` are left off.
    """
    rows = _not_retracted(folder, manifest, table, parts, as_of, first=first)
    replaced = _superseded(folder, manifest, as_of)
    if replaced is not None:
        for key in ACTIVITY_KEYS.get(table, ()):
            rows = rows.join(
                replaced, left_on=key, right_on="supersedes", how="anti", maintain_order="left"
            )
    return rows


def within(
    parts: Sequence[PartEntry], subject: str | None, between: tuple[int, int] | None
) -> list[PartEntry]:
    """Give the parts that can hold rows of a subject or of a half-open time [us UTC]."""
    found = list(parts)
    if subject is not None:
        found = [part for part in found if _covers(part, "subject", subject)]
    if between is not None:
        found = [part for part in found if _touches(part, *between)]
    return found


def overlapping(table: str, between: tuple[int, int]) -> pl.Expr:
    """Give which rows overlap a half-open time [us UTC], or are of an instant in it."""
    import polars as pl

    start, end = between
    if "start" in schema(table).names:
        return (pl.col("start") < end) & (pl.col("end") > start)
    return pl.col("at").is_between(start, end, closed="left")


def known(
    folder: Path,
    table: str,
    parts: Sequence[PartEntry],
    ids: pl.Series,
    columns: Sequence[str] | None,
) -> pl.DataFrame:
    """Give the rows whose identity is among ``ids``, part by part.

    Only the identities of parts in whose range one of them lies are looked through, all parts in
    one pass; the rows are then taken from the parts that hold some, one in memory at a time.
    """
    import polars as pl

    key = identity(table)
    asked = ids.drop_nulls().unique().sort()
    wanted = list(columns) if columns is not None else list(schema(table).names)
    found = [schema(table).empty().select(wanted)]
    ends = [pl.Series([part.ranges[key][at] for part in parts], dtype=asked.dtype) for at in (0, 1)]
    lows, highs = asked.search_sorted(ends[0], "left"), asked.search_sorted(ends[1], "right")
    near = [part for part, low, high in zip(parts, lows, highs, strict=True) if low < high]
    hits = _holding(folder, near, key, asked)
    for part in near:
        there = hits.filter(pl.col("_part").str.ends_with(part.file)).select(key)
        if there.height:
            rows = rows_of(folder, table, [part])
            hit = rows.join(there.lazy(), on=key, how="semi").select(wanted)
            found.append(hit.collect(engine="streaming"))
    return pl.concat(found)


def _holding(folder: Path, parts: Sequence[PartEntry], key: str, asked: pl.Series) -> pl.DataFrame:
    """Give the identities of ``asked`` that some parts hold, with the file of each as ``_part``."""
    import polars as pl

    if not parts:
        return pl.DataFrame(schema={key: asked.dtype, "_part": pl.String})
    keys = pl.scan_parquet(
        [folder / part.file for part in parts], glob=False, include_file_paths="_part"
    ).select(key, "_part")
    return keys.join(asked.to_frame(key).lazy(), on=key, how="semi").collect(engine="streaming")


def _touches(part: PartEntry, start: int, end: int) -> bool:
    low, high = part.ranges.get("at", [start, start])
    first, last = part.ranges.get("start", [low])[0], part.ranges.get("end", [low, high + 1])[1]
    return bool(first < end and last > start)


def _covers(part: PartEntry, column: str, value: str) -> bool:
    low, high = part.ranges.get(column, [None, None])
    return low is not None and high is not None and low <= value <= high


def _superseded(folder: Path, manifest: Manifest, as_of: int) -> pl.LazyFrame | None:
    import polars as pl

    parts = [part for part in manifest.parts("activity", as_of) if part.superseding]
    if not parts:
        return None
    return (
        rows_of(folder, "activity", parts)
        .select("supersedes")
        .filter(pl.col("supersedes").is_not_null())
    )


def _numbered(
    folder: Path, table: str, parts: Sequence[PartEntry], before: int, first: int | None
) -> pl.LazyFrame:
    """Give the rows of some parts, numbered from ``before`` on where numbers are asked for."""
    rows = rows_of(folder, table, parts)
    if first is None:
        return rows
    skipped = max(first - before, 0)
    return rows.slice(skipped).with_row_index(PLACE, before + skipped)


def _not_retracted(
    folder: Path,
    manifest: Manifest,
    table: str,
    parts: Sequence[PartEntry],
    as_of: int,
    *,
    first: int | None,
) -> pl.LazyFrame:
    """Take away the rows that a later commit retracted.

    A retraction hides the rows written before it, not one of the same identity written with or
    after it: so parts are grouped by the retractions that followed them.
    """
    import polars as pl

    taken = [part for part in manifest.parts("retraction", as_of) if part.rows]
    cuts = sorted({part.version for part in taken})
    groups: dict[int, list[PartEntry]] = {}
    for part in parts:
        groups.setdefault(bisect_right(cuts, part.version), []).append(part)
    if set(groups) <= {len(cuts)}:
        return _numbered(folder, table, parts, 0, first)
    retracted = pl.concat(
        rows_of(folder, "retraction", [part]).with_columns(_at=pl.lit(part.version))
        for part in taken
    ).filter(pl.col("of") == table)
    found, before = [], 0
    for followed, members in groups.items():
        rows = _numbered(folder, table, members, before, first)
        before += sum(part.rows for part in members)
        if followed < len(cuts):
            later = retracted.filter(pl.col("_at") >= cuts[followed])
            rows = _without(rows, later, table)
        found.append(rows)
    return pl.concat(found)


def _without(rows: pl.LazyFrame, retracted: pl.LazyFrame, table: str) -> pl.LazyFrame:
    import polars as pl

    for key in {identity(table), "activity_id"} & set(schema(table).names):
        ids = retracted.filter(pl.col("key") == key).select("id")
        rows = rows.join(ids, left_on=key, right_on="id", how="anti", maintain_order="left")
    return rows
