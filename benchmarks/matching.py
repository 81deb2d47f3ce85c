"""The join of activities and factors, beside the same join written by hand in the raw engine.

Both get the same rows in memory: keys of vehicles and places with their intervals of validity. By
hand they are joined on the key columns and filtered by the interval; what the house adds is the
region of each place, codes of what was assumed, hints for what has no factor, and the order.
"""

from __future__ import annotations

import random
import time
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = ("kind", "vehicle_class", "energy_carrier", "place")
WANTED = ("rate_empty", "rate_slope", "ttw_co2e_g", "wtt_co2e_g", "factor_hash")
DAY_US, FIRST_US, DAYS = 86_400_000_000, 1_640_995_200_000_000, 1_300
PLACES = 40  # places for each class and carrier
QUESTIONS = 4_000


@cache
def keys() -> Any:
    """Give the keys: every class and carrier of the library in forty places that have power."""
    import polars as pl

    from tanlu.factors import library

    rows = library().rows
    moved = sorted(
        {tuple(row.get(name) or None for name in ("activity", *KEY[1:3])) for row in rows
         if row["activity"].startswith("transport.") and row["boundary"] == "energy"},
        key=str,
    )  # fmt: skip
    powered = sorted(
        {row["place"] for row in rows
         if row["activity"] == "energy.electricity" and "GRID" not in row["place"]} - {"GLO"}
    )  # fmt: skip
    drawn = random.Random(1)
    told = [(*each, place) for each in moved for place in drawn.sample(powered, PLACES)]
    return pl.DataFrame(told, schema=dict.fromkeys(KEY, pl.String), orient="row")


def rows(count: int) -> Any:
    """Give that many legs over the keys and 1,300 days."""
    import polars as pl

    number = pl.int_range(count, dtype=pl.UInt64)
    picked = pl.select((number * 2_654_435_761 % keys().height).cast(pl.UInt32)).to_series()
    days = pl.select((number * 7_919 % DAYS).cast(pl.Int64)).to_series()
    return keys()[picked].with_columns(
        (days * DAY_US + FIRST_US).alias("start"),
        pl.lit(5_000_000_000).alias("mass_mg"),
        pl.lit(100_000).alias("distance_m"),
    )


def ours(count: int) -> Callable[[], object]:
    """Match by the house."""
    from tanlu.factors import match

    legs = rows(count)
    match(keys().with_columns(start=FIRST_US), columns=WANTED)
    return lambda: match(legs, columns=WANTED)


def by_hand(count: int) -> Callable[[], object]:
    """Join by hand: on the key columns, then inside the interval; the faster engine of the two.

    It drops what has no factor, where the house keeps it with a hint.
    """
    import polars as pl

    from tanlu.factors import resolve

    legs = rows(count).lazy()
    resolved = resolve(keys()).select(*KEY, "valid_from", "valid_to", *WANTED).lazy()
    at = pl.col("start")
    inside = (at >= pl.col("valid_from")) & (at < pl.col("valid_to"))
    joined = legs.join(resolved, on=KEY, how="left").filter(inside)
    return lambda: joined.collect(engine="streaming")


def selection() -> dict[str, float]:
    """Give what a choice costs for each distinct context, nothing kept from before [us]."""
    from tanlu.factors import library
    from tanlu.factors.compose import resolve_one
    from tanlu.factors.rules import profile
    from tanlu.factors.select import Want, index, winners

    kept, rule = library(), profile("iso14083")
    index(kept)
    asked = keys().sample(QUESTIONS, seed=1).rows()
    wants = [
        Want(kind, name or "", carrier or "", "", place) for kind, name, carrier, place in asked
    ]
    winners.cache_clear()
    resolve_one.cache_clear()
    begun = time.perf_counter()
    for want in wants:
        winners(want, kept, rule)
    chosen = time.perf_counter() - begun
    winners.cache_clear()
    begun = time.perf_counter()
    found = sum(
        len(resolve_one((kind, name, carrier, None, place, None, None), kept, rule, "AR6"))
        for kind, name, carrier, place in asked
    )
    composed = time.perf_counter() - begun
    return {
        "choice_us": chosen / len(wants) * 1e6,
        "key_us": composed / len(wants) * 1e6,
        "context_us": composed / found * 1e6,
        "keys": keys().height,
        "contexts": found,
    }
