"""The files ``calc/``: what goes into each formula, so that anybody can do it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.terms import Progress
from tanlu.verify.replay import assured, batches, ruled

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from tanlu.account.inputs import Inputs
    from tanlu.store import Slice

__all__ = ["calculated", "tables"]


def calculated(cut: Slice) -> Iterator[Progress]:
    """Give the inputs behind the emissions of a slice; the result is ``Inputs``.

    Legs stand in the order of the emissions that they give, so that both can be held against each
    other without a search.
    """
    import polars as pl

    from tanlu.account import in_force
    from tanlu.account.choose import card_in_force
    from tanlu.account.inputs import by_formula, joined
    from tanlu.factors.packs import library_of

    emissions = cut.scan("emission").filter(pl.col("method").ne_missing("market"))
    rules = ruled(emissions)
    by: dict[str, dict[str, Any]] = {
        profile: {
            "library": library_of(cut, profile=profile),
            "chains": in_force(cut, profile=profile),
            "card": card_in_force(cut, profile=profile),
            "assured": assured(cut, profile, None),
        }
        for profile, _ in rules
    }
    parts, done = [], 0
    for batch, _ in batches(cut.scan("activity")):
        done += batch.height
        for profile, gwp_set in rules:
            parts.append(by_formula(batch, profile=profile, gwp_set=gwp_set, **by[profile]))
        yield Progress("calc", done, None, "activities")
    yield Progress("calc", done, done, "activities", _ordered(joined(parts), emissions))


def _ordered(made: Inputs, emissions: pl.LazyFrame) -> Inputs:
    """Give the lines in the order of the first emission of each, without what gives none."""
    import polars as pl

    keys = ["activity_id", "share_key", "profile"]
    placed = (
        emissions.select(pl.coalesce("share_of", "activity_id").alias("activity_id"), *keys[1:])
        .with_row_index("at")
        .group_by(keys)
        .agg(pl.col("at").min())
        .collect(engine="streaming")
    )
    named = made.legs.with_row_index("leg").with_columns(
        made.cases["profile"].gather(made.legs["case"])
    )
    found = named.join(placed, on=keys, how="inner", nulls_equal=True).sort("at")
    moved = found.select(pl.col("leg").cast(pl.Int64)).with_row_index("now")
    shares = made.shares.join(moved, on="leg", how="inner").select(
        pl.col("now").cast(pl.Int64).alias("leg"), "activity_id", "weight"
    )
    legs = found.select(made.legs.columns)
    used = legs["case"].unique().sort()
    renumbered = legs.with_columns(
        pl.col("case").replace_strict(used, pl.int_range(used.len(), eager=True))
    )
    return made._replace(
        cases=made.cases[used], legs=renumbered, shares=shares.sort("leg", "activity_id")
    )


def tables(made: Inputs) -> dict[str, pl.DataFrame]:
    """Give the three tables by the name of their files."""
    import polars as pl

    cases = made.cases.with_row_index("case").with_columns(pl.col("case").cast(pl.Int64))
    return {"cases": _told(cases), "legs": _told(made.legs), "shares": made.shares}


def _told(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns that a file has: an absent one is null in all lines."""
    return frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
