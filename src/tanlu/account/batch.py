"""Quantify a batch: match, compute, and write one emission row for each boundary.

``x = quantity · rate · uplift``, then grams of each gas per x; the formulas stand in
``spec/transport.json`` and are rounded once, at the end, to whole micrograms.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import polars as pl

from tanlu.account import rounds
from tanlu.account.chains.decided import NONE
from tanlu.account.chains.propose import propose_chains
from tanlu.account.legs import prepare
from tanlu.account.legs.cases import AMOUNTS, cases
from tanlu.account.legs.stages import stage
from tanlu.account.unquantified import COVERED, findings, no_findings
from tanlu.terms import schema
from tanlu.terms.spec import load

if TYPE_CHECKING:
    from collections.abc import Collection

    from tanlu.account.chains.decided import Overrides
    from tanlu.account.choose import Card
    from tanlu.factors import Library
    from tanlu.terms.spec import CalcSpec

__all__ = ["BOUNDARIES", "Engine", "Quantified", "emissions", "quantify", "spec"]

Engine = Literal["polars", "duckdb", "python", "fast"]
BOUNDARIES = ("ttw", "wtt")
# what the boundaries of a factor are called, where it has others
SLOTS = tuple(f"{boundary}_boundary" for boundary in BOUNDARIES)
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o")
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
FROM_OUT = ("transport_kgm", "daf_ppm", "sigma_ln_ppm", "energy_used_j")
AMOUNT = ("co2e", "lower", "upper", *GASES, "unsplit")
WRITTEN = (*FROM_OUT, *(f"{boundary}_{name}_ug" for boundary in BOUNDARIES for name in AMOUNT))
# what a leg may lack and its case decides
DECIDED = ("distance_type", "assumptions")


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
    assured: bool = False,
    card: Card | None = None,
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
    assured
        Leave unquantified (TL204) what two equally good factors answer more than 2 % apart; else
        the higher value holds and is marked F-CONFLICT.
    card
        Model card of the fleet: a leg on the road alone is then quantified by the method with the
        least expected error (``tanlu.account.choose``).

    Returns
    -------
    Quantified
        Rows in the order of ``emission_id``, whatever the order of the batch.
    """
    from tanlu.factors import library as built_in

    kept = library or built_in()
    legs = prepare.whole(batch)
    alone, groups, refused = rounds.apart(legs, chains.keys())
    proposed, broken = propose_chains(alone, chains)
    options = (kept, profile, gwp_set, engine)
    made = compute(proposed, *options, kept=WRITTEN, assured=assured)
    found = [findings(_left(made), profile), broken, refused]
    if card is None:
        rows = [emissions(made, profile)]
    else:
        rows, doubted = _chosen(made, card, *options, assured)
        found.append(doubted)
    if groups.totals.height:
        totals = compute(groups.totals, *options, kept=WRITTEN, assured=assured)
        found.append(findings(_left(totals), profile))
        rows.append(rounds.share(emissions(totals, profile), groups.members))
    result = rows[0] if len(rows) == 1 else pl.concat(rows).sort("emission_id")
    named = pl.concat_str("finding_id", pl.lit(f"|{profile}")).alias("finding_id")
    said = pl.concat([no_findings(), *found])
    said = said.with_columns(pl.lit(profile).alias("profile"), named)
    return Quantified(result, said.sort("finding_id"))


def _chosen(made: Computed, card: Card, *pins: Any) -> tuple[list[pl.DataFrame], pl.DataFrame]:
    from tanlu.account.choose import Pins, applied

    return applied(made, card, Pins(*pins))


class Computed(NamedTuple):
    """Legs, kept columns of the specification beside them, and what legs of a case share."""

    legs: pl.DataFrame
    out: pl.DataFrame
    shared: pl.DataFrame
    cases: pl.Series

    def whole(self) -> pl.DataFrame:
        """Give all columns of the legs."""
        own = (set(self.legs.columns) - set(DECIDED)) | set(self.out.columns)
        beside = self.shared.select(name for name in self.shared.columns if name not in own)
        kept = self.legs.hstack(self.out.get_columns()).select(pl.exclude(beside.columns))
        return kept.hstack(beside[self.cases].get_columns())


