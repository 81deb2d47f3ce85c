"""What an edition sums: the rows of one profile and basis, of a period and a boundary."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

__all__ = ["COUNTED", "Extent", "counted", "edition_of", "extent_of", "parts_of", "total_of"]

# a table of what an edition counts has these columns: `part` is a boundary or a scope
COUNTED = (
    "emission_id", "part", "activity_id", "counted_ug", "kind", "subject", "share_key",
    "factor_id", "factor_hash", "method",
)  # fmt: skip
TRANSPORT, ORGANISATION = "transport", "organisation"


@dataclass(frozen=True, slots=True)
class Extent:
    """What is summed; ``boundary`` is the SHA-256 of a boundary file among the originals.

    ``span`` is the period [us UTC, half-open] cut in ``zone``; all time without one.
    """

    profile: str
    basis: str
    zone: str
    language: str = "en"
    period: str | None = None
    span: tuple[int, int] | None = None
    boundary: str | None = None

    @property
    def report(self) -> str:
        """The report that is published: with a boundary file that of an organisation."""
        return ORGANISATION if self.boundary else TRANSPORT


def edition_of(workspace: Any, name: str) -> dict[str, Any]:
    """Give a published edition, schema ``edition``; columns that it does not pin are None.

    Raises
    ------
    TanluError
        TL610 when there is none of this name.
    """
    found = workspace.editions().filter(edition=name)
    if found.is_empty():
        known = ", ".join(workspace.editions()["edition"].to_list()[-5:])
        raise TanluError("TL610", value=name, newest=known or workspace.version)
    row: dict[str, Any] = found.row(0, named=True)
    return row


def extent_of(row: Mapping[str, Any]) -> Extent:
    """Give what a published edition sums; an edition of before bases were pinned has by location.

    Parameters
    ----------
    row
        What ``edition_of`` gives.
    """
    span = None
    if row["period_start"] is not None and row["period_end"] is not None:
        span = (int(row["period_start"]), int(row["period_end"]))
    pinned = row["report"] is not None
    return Extent(
        profile=row["profile"],
        basis=row["basis"] or "location",
        zone=row["zone"],
        language=row["language"] or "en",
        period=row["period"],
        span=span,
        # before reports were pinned a boundary was a free text
        boundary=row["boundary"] if pinned else None,
    )


def counted(workspace: Any, extent: Extent, *, as_of: int | None = None) -> pl.LazyFrame:
    """Give the emissions that an extent without a boundary file counts, each whole.

    Rows of basis ``none`` belong to either; by market a row by location stands for what has no
    market twin, as in the report of transport.

    Returns
    -------
    LazyFrame
        Columns `COUNTED`; ``part`` is the boundary of the emission: ttw, wtt, generation …

    Raises
    ------
    TanluError
        TL610 for a version that is none.
    """
    import polars as pl

    own = workspace.scan("emission", as_of=as_of).filter(pl.col("profile") == extent.profile)
    if extent.span is not None:
        start, end = extent.span
        own = own.filter((pl.col("start") >= start) & (pl.col("start") < end))
    rows = own.filter(pl.col("basis").is_in([extent.basis, "none"]))
    if extent.basis == "market":
        keys = ["activity_id", "share_key", "boundary"]
        twins = own.filter(pl.col("basis") == "market").select(keys).unique()
        there = own.filter(pl.col("basis") == "location")
        rows = pl.concat([rows, there.join(twins, on=keys, how="anti", nulls_equal=True)])
    named = {"part": pl.col("boundary"), "counted_ug": pl.col("co2e_ug")}
    made: pl.LazyFrame = rows.with_columns(**named).select(COUNTED)
    return made


def parts_of(rows: pl.LazyFrame) -> dict[str, int]:
    """Give the sum of each part [ug], exactly."""
    import polars as pl

    wide = pl.col("counted_ug").cast(pl.Int128).sum()
    sums = rows.group_by("part").agg(wide).sort("part").collect(engine="streaming")
    return {str(part): int(amount or 0) for part, amount in sums.iter_rows()}


def total_of(row: Mapping[str, Any]) -> dict[str, int]:
    """Give the parts that a published edition pins [ug]; none where it pins none."""
    told: dict[str, str] = json.loads(row["parts"]) if row["parts"] else {}
    return {part: int(amount) for part, amount in told.items()}
