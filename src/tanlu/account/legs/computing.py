"""Compute legs: match their cases with factors once, then run the formulas over the amounts.

``x = quantity · rate · uplift``, then grams of each gas per x; the formulas stand in
``spec/transport.json`` and are rounded once, at the end, to whole micrograms.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Literal, NamedTuple

import polars as pl

from tanlu.account.legs import prepare
from tanlu.account.legs.cases import AMOUNTS, cases
from tanlu.terms.spec import load

if TYPE_CHECKING:
    from collections.abc import Collection

    from tanlu.factors import Library
    from tanlu.terms.spec import CalcSpec

__all__ = [
    "AMOUNT",
    "BOUNDARIES",
    "FROM_OUT",
    "GASES",
    "WRITTEN",
    "Computed",
    "Engine",
    "compute",
    "run_spec",
    "spec",
]

Engine = Literal["polars", "duckdb", "python", "fast"]
BOUNDARIES = ("ttw", "wtt")
GASES = ("co2_fossil", "co2_bio", "ch4_fossil", "ch4_bio", "n2o")
FROM_OUT = ("transport_kgm", "daf_ppm", "sigma_ln_ppm", "energy_used_j")
AMOUNT = ("co2e", "lower", "upper", *GASES, "unsplit")
WRITTEN = (*FROM_OUT, *(f"{boundary}_{name}_ug" for boundary in BOUNDARIES for name in AMOUNT))
# what a leg may lack and its case decides
DECIDED = ("distance_type", "assumptions")


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
