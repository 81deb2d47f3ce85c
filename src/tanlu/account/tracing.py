"""What enters the formulas for each leg: so that a sheet can show a calculation step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tanlu.account import rounds
from tanlu.account.chains import NONE, propose_chains
from tanlu.account.legs import prepare
from tanlu.account.legs.computing import compute

if TYPE_CHECKING:
    from tanlu.account.chains import Overrides
    from tanlu.account.choose import Card
    from tanlu.account.legs.computing import Computed
    from tanlu.factors import Library

__all__ = ["trace"]


def trace(
    batch: pl.DataFrame,
    *,
    library: Library | None = None,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
    chains: Overrides = NONE,
    card: Card | None = None,
) -> pl.DataFrame:
    """Give each leg of a batch with every input and kept output of the formulas.

    Parameters
    ----------
    batch
        Schema ``activity``.
    library, profile, gwp_set, chains, card
        As for ``quantify``.

    Returns
    -------
    DataFrame
        One row for each leg that is quantified alone (``activity_id``, ``share_key``) and one for
        each measured total that is shared out.
    """
    from tanlu.factors import library as built_in

    kept = library or built_in()
    alone, groups, _ = rounds.apart(prepare.whole(batch))
    proposed, _ = propose_chains(alone, chains)
    made = compute(proposed, kept, profile, gwp_set)
    parts = [made.whole()] if card is None else _wholes(made, card, kept, profile, gwp_set)
    if groups.totals.height:
        parts.append(compute(groups.totals, kept, profile, gwp_set).whole())
    return pl.concat(parts, how="diagonal")


def _wholes(
    made: Computed, card: Card, library: Library, profile: str, gwp_set: str
) -> list[pl.DataFrame]:
    from tanlu.account.choose.apply import Pins, wholes

    return wholes(made, card, Pins(library, profile, gwp_set))
