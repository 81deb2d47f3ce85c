"""Quantify a batch: match, compute, and write one emission row for each boundary.

``x = quantity · rate · uplift``, then grams of each gas per x; the formulas stand in
``spec/transport.json`` and are rounded once, at the end, to whole micrograms.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

from tanlu.account import prepare, rounds
from tanlu.account.chains.decisions import NONE
from tanlu.account.chains.propose import propose_chains
from tanlu.account.unquantified import findings, no_findings
from tanlu.terms import schema
from tanlu.terms.spec import load

if TYPE_CHECKING:
    from tanlu.account.chains.decisions import Overrides
    from tanlu.factors import Library
    from tanlu.terms.spec import CalcSpec

__all__ = ["BOUNDARIES", "Engine", "Quantified", "emissions", "quantify", "spec"]

Engine = Literal["polars", "duckdb", "python", "fast"]
BOUNDARIES = ("ttw", "wtt")
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o")
COPIED = (
    *("activity_id", "kind", "vehicle_class", "energy_carrier", "temperature_class", "start"),
    *(
        "mass_mg",
        "end",
        "zone",
        "distance_m",
        "distance_type",
        "count",
        "teu_milli",
        "leg_no",
        "share_key",
    ),
    *("origin", "destination", "place", "operator", "payer", "consignor", "consignee", "subject"),
    *("shipment", "consignment", "chain", "vehicle", "round", "labels", "gwp_set", "factor_id"),
    *("factor_hash", "reasons", "assumptions", "transport_kgm", "daf_ppm", "sigma_ln_ppm"),
)


class Quantified(NamedTuple):
    """Emissions (schema ``emission``) and what could not be quantified (schema ``finding``)."""

    emissions: pl.DataFrame
    findings: pl.DataFrame


@cache
def spec(name: str = "transport") -> CalcSpec:
    """Give a calculation specification of this room by name.

    Raises
    ------
    FileNotFoundError
        When there is no such specification: a fault of the program.
    """
    folder = resources.files("tanlu.account").joinpath("spec")
    return load(folder.joinpath(f"{name}.json").read_bytes())


def quantify(
    batch: pl.DataFrame,
    *,
    library: Library | None = None,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
    engine: Engine = "polars",
    chains: Overrides = NONE,
) -> Quantified:
    """Give the emissions of a batch of activities and a finding for each that has none.

    Parameters
    ----------
    batch
        Schema ``activity``. Energy and refrigerant activities that share a ``round`` or an
        ``operation`` with legs of the batch are allocated to those legs.
    library, profile, gwp_set
        As for ``tanlu.factors.match``.
    engine
        polars, duckdb, python or fast: the same micrograms from each.
    chains
        What a workspace decides about proposed chains.

    Returns
    -------
    Quantified
        Rows in the order of ``emission_id``, whatever the order of the batch.
    """
    from tanlu.factors import library as built_in

    kept = library or built_in()
    legs = prepare.whole(batch)
    alone, groups, refused = rounds.apart(legs)
    proposed, broken = propose_chains(alone, chains)
    parts = [compute(part, kept, profile, gwp_set, engine) for part in (proposed, groups.totals)]
    rows = [emissions(parts[0], profile)]
    found = [findings(parts[0]), broken, refused]
    if groups.totals.height:
        shared = emissions(parts[1], profile)
        found.append(findings(parts[1]))
        rows.append(rounds.share(shared, groups.members))
    result = pl.concat(rows).sort("emission_id")
    return Quantified(
        schema("emission").fit(result), pl.concat([no_findings(), *found]).sort("finding_id")
    )


def compute(
    legs: pl.DataFrame, library: Library, profile: str, gwp_set: str, engine: Engine = "polars"
) -> pl.DataFrame:
    """Give legs with factor, codes and every kept column of the specification beside them."""
    from tanlu.store.engine import run

    found = prepare.matched(legs, library=library, profile=profile, gwp_set=gwp_set)
    return run(spec(), prepare.coded(found), engine=engine)


def ready(
    batch: pl.DataFrame, library: Library, profile: str, gwp_set: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the legs of a batch as the formulas take them, and findings on refused chains."""
    proposed, broken = propose_chains(prepare.whole(batch))
    found = prepare.matched(proposed, library=library, profile=profile, gwp_set=gwp_set)
    return prepare.coded(found), broken


def emissions(computed: pl.DataFrame, profile: str) -> pl.DataFrame:
    """Give one emission row for each boundary that the factor covers."""
    rows = [_boundary(computed, boundary, profile) for boundary in BOUNDARIES]
    return schema("emission").fit(pl.concat(rows))


def _boundary(computed: pl.DataFrame, boundary: str, profile: str) -> pl.DataFrame:
    def out(name: str) -> pl.Expr:
        return pl.col(f"{boundary}_{name}_ug")

    parts = ("activity_id", pl.lit(profile), pl.lit(boundary), _basis(), _key())
    return computed.filter(out("co2e").is_not_null() & out("upper").is_not_null()).select(
        *COPIED,
        pl.concat_str(*parts, separator="|").alias("emission_id"),
        pl.lit(profile).alias("profile"),
        pl.lit(boundary).alias("boundary"),
        _basis().alias("basis"),
        pl.lit("distribution").alias("stage"),
        _method().alias("method"),
        _tier().alias("tier"),
        pl.col("energy_used_j").alias("energy_j"),
        *(out(name).alias(f"{name}_ug") for name in ("co2e", "lower", "upper", *GASES)),
        out("unsplit").alias("co2e_unsplit_ug"),
        pl.col("gas"),
        pl.when(pl.col("gas").is_not_null()).then("mass_mg").mul(1000).alias("gas_ug"),
    )


def _key() -> pl.Expr:
    return pl.col("share_key").fill_null("")


def _basis() -> pl.Expr:
    electric = (pl.col("kind") == "energy.electricity") | (
        pl.col("energy_carrier") == "electricity"
    )
    return pl.when(electric).then(pl.lit("location")).otherwise(pl.lit("none"))


def _method() -> pl.Expr:
    energy = pl.col("kind").str.starts_with("energy.")
    return (
        pl.when(energy)
        .then(pl.lit("energy"))
        .when(pl.col("kind") == "refrigerant.leak")
        .then(pl.lit("refrigerant"))
        .when(pl.col("form") == "item")
        .then(pl.lit("item"))
        .otherwise(pl.lit("intensity"))
    )


def _tier() -> pl.Expr:
    metered = pl.col("kind").str.starts_with("energy.") & (pl.col("tier") != "default")
    return (
        pl.when(metered)
        .then(pl.lit("measured"))
        .when("defaulted")
        .then(pl.lit("default"))
        .otherwise("tier")
    )
