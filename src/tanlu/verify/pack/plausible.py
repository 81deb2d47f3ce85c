"""What can be said of emissions without calculating anything, in columns."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms import gases
from tanlu.verify.pack.columns import Wrong

if TYPE_CHECKING:
    import polars as pl

__all__ = ["odd"]

GASES = {
    "co2_fossil_ug": "CO2", "ch4_fossil_ug": "CH4_fossil", "ch4_bio_ug": "CH4_bio",
    "n2o_ug": "N2O", "sf6_ug": "SF6", "nf3_ug": "NF3",
}  # fmt: skip
SHOWN = 200


def odd(emissions: pl.DataFrame) -> list[Wrong]:
    """Give the emissions whose interval, time or gases do not go with their CO2e.

    A sum of gases may differ by the rounding of each: half a microgram times its potential, twice
    that for a share of a total.
    """
    import polars as pl

    inside = pl.col("lower_ug") <= pl.col("co2e_ug")
    told = {
        "co2e_ug lies outside lower_ug and upper_ug": ~(
            inside & (pl.col("co2e_ug") <= pl.col("upper_ug"))
        ),
        "it ends before it starts": pl.col("end") < pl.col("start"),
    }
    found = []
    for why, expression in told.items():
        ids = emissions.filter(expression)["emission_id"]
        found += [Wrong("odd", each, why) for each in ids.head(SHOWN)]
    for gwp_set in emissions["gwp_set"].unique().sort():
        rows = emissions.lazy().filter(pl.col("gwp_set") == gwp_set)
        apart = rows.filter(_apart(gwp_set)).select("emission_id").collect()
        why = "its gases do not make its co2e_ug"
        found += [Wrong("odd", each, why) for each in apart["emission_id"].head(SHOWN)]
    return found


def _apart(gwp_set: str) -> pl.Expr:
    """Tell which rows of a GWP set differ from the sum of their gases by more than rounding."""
    import polars as pl

    try:
        known = gases.gwp(gwp_set)
    except TanluError:
        return pl.lit(value=False)
    weights = {name: Fraction(str(known[gas])) for name, gas in GASES.items() if gas in known}
    scale = lcm(*(each.denominator for each in weights.values()))
    whole = pl.col("co2e_unsplit_ug").fill_null(0).cast(pl.Int128) * scale
    for name, weight in weights.items():
        whole = whole + pl.col(name).fill_null(0).cast(pl.Int128) * int(weight * scale)
    slack = 2 * int((sum(weights.values()) + 1) * scale)
    told = pl.any_horizontal(pl.col(*GASES, "co2e_unsplit_ug").is_not_null())
    differs = (whole - pl.col("co2e_ug").cast(pl.Int128) * scale).abs() > slack
    return told & pl.col("gas").is_null() & differs