def compute(
    legs: pl.DataFrame,
    library: Library,
    profile: str,
    gwp_set: str,
    engine: Engine = "polars",
    *,
    kept: Collection[str] | None = None,
    assured: bool = False,
) -> Computed:
    """Give legs as ``prepare.whole`` gives them with factor, codes and amounts."""
    legs = prepare.blended(prepare.located(legs, profile), library)
    few, numbers = cases(legs, library)
    found = prepare.matched(few, library=library, profile=profile, gwp_set=gwp_set)
    shared = prepare.coded(prepare.settled(found) if assured else found).drop(AMOUNTS)
    return Computed(legs, run_spec(legs, shared, numbers, engine, kept), shared, numbers)


def run_spec(
    legs: pl.DataFrame,
    shared: pl.DataFrame,
    numbers: pl.Series,
    engine: Engine,
    kept: Collection[str] | None = None,
) -> pl.DataFrame:
    """Give what the specification keeps, no boundary of a leg of which one is too large.

    Half of a leg is no amount.
    """
    from tanlu.store.engine import run

    out = run(spec(), legs.select(AMOUNTS), engine=engine, shared=(shared, numbers), kept=kept)
    lost = [
        shared[f"{boundary}_co2e_g"].is_not_null().gather(numbers) & out[name].is_null()
        for boundary in BOUNDARIES
        if out[name := f"{boundary}_upper_ug"].null_count()
    ]
    if not any(each.any() for each in lost):
        return out
    amounts = pl.col("^(ttw|wtt)_.*_ug$")
    return out.with_columns(pl.when(~pl.any_horizontal(lost)).then(amounts))


def _left(made: Computed) -> pl.DataFrame:
    """Give the legs that came to nothing with all that the specification keeps, to say why.

    They are few, so no engine is started for them but that of the house.
    """
    left = made.out.select(~COVERED).to_series()
    legs, numbers = made.legs.filter(left), made.cases.filter(left)
    out = run_spec(legs, made.shared, numbers, "polars")
    return Computed(legs, out, made.shared, numbers).whole()


def ready(
    batch: pl.DataFrame, library: Library, profile: str, gwp_set: str, chains: Overrides = NONE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the legs of a batch as the formulas take them, and findings on refused chains."""
    proposed, broken = propose_chains(prepare.whole(batch), chains)
    legs = prepare.blended(proposed, library)
    found = prepare.matched(legs, library=library, profile=profile, gwp_set=gwp_set)
    return prepare.coded(found), broken


def emissions(computed: Computed, profile: str) -> pl.DataFrame:
    """Give one emission row for each boundary that the factor covers, by emission_id."""
    legs, out = computed.legs, computed.out
    said = computed.shared.with_columns(_basis().alias("basis"), _method().alias("method"))
    said = said.with_columns(_tier().alias("tier"))
    named = legs.select("activity_id", "share_key").with_columns(
        said.select("basis", *SLOTS)[computed.cases]
    )
    said = said.select(FROM_CASE)
    at = pl.concat(
        out.select(
            _covered(boundary).alias("covered"),
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
            pl.lit(number * legs.height, pl.UInt32).alias("behind"),
        )
        .with_columns(
            named.select(pl.exclude("basis"), _ground(f"{boundary}_boundary")).select(
                _identity(profile, f"{boundary}_boundary").alias("emission_id"),
                pl.col(f"{boundary}_boundary").alias("boundary"),
                "basis",
            )
        )
        .filter("covered")
        for number, boundary in enumerate(BOUNDARIES)
    ).sort("emission_id")
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


def _covered(boundary: str) -> pl.Expr:
    amounts = (pl.col(f"{boundary}_{name}_ug").is_not_null() for name in ("co2e", "upper"))
    return pl.all_horizontal(amounts)


def _ground(boundary: str) -> pl.Expr:
    """Give the basis of a boundary: what lies before generation is the same on either."""
    upstream = pl.col(boundary) == "upstream"
    return pl.when(upstream).then(pl.lit("none")).otherwise("basis").alias("basis")


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
