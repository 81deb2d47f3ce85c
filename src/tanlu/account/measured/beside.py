"""What was measured beside what the factor method gives: both shown, never summed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account.batch import quantify
from tanlu.account.measured.record import KIND
from tanlu.account.sums import total
from tanlu.errors import say
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.factors import Library

__all__ = ["Corroboration", "corroborate", "counted_twice"]


class Corroboration(NamedTuple):
    """Two answers for one source [µg] with their intervals, and how far they are apart.

    ``difference_ppm`` is measured less calculated over calculated, null where nothing was
    calculated; ``agrees`` tells whether the 95 % intervals meet.
    """

    measured_ug: int
    measured_lower_ug: int
    measured_upper_ug: int
    calculated_ug: int
    calculated_lower_ug: int
    calculated_upper_ug: int
    difference_ug: int
    difference_ppm: int | None
    agrees: bool
    findings: pl.DataFrame


def corroborate(
    measured: pl.DataFrame,
    calculated: pl.DataFrame,
    *,
    library: Library | None = None,
    profile: str = "ghg_protocol",
    gwp_set: str = "AR6",
) -> Corroboration:
    """Quantify a source by measurement and by its fuel, and compare.

    Parameters
    ----------
    measured
        Activities of ``record``.
    calculated
        Activities of the same source: the fuel that it burnt. They are quantified here and written
        nowhere: only one of the two belongs into a ledger.
    library, profile, gwp_set
        As for ``quantify``.

    Returns
    -------
    Corroboration
        Findings: TL564 where the intervals do not meet, and those of quantifying either.

    Notes
    -----
    Regulation (EU) 2018/2066 article 46 asks for this every year. Only what leaves the stack is
    compared: boundary ttw, biogenic CO2 apart on both sides.
    """
    options = {"library": library, "profile": profile, "gwp_set": gwp_set}
    made = [quantify(rows, **options) for rows in (measured, calculated)]  # type: ignore[arg-type]
    one, other = (_sum(each.emissions) for each in made)
    meets = one[1] <= other[2] and other[1] <= one[2]
    apart = one[0] - other[0]
    ratio = round(apart / other[0] * 1e6) if other[0] else None
    found = [each.findings for each in made]
    if not meets:
        found.append(_apart(ratio))
    return Corroboration(*one, *other, apart, ratio, meets, pl.concat(found))


def counted_twice(activities: pl.DataFrame) -> pl.DataFrame:
    """Give a finding for each source whose stack and whose fuel are both among activities.

    Parameters
    ----------
    activities
        Schema ``activity``: a source is told by ``subject``, ``stack:K1`` on both sides.

    Returns
    -------
    DataFrame
        Schema ``finding``: TL564 with the number of overlapping pairs.
    """
    columns = ["subject", "start", "end"]
    stack = activities.filter(pl.col("kind") == KIND).select(columns)
    fuel = activities.filter(pl.col("kind") == "energy.fuel").select(columns)
    pairs = stack.join(fuel, on="subject", how="inner", suffix="_fuel").filter(
        (pl.col("start") < pl.col("end_fuel")) & (pl.col("start_fuel") < pl.col("end"))
    )
    value = "stack and fuel"
    hint = say("TL564", value=value).partition("; ")[2]
    found = pairs.group_by("subject").agg(pl.len().cast(pl.Int64).alias("count"))
    return schema("finding").fit(
        found.sort("subject").select(
            pl.concat_str(pl.lit("TL564|"), "subject").alias("finding_id"),
            pl.lit("TL564").alias("code"), pl.lit("error").alias("severity"), "subject",
            pl.lit("kind").alias("column"), pl.lit(value).alias("value"),
            pl.lit(hint).alias("hint"), "count",
        )
    )  # fmt: skip


def _sum(rows: pl.DataFrame) -> tuple[int, int, int]:
    stack = rows.filter(pl.col("boundary") == "ttw")
    if not stack.height:
        return 0, 0, 0
    row = total(stack).row(0, named=True)
    return int(row["co2e_ug"]), int(row["lower_ug"]), int(row["upper_ug"])


def _apart(ratio: int | None) -> pl.DataFrame:
    value = f"{ratio} ppm"
    row = {
        "finding_id": "TL564|corroboration", "code": "TL564", "severity": "warning",
        "subject": "corroboration", "value": value,
        "hint": say("TL564", value=value).partition("; ")[2], "count": 1,
    }  # fmt: skip
    return schema("finding").fit(pl.DataFrame([row]))
