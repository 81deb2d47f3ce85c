"""The choice applied: a leg that another method than its class curve wins becomes its energy.

The energy [J, whole] goes through the same formulas as a metered one: energy times the factor of
its carrier at that place. Everything of the leg stays on its row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.choose.drives import drives
from tanlu.account.choose.ladder import TIERS, ladder
from tanlu.account.legs import prepare
from tanlu.account.legs.cases import AMOUNTS, cases
from tanlu.account.unquantified import COVERED, finding, no_findings

if TYPE_CHECKING:
    from tanlu.account.choose.card import Card
    from tanlu.account.legs.computing import Computed, Engine
    from tanlu.factors import Library

__all__ = [
    "Choice", "Pins", "Won", "applied", "candidates", "laddered", "parted", "renamed", "wholes",
]  # fmt: skip

CODES = {"measured": "M-METER", "learned": "M-LEARNED", "physics": "M-PHYSICS",
         "scaled": "M-SCALED", "default": "M-DEFAULT"}  # fmt: skip
APART = "M-APART"
MILLION = 1_000_000
# what an energy has none of
NOT_OF_ENERGY = ("mass_mg", "volume_ml", "count", "teu_milli", "load_ppm", "empty_ppm",
                 "distance_m", "temperature_class", "technology")  # fmt: skip


class Pins(NamedTuple):
    """By what legs are quantified: as for ``quantify``."""

    library: Library
    profile: str
    gwp_set: str
    engine: Engine = "polars"
    assured: bool = False


class Choice(NamedTuple):
    """Where the candidates stand in the batch, what is known of each, and its own legs."""

    at: pl.Series
    rows: pl.DataFrame
    sigma_ppm: pl.Series


def candidates(made: Computed, pins: Pins) -> Choice:
    """Give the legs on the road whose curve has an energy, as drives.

    A blend is left to the class curve; physics and what is learned want the driven distance.
    """
    kind = pl.col("kind") == "transport.road"
    blend = (pl.col("bio_ppm") > 0).fill_null(value=False)
    told = made.legs.select(
        kind & ~blend & pl.all_horizontal(pl.col("vehicle_class", "energy_carrier").is_not_null())
    ).to_series()
    found = (told & made.out["energy_used_j"].is_not_null()).arg_true()
    part = _part(made, found)
    beside = pl.DataFrame([part.out["energy_used_j"], part.shared["capacity_t"].gather(part.cases)])
    rows = drives(part.legs, beside, _default(part, pins))
    driven = part.shared["distance_type"].gather(part.cases) == "actual"
    lacks = pl.concat_str(
        pl.lit("distance_type = actual"), "lacks", separator=", ", ignore_nulls=True
    )
    rows = rows.with_columns(
        pl.when(driven).then("physics_j").alias("physics_j"),
        pl.when(driven).then("lacks").otherwise(lacks).alias("lacks"),
    )
    return Choice(found, rows, part.out["sigma_ln_ppm"])


def laddered(made: Computed, card: Card | None, pins: Pins, *, ends: bool = True) -> Choice:
    """Give the candidates with all their methods, as ``ladder`` gives them."""
    found = candidates(made, pins)
    return found._replace(rows=ladder(found.rows, card, found.sigma_ppm, ends=ends))


class Won(NamedTuple):
    """Legs that a method won: as emissions are made of them, and as energies that were computed."""

    method: str
    made: Computed
    energies: pl.DataFrame


class Parted(NamedTuple):
    """Legs that stay with their curve or factor, legs that another method won, meters in doubt."""

    stays: Computed
    won: list[Won]
    doubted: pl.DataFrame


def parted(made: Computed, card: Card, pins: Pins) -> Parted:
    """Give the legs by the method that wins them, and findings on meters that are not believed."""
    choice = laddered(made, card, pins, ends=False)
    stays = pl.repeat(value=True, n=made.legs.height, eager=True, dtype=pl.Boolean)
    won = []
    for method in CODES:
        mine = (choice.rows["chosen"] == method).fill_null(value=False)
        at, rows = choice.at.filter(mine), choice.rows.filter(mine)
        if at.len():
            found = _by_energy(_part(made, at), rows, method, card, pins)
            covered = found.made.out.select(COVERED).to_series()
            stays = stays.scatter(at.filter(covered), values=False)
            kept = covered.arg_true()
            won.append(Won(method, _part(found.made, kept), found.energies[kept]))
    return Parted(_part(made, stays.arg_true()), won, _doubts(_part(made, choice.at), choice.rows))


def _doubts(part: Computed, rows: pl.DataFrame) -> pl.DataFrame:
    """Give a finding for each leg whose measured energy is left aside."""
    told = part.legs.select(
        "activity_id", "kind", "vehicle_class", "leg_no", "source_sha256", "source_line",
        rows["measured_why"].alias("code"), (rows["metered_j"] / MILLION).alias("_mj"),
    ).filter(pl.col("code").is_in(["TL540", "TL541"]).fill_null(value=False))  # fmt: skip
    if not told.height:
        return no_findings()
    return finding(told.with_columns(pl.concat_str("_mj", pl.lit(" MJ")).alias("_value")))


def applied(
    made: Computed, card: Card, pins: Pins
) -> tuple[list[pl.DataFrame], pl.DataFrame]:  # fmt: skip
    """Give the emissions of computed legs, each by the method with the least expected error.

    Beside them findings (TL540, TL541) on meters that are not believed.

    Parameters
    ----------
    made
        Legs with factors and amounts, as ``compute`` gives them.
    card, pins
        The model card in force, and by what else to quantify.
    """
    from tanlu.account.legs.written import emissions

    stays, won, doubted = parted(made, card, pins)
    rows = (renamed(emissions(each.made, pins.profile), each.method, card) for each in won)
    return [emissions(stays, pins.profile), *rows], doubted


def renamed(rows: pl.DataFrame, method: str, card: Card) -> pl.DataFrame:
    """Give rows of legs that a method won, or their cases, with the method, tier and model."""
    return rows.with_columns(
        pl.lit(method).alias("method"), pl.lit(TIERS[method]).alias("tier"),
        _named(method, card).alias("factor_id"),
    )  # fmt: skip


def wholes(made: Computed, card: Card, pins: Pins) -> list[pl.DataFrame]:
    """Give all columns of computed legs: those that a method won as the energies they became."""
    stays, won, _ = parted(made, card, pins)
    return [
        stays.whole(), *(each.made._replace(legs=each.energies).whole() for each in won)
    ]  # fmt: skip


def _part(made: Computed, at: pl.Series) -> Computed:
    return made._replace(legs=made.legs[at], out=made.out[at], cases=made.cases.gather(at))


def _default(part: Computed, pins: Pins) -> pl.Series:
    """Give the energy [J] by the same curves where nobody tells load and empty running."""
    from tanlu.account.legs.computing import WRITTEN, compute

    untold = part.legs.with_columns(
        pl.lit(None, pl.Int64).alias(name) for name in ("load_ppm", "empty_ppm")
    )
    made = compute(untold, pins.library, pins.profile, pins.gwp_set, kept=WRITTEN)
    return made.out["energy_used_j"]


def _by_energy(
    part: Computed, rows: pl.DataFrame, method: str, card: Card, pins: Pins
) -> Won:  # fmt: skip
    """Give the legs computed by the chosen energy."""
    from tanlu.account.legs.computing import WRITTEN, run_spec

    legs = _energies(part.legs, rows, method)
    few, numbers = cases(legs, pins.library)
    found = prepare.matched(
        few, library=pins.library, profile=pins.profile, gwp_set=pins.gwp_set
    )  # fmt: skip
    shared = prepare.coded(prepare.settled(found) if pins.assured else found).drop(AMOUNTS)
    shared = _doubted(shared, method, card)
    out = run_spec(legs, shared, numbers, pins.engine, WRITTEN).with_columns(
        part.out["transport_kgm"], pl.lit(MILLION, pl.Int64).alias("daf_ppm")
    )
    return Won(method, part._replace(out=out, shared=shared, cases=numbers), legs)


def _energies(legs: pl.DataFrame, rows: pl.DataFrame, method: str) -> pl.DataFrame:
    """Give the legs as energy activities of the chosen joules."""
    apart = rows["measured_why"].is_in(["TL540", "TL541"]).fill_null(value=False)
    codes = pl.concat_str(
        "leg_codes", pl.lit(CODES[method]), pl.when(apart).then(pl.lit(APART)),
        separator=";", ignore_nulls=True,
    )  # fmt: skip
    electric = pl.col("energy_carrier") == "electricity"
    return legs.with_columns(
        pl.when(electric).then(pl.lit("energy.electricity")).otherwise(pl.lit("energy.fuel"))
        .alias("kind"),
        rows[f"{method}_j"].alias("energy_j"), codes.alias("leg_codes"),
        *(pl.lit(None, legs.schema[name]).alias(name) for name in NOT_OF_ENERGY),
    )  # fmt: skip


def _doubted(shared: pl.DataFrame, method: str, card: Card) -> pl.DataFrame:
    """Give the cases with the error of the method, which is one of a class, in their doubt."""
    if method == "measured":
        return shared  # its code has it
    sigmas = {
        key: each["methods"][method]["sigma_ppm"] / MILLION
        for key, each in card.classes.items()
        if method in each["methods"]
    }
    key = pl.concat_str("vehicle_class", "energy_carrier", separator="/")
    mine = key.replace_strict(sigmas, default=None, return_dtype=pl.Float64).fill_null(0.0)
    had = pl.col("assumption_sigma")
    return shared.with_columns((had * had + mine * mine).sqrt().alias("assumption_sigma"))


def _named(method: str, card: Card) -> pl.Expr:
    """Give the factor behind the model, whose error all rows of the model share."""
    if method == "measured":
        return pl.col("factor_id")
    key = pl.concat_str("vehicle_class", "energy_carrier", separator="/")
    names: dict[str, Any] = {key: card.model_id(key, method) for key in card.classes}
    model = key.replace_strict(names, default=None, return_dtype=pl.String)
    return pl.concat_str(model, "factor_id", separator="/", ignore_nulls=True)
