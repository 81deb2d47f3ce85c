"""Totals of an inventory with their intervals, as facts: amounts are decimal strings [kg]."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.account.doubt import approach_1, causes
from tanlu.report import numbers
from tanlu.terms import gases as substances

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.factors import Library

__all__ = ["amount", "counted", "cut", "gases", "text", "tiers"]

GASES = (
    ("CO2", "co2_fossil_ug"), ("CH4_fossil", "ch4_fossil_ug"), ("CH4_bio", "ch4_bio_ug"),
    ("N2O", "n2o_ug"), ("SF6", "sf6_ug"), ("NF3", "nf3_ug"),
)  # fmt: skip
BIOGENIC, UNSPLIT = "co2_bio_ug", "co2e_unsplit_ug"


def text(micrograms: int | None) -> str | None:
    """Give micrograms as decimal text [kg]; null stays null."""
    return None if micrograms is None else numbers.plain(numbers.exact(int(micrograms), 9))


def counted(lines: pl.DataFrame) -> pl.DataFrame:
    """Give the lines that the inventory counts."""
    return lines.filter(pl.col("standing") == "counted")


def amount(lines: pl.DataFrame) -> int:
    """Give the sum of what is counted [µg], exactly."""
    return int(lines["counted_ug"].cast(pl.Int128).sum() or 0)


def cut(
    lines: pl.DataFrame, by: Sequence[str], total_ug: int, library: Library | None = None
) -> list[dict[str, Any]]:
    """Give the counted sums by some columns with interval and share of a total, in their order.

    Notes
    -----
    Errors that share a factor, an assumption or a meter add up, others go in quadrature:
    ``tanlu.account.doubt.approach_1``. ``library`` parts a vehicle's curve from its carrier.
    """
    rows = counted(lines)
    if not rows.height:
        return []
    made = causes(rows, by, amount="counted_ug", library=library)
    every = rows.group_by(by).agg(pl.lit(0, pl.Int128).alias("_none"))
    # what sums to nothing has no error, and is a row all the same
    table = every.join(approach_1(made, by), on=list(by), how="left", nulls_equal=True).drop(
        "_none"
    )
    table = table.with_columns(pl.col("co2e_ug", "lower_ug", "upper_ug").fill_null(0))
    table = table.sort(by, nulls_last=True)
    measured = (pl.col("tier") == "measured") & (pl.col("counted_ug") > 0)
    primary = rows.group_by(by).agg(
        pl.when(measured).then("counted_ug").cast(pl.Int128).sum().alias("primary_ug"),
        pl.col("activity_id").n_unique().cast(pl.Int64).alias("activities"),
    )
    table = table.join(primary, on=list(by), how="left", nulls_equal=True)
    return [
        {
            **{name: row[name] for name in by},
            "co2e_kg": text(row["co2e_ug"]),
            "lower_kg": text(row["lower_ug"]),
            "upper_kg": text(row["upper_ug"]),
            "share_percent": numbers.plain(numbers.share(int(row["co2e_ug"]), total_ug)),
            "primary_percent": numbers.plain(
                numbers.share(int(row["primary_ug"] or 0), int(row["co2e_ug"]))
            ),
            "activities": row["activities"],
        }
        for row in table.iter_rows(named=True)
    ]


def tiers(lines: pl.DataFrame) -> dict[str, str]:
    """Give the share of CO2e by data tier [%]."""
    rows, total = counted(lines), amount(lines)
    table = rows.group_by("tier").agg(pl.col("counted_ug").cast(pl.Int128).sum()).sort("tier")
    return {
        str(tier): numbers.plain(numbers.share(int(sum_ug or 0), total))
        for tier, sum_ug in table.iter_rows()
    }


def gases(lines: pl.DataFrame) -> list[dict[str, Any]]:
    """Give mass and CO2e of each gas by scope; biogenic CO2 stands apart with CO2e null.

    A gas of a shared entity counts at its share, exactly, rounded once at the end. What a source
    publishes without gases is *unsplit*: it has CO2e and no mass.
    """
    rows = counted(lines)
    columns = [column for _, column in GASES] + [BIOGENIC, UNSPLIT]
    plain = rows.filter(pl.col("gas").is_null())
    keys = ["scope", "share", "gwp_set"]
    sums = plain.group_by(keys).agg(pl.col(columns).cast(pl.Int128).sum())
    found: dict[tuple[int, str], list[Fraction | None]] = {}
    for row in sums.iter_rows(named=True):
        share, potentials = Fraction(row["share"]), substances.gwp(row["gwp_set"])
        for name, column in GASES:
            mass = int(row[column] or 0) * share
            _add(found, row["scope"], name, mass, mass * Fraction(potentials[name]))
        _add(found, row["scope"], "CO2_bio", int(row[BIOGENIC] or 0) * share, None)
        _add(found, row["scope"], "unsplit", None, int(row[UNSPLIT] or 0) * share)
    others = rows.filter(pl.col("gas").is_not_null()).group_by("scope", "share", "gas")
    summed = others.agg(
        pl.col("gas_ug").cast(pl.Int128).sum(), pl.col("counted_ug").cast(pl.Int128).sum()
    )
    for scope, share, name, mass, sum_ug in summed.iter_rows():
        _add(found, scope, name, int(mass or 0) * Fraction(share), Fraction(int(sum_ug)))
    return [
        {"scope": scope, "gas": name, "mass_kg": _rounded(mass), "co2e_kg": _rounded(weight)}
        for (scope, name), (mass, weight) in sorted(found.items())
        if mass or weight
    ]


def _add(
    found: dict[tuple[int, str], list[Fraction | None]],
    scope: int,
    name: str,
    mass: Fraction | None,
    weight: Fraction | None,
) -> None:
    now = found.setdefault((scope, name), [None, None])
    for place, more in enumerate((mass, weight)):
        if more is not None:
            now[place] = (now[place] or Fraction(0)) + more


def _rounded(value: Fraction | None) -> str | None:
    if value is None:
        return None
    return text((value.numerator * 2 + value.denominator) // (2 * value.denominator))
