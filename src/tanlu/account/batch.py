"""Quantify a batch: what stands alone, what shares a measured total, and what cannot be.

Legs are matched and computed as columns (``legs.computing``); every row is written once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.account import rounds
from tanlu.account.chains.decided import NONE
from tanlu.account.chains.propose import propose_chains
from tanlu.account.choose import Pins, applied
from tanlu.account.legs import prepare
from tanlu.account.legs.computing import WRITTEN, Computed, compute, run_spec
from tanlu.account.legs.written import emissions
from tanlu.account.unquantified import COVERED, findings, no_findings

if TYPE_CHECKING:
    from tanlu.account.chains.decided import Overrides
    from tanlu.account.choose import Card
    from tanlu.account.legs.computing import Engine
    from tanlu.factors import Library

__all__ = ["Quantified", "quantify", "ready"]


class Quantified(NamedTuple):
    """Emissions (schema ``emission``) and what could not be quantified (schema ``finding``)."""

    emissions: pl.DataFrame
    findings: pl.DataFrame


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
        rows, doubted = applied(made, card, Pins(*options, assured))
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
    legs = prepare.blended(prepare.located(proposed, profile), library)
    found = prepare.matched(legs, library=library, profile=profile, gwp_set=gwp_set)
    return prepare.coded(found), broken
