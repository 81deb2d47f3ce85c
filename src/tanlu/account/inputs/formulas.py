"""The inputs of the formulas behind emission rows: what a case has, and what each row brings.

With them and the specification anybody computes an amount again, without a factor library and
without this program. Shares of a measured total, rows by market and what a person decided are not
in them: those follow from other rows and are repeated as a whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account import rounds
from tanlu.account.chains.decided import NONE
from tanlu.account.chains.propose import propose_chains
from tanlu.account.choose import Pins
from tanlu.account.choose.apply import parted
from tanlu.account.legs import prepare
from tanlu.account.legs.cases import AMOUNTS
from tanlu.account.legs.computing import BOUNDARIES, WRITTEN, Computed, compute, spec
from tanlu.account.legs.written import identities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.account.chains.decided import Overrides
    from tanlu.account.choose import Card
    from tanlu.factors import Library

__all__ = ["Inputs", "by_formula", "joined"]

# what of a case is no input but tells where its values come from
TOLD = ("factor_id", "factor_hash", "gwp_set", "assumptions")


class Inputs(NamedTuple):
    """What goes into the formulas of emission rows.

    ``cases``: ``case``, ``profile``, ``factor_id``, ``factor_hash``, ``gwp_set``, ``assumptions``
    and the inputs that rows of a case share. ``rows``: ``emission_id``, ``slot`` (ttw or wtt: which
    outputs of the formulas the row has), ``case`` and the inputs of its own.
    """

    cases: pl.DataFrame
    rows: pl.DataFrame


def by_formula(
    batch: pl.DataFrame,
    *,
    library: Library,
    profile: str,
    gwp_set: str,
    chains: Overrides = NONE,
    assured: bool = False,
    card: Card | None = None,
) -> Inputs:
    """Give the inputs behind the emissions that a formula gives directly.

    Parameters
    ----------
    batch, library, profile, gwp_set, chains, assured, card
        As for ``quantify``.

    Returns
    -------
    Inputs
        One row for each emission row of an activity that is quantified alone, by emission_id.
    """
    alone, _, _ = rounds.apart(prepare.whole(batch), chains.keys())
    proposed, _ = propose_chains(alone, chains)
    made = compute(proposed, library, profile, gwp_set, kept=WRITTEN, assured=assured)
    if card is None:
        return joined([_inputs(made, made.legs, profile)])
    stays, won, _ = parted(made, card, Pins(library, profile, gwp_set, assured=assured))
    computed = [(stays, stays.legs), *((each.made, each.energies) for each in won)]
    return joined([_inputs(each, legs, profile) for each, legs in computed])


def joined(parts: Sequence[Inputs]) -> Inputs:
    """Give inputs of several batches as one: each distinct case once, rows by emission_id."""
    if not parts:
        return _inputs_of_nothing()
    ends = [0]
    for each in parts:
        ends.append(ends[-1] + each.cases.height)
    said = pl.concat([each.cases for each in parts]).drop("case")
    distinct = said.unique(maintain_order=True).with_row_index("case").with_columns(
        pl.col("case").cast(pl.Int64)
    )
    again = said.join(distinct, on=said.columns, how="left", nulls_equal=True,
                      maintain_order="left")["case"]  # fmt: skip
    rows = pl.concat(
        each.rows.with_columns(again.gather(each.rows["case"] + start).alias("case"))
        for each, start in zip(parts, ends[:-1], strict=True)
    )
    return Inputs(distinct, rows.sort("emission_id"))


def _inputs(made: Computed, legs: pl.DataFrame, profile: str) -> Inputs:
    """Give the inputs of computed legs; ``legs`` brings the amounts with which it was done."""
    wanted = spec().inputs
    own = [name for name, _ in wanted if name in AMOUNTS]
    types = {"int64": pl.Int64, "float64": pl.Float64, "string": pl.String}
    beside = made.shared.with_row_index("case").select(
        pl.col("case").cast(pl.Int64),
        pl.lit(profile).alias("profile"),
        *(pl.col(name).cast(pl.String) for name in TOLD),
        *(_typed(made.shared, name, types[kind]) for name, kind in wanted if name not in own),
    )
    at = identities(made, profile)
    kinds = dict(wanted)
    slots = pl.Series("slot", BOUNDARIES)
    rows = at.select("emission_id", slots.gather(at["slot"])).with_columns(
        made.cases.gather(at["row"]).cast(pl.Int64).alias("case"),
        *legs.select(_typed(legs, name, types[kinds[name]]) for name in own)[at["row"]],
    )
    return Inputs(beside, rows)


def _typed(frame: pl.DataFrame, name: str, kind: pl.DataType | type[pl.DataType]) -> pl.Expr:
    found = pl.col(name) if name in frame.columns else pl.lit(None)
    return found.cast(kind).alias(name)


def _inputs_of_nothing() -> Inputs:
    types = {"int64": pl.Int64, "float64": pl.Float64, "string": pl.String}
    wanted = dict(spec().inputs)
    cases = {"case": pl.Int64, "profile": pl.String, **dict.fromkeys(TOLD, pl.String)}
    cases |= {name: types[kind] for name, kind in wanted.items() if name not in AMOUNTS}
    rows = {"emission_id": pl.String, "slot": pl.String, "case": pl.Int64}
    rows |= {name: types[kind] for name, kind in wanted.items() if name in AMOUNTS}
    return Inputs(pl.DataFrame(schema=cases), pl.DataFrame(schema=rows))
