"""China's guide for road carriers beside the GHG Protocol, on the same activities.

发改办气候〔2015〕1722号: CO2 = NCV · CC · OF · 44/12 of the fuel, CH4 and N2O by kilometres with
the potentials of the second assessment report, urea, purchased electricity and heat; what
happens upstream is not in it. Two answers to two questions, shown side by side, never added.

CH4 and N2O are of the vehicle's kilometres, which neither a fuel bill nor a consignment's share
tells: they are activities of their own (technology ``ch4_n2o.china_1`` …). How many road activities
carry none is told, so that a guide without them does not pass for whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.report import numbers
from tanlu.report.organisation.lines import NEEDED, lines
from tanlu.report.organisation.sums import amount, counted, text
from tanlu.report.organisation.years import pins

if TYPE_CHECKING:
    from tanlu.report.organisation.boundary import Boundary

__all__ = ["GWP_SET", "PROFILE", "beside", "profiles"]

PROFILE, GWP_SET = "cn_inventory", "SAR"
INTERNATIONAL = ("ghg_protocol", "AR6")
# kinds of the guide, chapter 5; what leaks from refrigeration is not among them
COVERED = r"^(energy\.(fuel|electricity|heat)|transport\.road|hub|ict|process\.urea)(\.|$)"
OTHERS = pl.sum_horizontal(pl.col("ch4_fossil_ug", "ch4_bio_ug", "n2o_ug").fill_null(0))


def profiles(workspace: Any, boundary: Boundary) -> tuple[tuple[str, str], ...]:
    """Give the profiles that an inventory reads, each with its GWP set.

    A ledger that holds a profile under another set already keeps that set: one profile has one.
    """
    asked = [INTERNATIONAL]
    if boundary.national != "none":
        asked.append((PROFILE, GWP_SET))
    return tuple(
        (profile, pins(workspace, profile, None).get("gwp_set", gwp)) for profile, gwp in asked
    )


def beside(
    workspace: Any,
    boundary: Boundary,
    international: pl.DataFrame,
    *,
    span: tuple[int, int] | None,
    as_of: int | None = None,
) -> dict[str, Any] | None:
    """Give both routes row by row with the reasons of each difference; None without the guide's.

    Returns
    -------
    dict
        ``national_kg``, ``international_kg`` (its scopes 1 and 2 and what lies upstream of them),
        ``gwp_sets``, ``without_gases`` (road activities on fuel without CH4 and N2O of their own)
        and ``by_kilometre`` (activities that give these), ``rows``: kind, energy_carrier, boundary,
        national_kg, international_kg, difference_kg and ``why``: codes upstream, gwp, kind, factor,
        only_national, gases.
    """
    if boundary.national == "none":
        return None
    guide = lines(workspace, boundary, profile=PROFILE, span=span, as_of=as_of, columns=NEEDED)
    if not guide.height:
        return None
    inside = pl.col("scope").is_in([1, 2]) & pl.col("kind").str.contains(COVERED)
    national = counted(guide).filter(inside)
    other = counted(international).filter(
        pl.col("scope").is_in([1, 2]) | ((pl.col("category") == 3) & (pl.col("relation") != "pays"))
    )
    keys = ["kind", "energy_carrier", "boundary"]
    sides = [_summed(side, keys, name) for side, name in ((national, "one"), (other, "two"))]
    table = sides[0].join(sides[1], on=keys, how="full", coalesce=True, nulls_equal=True)
    rows = [_row(row) for row in table.sort(keys, nulls_last=True).iter_rows(named=True)]
    one, two = amount(national), amount(other)
    return {
        "national_kg": text(one),
        "international_kg": text(two),
        "difference_kg": text(two - one),
        "gwp_sets": {
            "national": sorted(national["gwp_set"].unique().to_list()),
            "international": sorted(other["gwp_set"].unique().to_list()),
        },
        **_gases(national),
        "rows": rows,
    }


def _gases(national: pl.DataFrame) -> dict[str, int]:
    """Give how many road activities of the guide carry CH4 and N2O, and how many none."""
    road = pl.col("kind").str.contains(r"^transport\.road(\.|$)") & (pl.col("scope") == 1)
    told = national.filter(road).group_by("activity_id").agg((OTHERS.sum() > 0).alias("_told"))
    return {
        "without_gases": told.filter(~pl.col("_told")).height,
        "by_kilometre": told.filter("_told").height,
    }


def _summed(side: pl.DataFrame, keys: list[str], name: str) -> pl.DataFrame:
    return side.group_by(keys).agg(
        (OTHERS.sum() > 0).alias(f"{name}_others"),
        pl.col("counted_ug").cast(pl.Int128).sum().alias(f"{name}_ug"),
        pl.col("gwp_set").unique().sort().str.join(";").alias(f"{name}_gwp"),
        pl.col("factor_id").unique().sort().str.join(";").alias(f"{name}_factors"),
    )


def _row(row: dict[str, Any]) -> dict[str, Any]:
    one, two = row["one_ug"], row["two_ug"]
    why: list[str] = []
    if one is None:
        direct = row["boundary"] in ("ttw", "generation")
        why.append("kind" if direct else "upstream")
    elif two is None:
        why.append("only_national")
    elif one != two:
        named = (("gwp", "gwp"), ("factors", "factor"), ("others", "gases"))
        why = [code for key, code in named if row[f"one_{key}"] != row[f"two_{key}"]]
    difference = int(two or 0) - int(one or 0)
    return {
        "kind": row["kind"], "energy_carrier": row["energy_carrier"], "boundary": row["boundary"],
        "national_kg": text(one), "international_kg": text(two),
        "difference_kg": numbers.plain(numbers.exact(difference, 9)), "why": why,
    }  # fmt: skip
