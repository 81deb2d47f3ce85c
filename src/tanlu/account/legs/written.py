"""Write computed legs down: one emission row for each boundary that the factor covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.account.legs import prepare
from tanlu.account.legs.computing import AMOUNT, BOUNDARIES, FROM_OUT
from tanlu.account.legs.stages import stage
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.account.legs.computing import Computed

__all__ = ["emissions", "told"]

# what the boundaries of a factor are called, where it has others
SLOTS = tuple(f"{boundary}_boundary" for boundary in BOUNDARIES)
GROUNDS = tuple(f"{boundary}_basis" for boundary in BOUNDARIES)
# what a row of emission takes from its leg, from its case and from the formulas
FROM_LEG = (
    *("activity_id", "kind", "vehicle_class", "energy_carrier", "temperature_class", "start"),
    *("end", "zone", "mass_mg", "distance_m", "count", "teu_milli", "leg_no", "share_key"),
    *("origin", "destination", "place", "operator", "payer", "consignor", "consignee", "subject"),
    *("shipment", "consignment", "chain", "vehicle", "round", "labels"),
)
FROM_CASE = (
    *("distance_type", "gwp_set", "factor_id", "factor_hash", "reasons", "assumptions", "gas"),
    *("method", "tier"),
)


def emissions(computed: Computed, profile: str) -> pl.DataFrame:
    """Give one emission row for each boundary that the factor covers, by emission_id."""
    legs, out = computed.legs, computed.out
    said = told(computed.shared)
    at = _identities(computed, said, profile)
    said = said.select(FROM_CASE)
    row, stacked = at["row"], at["row"] + at["behind"]
    amounts = [
        pl.concat([out[f"{boundary}_{name}_ug"] for boundary in BOUNDARIES], rechunk=True)
        .gather(stacked)
        .alias("co2e_unsplit_ug" if name == "unsplit" else f"{name}_ug")
        for name in AMOUNT
    ]
    both = (
        legs.select(*FROM_LEG, stage())[row].get_columns()
        + said[computed.cases.gather(row)].get_columns()
        + out.select(FROM_OUT)[row].rename({"energy_used_j": "energy_j"}).get_columns()
    )
    return schema("emission").fit(
        pl.DataFrame(
            [*both, *amounts, at["emission_id"], at["boundary"], at["basis"]]
        ).with_columns(
            pl.lit(profile).alias("profile"),
            pl.when(pl.col("gas").is_not_null()).then(pl.col("mass_mg") * 1000).alias("gas_ug"),
        )
    )


def told(shared: pl.DataFrame) -> pl.DataFrame:
    """Give cases with ``method`` and ``tier`` of their emissions, and the basis by boundary."""
    said = shared.with_columns(_basis().alias("basis"), _method().alias("method"))
    return said.with_columns(
        _tier().alias("tier"),
        *(
            pl.when(pl.col(f"{slot}_boundary").is_not_null())
            .then(_ground(f"{slot}_boundary"))
            .alias(f"{slot}_basis")
            for slot in BOUNDARIES
        ),
    )


def _identities(computed: Computed, said: pl.DataFrame, profile: str) -> pl.DataFrame:
    legs, out = computed.legs, computed.out
    named = legs.select("activity_id", "share_key").with_columns(
        said.select(*SLOTS, *GROUNDS)[computed.cases]
    )
    return pl.concat(
        out.select(
            _covered(boundary).alias("covered"),
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
            pl.lit(number * legs.height, pl.UInt32).alias("behind"),
        )
        .with_columns(
            named.with_columns(pl.col(f"{boundary}_basis").alias("basis")).select(
                _identity(profile, f"{boundary}_boundary").alias("emission_id"),
                pl.col(f"{boundary}_boundary").alias("boundary"),
                "basis",
            )
        )
        .filter("covered")
        for number, boundary in enumerate(BOUNDARIES)
    ).sort("emission_id")


def _covered(boundary: str) -> pl.Expr:
    amounts = (pl.col(f"{boundary}_{name}_ug").is_not_null() for name in ("co2e", "upper"))
    return pl.all_horizontal(amounts)


def _ground(boundary: str) -> pl.Expr:
    """Give the basis of a boundary: what lies before generation is the same on either."""
    upstream = pl.col(boundary) == "upstream"
    return pl.when(upstream).then(pl.lit("none")).otherwise("basis")


def _identity(profile: str, boundary: str) -> pl.Expr:
    parts = (
        "activity_id",
        pl.lit(profile),
        boundary,
        "basis",
        pl.col("share_key").fill_null(""),
    )
    return pl.concat_str(parts, separator="|")


def _basis() -> pl.Expr:
    electric = (pl.col("kind") == "energy.electricity") | (
        pl.col("energy_carrier") == "electricity"
    )
    # a residual mix or a contract that the activity tells is market-based
    own = ~pl.col("assumptions").str.contains("F-FACET", literal=True).fill_null(value=False)
    power = pl.col("kind") == "energy.electricity"
    told = pl.col("technology").is_not_null() & power & own & ~prepare.ON_SITE
    return (
        pl.when(told)
        .then(pl.lit("market"))
        .when(electric)
        .then(pl.lit("location"))
        .otherwise(pl.lit("none"))
    )


def _method() -> pl.Expr:
    energy = pl.col("kind").str.starts_with("energy.")
    return (
        pl.when(energy)
        .then(pl.lit("energy"))
        .when(pl.col("kind") == "process.measured")
        .then(pl.lit("measurement"))
        .when(pl.col("kind") == "refrigerant.leak")
        .then(pl.lit("refrigerant"))
        .when(pl.col("form").is_in(["item", "money"]))
        .then(pl.col("form").replace("money", "spend"))
        .otherwise(pl.lit("intensity"))
    )


def _tier() -> pl.Expr:
    metered = pl.col("kind").str.starts_with("energy.") & (pl.col("tier") != "default")
    return (
        pl.when(metered | (pl.col("kind") == "process.measured"))
        .then(pl.lit("measured"))
        .when(pl.col("defaulted") | (pl.col("form") == "money"))
        .then(pl.lit("default"))
        .otherwise("tier")
    )
