"""The inputs of the formulas behind emissions: what a case has, and what each leg brings.

With them and the specification anybody computes an amount again, without a factor library and
without this program. Rows by market are not in them: those follow from all rows of a year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account import rounds
from tanlu.account.chains.decided import NONE
from tanlu.account.chains.propose import propose_chains
from tanlu.account.choose import Pins
from tanlu.account.choose.apply import parted, renamed
from tanlu.account.legs import prepare
from tanlu.account.legs.cases import AMOUNTS
from tanlu.account.legs.computing import BOUNDARIES, WRITTEN, Computed, compute, spec
from tanlu.account.legs.written import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tanlu.account.chains.decided import Overrides
    from tanlu.account.choose import Card
    from tanlu.factors import Library

__all__ = ["Inputs", "by_formula", "joined"]

# what of a case is no input but stands on its emissions
TOLD = (
    "profile", "gwp_set", "method", "tier", "gas", "factor_id", "factor_hash", "reasons",
    "assumptions",
)  # fmt: skip
SLOTS = tuple(f"{slot}_{name}" for slot in BOUNDARIES for name in ("boundary", "basis"))
TYPES = {"int64": pl.Int64, "float64": pl.Float64, "string": pl.String}
LEG = {"activity_id": pl.String, "share_key": pl.String, "case": pl.Int64, "from": pl.String}
SHARE = {"leg": pl.Int64, "activity_id": pl.String, "weight": pl.Int64}


class Inputs(NamedTuple):
    """What goes into the formulas of emissions; the number of a line is its place from 0.

    ``cases``: ``spec``, what the emissions of a case have in common, and the inputs that its legs
    share. ``legs``: ``activity_id``, ``share_key``, ``case``, ``from`` (activity, chain, energy or
    total) and the amounts. ``shares``: ``leg`` of a total, ``activity_id`` that takes, ``weight``.
    """

    cases: pl.DataFrame
    legs: pl.DataFrame
    shares: pl.DataFrame


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
    """Give the inputs behind the emissions of a batch.

    Parameters
    ----------
    batch, library, profile, gwp_set, chains, assured, card
        As for ``quantify``.

    Returns
    -------
    Inputs
        A leg for each line of amounts that came to a result, in the order of the batch.
    """
    alone, groups, _ = rounds.apart(prepare.whole(batch), chains.keys())
    proposed, _ = propose_chains(alone, chains)
    options = (library, profile, gwp_set)
    made = compute(proposed, *options, kept=WRITTEN, assured=assured)
    if card is None:
        parts = [_alone(made, profile)]
    else:
        stays, won, _ = parted(made, card, Pins(library, profile, gwp_set, assured=assured))
        parts = [_alone(stays, profile)]
        for each in won:
            legs = each.energies.select(*AMOUNTS, pl.lit("energy").alias("from"))
            said = renamed(told(each.made.shared), each.method, card)
            parts.append(_inputs(each.made, said, legs, profile))
    if groups.totals.height:
        totals = compute(groups.totals, *options, kept=WRITTEN, assured=assured)
        parts.append(_shared(totals, groups.members, profile))
    return joined(parts)


def joined(parts: Sequence[Inputs]) -> Inputs:
    """Give inputs of several batches as one, each distinct case once."""
    parts = [_nothing(), *parts]
    cases = pl.concat([each.cases for each in parts])
    distinct = cases.unique(maintain_order=True)
    again = cases.join(
        distinct.with_row_index("case"), on=cases.columns, how="left", nulls_equal=True,
        maintain_order="left",
    )["case"].cast(pl.Int64)  # fmt: skip
    legs, shares, case, leg = [], [], 0, 0
    for each in parts:
        legs.append(each.legs.with_columns(again.gather(each.legs["case"] + case).alias("case")))
        shares.append(each.shares.with_columns(pl.col("leg") + leg))
        case, leg = case + each.cases.height, leg + each.legs.height
    return Inputs(distinct, pl.concat(legs), pl.concat(shares))


def _alone(made: Computed, profile: str) -> Inputs:
    # only a proposed leg has a part of its activity without being a fuel of a blend
    proposed = pl.col("share_key").is_not_null() & pl.col("split").is_null()
    origin = pl.when(proposed).then(pl.lit("chain")).otherwise(pl.lit("activity"))
    legs = made.legs.select(*AMOUNTS, origin.alias("from"))
    return _inputs(made, told(made.shared), legs, profile)


def _shared(totals: Computed, members: pl.DataFrame, profile: str) -> Inputs:
    """Give the inputs of totals that are shared out, and who takes how much of each."""
    legs = totals.legs.select(*AMOUNTS, pl.lit("total").alias("from"))
    found = _inputs(totals, told(totals.shared), legs, profile, keys=rounds.shared_key())
    lines = totals.legs.select("activity_id", rounds.shared_key(), rounds.group_of().alias("group"))
    numbered = found.legs.select("activity_id", "share_key").with_row_index("leg")
    placed = numbered.join(lines, on=["activity_id", "share_key"], how="left")
    takers = members.select("group", pl.col("activity_id").alias("taker"), "weight")
    shares = placed.select("leg", "group").join(takers, on="group", how="inner")
    shares = shares.sort("leg", "taker").select(
        pl.col("leg").cast(pl.Int64), pl.col("taker").alias("activity_id"), "weight"
    )
    return found._replace(shares=shares)


def _inputs(
    made: Computed,
    said: pl.DataFrame,
    amounts: pl.DataFrame,
    profile: str,
    keys: pl.Expr | None = None,
) -> Inputs:
    """Give the inputs of computed legs with the amounts by which it was done."""
    wanted = {name: TYPES[kind] for name, kind in spec().inputs}
    known = said.with_columns(pl.lit(spec().name).alias("spec"), pl.lit(profile).alias("profile"))
    names: dict[str, Any] = {"spec": pl.String, **dict.fromkeys((*TOLD, *SLOTS), pl.String)}
    names |= {name: kind for name, kind in wanted.items() if name not in AMOUNTS}
    cases = known.select(_typed(known, name, kind) for name, kind in names.items())
    key = pl.col("share_key") if keys is None else keys
    legs = made.legs.select("activity_id", key.alias("share_key")).with_columns(
        made.cases.cast(pl.Int64).alias("case"), amounts["from"],
        *amounts.select(_typed(amounts, name, wanted[name]) for name in AMOUNTS),
    )  # fmt: skip
    some = pl.any_horizontal(
        pl.col(f"{slot}_{name}_ug").is_not_null()
        for slot in BOUNDARIES for name in ("co2e", "upper")
    )  # fmt: skip
    return Inputs(cases, legs.filter(made.out.select(some).to_series()), _nothing().shares)


def _typed(frame: pl.DataFrame, name: str, kind: type[pl.DataType]) -> pl.Expr:
    found = pl.col(name) if name in frame.columns else pl.lit(None)
    return found.cast(kind).alias(name)


def _nothing() -> Inputs:
    wanted = {name: TYPES[kind] for name, kind in spec().inputs}
    names: dict[str, Any] = {"spec": pl.String, **dict.fromkeys((*TOLD, *SLOTS), pl.String)}
    names |= {name: kind for name, kind in wanted.items() if name not in AMOUNTS}
    legs = LEG | {name: wanted[name] for name in AMOUNTS}
    return Inputs(pl.DataFrame(schema=names), pl.DataFrame(schema=legs), pl.DataFrame(schema=SHARE))
