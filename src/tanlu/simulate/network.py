"""The network batch by batch: any batch of a plan can be made alone, in any order.

``park`` walks through all batches; ``batch`` makes one. Within a batch everything is columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.simulate.dirt import Dirt, soil
from tanlu.simulate.energy import burn, receipts
from tanlu.simulate.legs import chain, dress
from tanlu.simulate.orders import boxes, draw_orders, returns
from tanlu.terms import Progress

if TYPE_CHECKING:
    import polars as pl

__all__ = ["BATCH", "Plan", "batch", "park", "plan"]

BATCH = 50_000
_LONGEST = 1_000  # days; the number of a round has room for that many


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides every byte: number of orders, seed, days, first day [Asia/Shanghai], dirt."""

    orders: int
    seed: int
    days: int
    start: date
    dirt: Dirt

    @property
    def batches(self) -> int:
        """Number of batches of at most 50,000 orders."""
        return -(-self.orders // BATCH)


def plan(
    orders: int,
    seed: int,
    *,
    dirt: Dirt | None = None,
    days: int | None = None,
    start: date = date(2026, 10, 1),
) -> Plan:
    """Give a checked plan; without ``days`` one day per 1,000 orders, at least 1, at most 365.

    Raises
    ------
    TanluError
        TL901 when there are no orders, or more than 1,000 days.
    """
    if orders < 1:
        raise TanluError("TL901", value=f"{orders:,} orders", why="at least one is needed")
    span = min(365, max(1, orders // 1_000)) if days is None else days
    if not 1 <= span <= _LONGEST:
        raise TanluError("TL901", value=f"{span:,} days", why=f"1 to {_LONGEST:,} are possible")
    return Plan(orders, seed, span, start, dirt or Dirt())


def batch(made: Plan, number: int) -> dict[str, pl.DataFrame]:
    """Give the tables of batch ``number``, the same bytes whenever and wherever it is made.

    Returns
    -------
    dict
        ``legs`` and ``energy`` as an operator would hand them over, dirt included; ``returns``,
        ``boxes``, ``hubs``; and ``truth`` with one row per true leg and per dirty row:
        ``line`` of the row in ``legs`` (from 0, null when the row never arrived), ``waybill``,
        ``leg_no``, ``mass_g``, ``energy_j``, ``dirt`` (null when clean) and ``was``.
    """
    first = number * BATCH
    count = min(BATCH, made.orders - first)
    orders = draw_orders(made, first, count)
    bare = burn(made, chain(made, orders, number))
    legs = dress(made, bare)
    energy = receipts(made, bare)
    told, truth = soil(made, legs, bare)
    return {
        "legs": told,
        "energy": energy,
        "returns": returns(made, orders),
        "boxes": boxes(made, orders),
        "hubs": _hubs(bare, legs),
        "truth": truth,
    }


def _hubs(bare: pl.DataFrame, legs: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return (
        legs.select("origin", "mode", pl.col("start").dt.date().alias("day"))
        .with_columns(bare["mass_g"])
        .filter(pl.col("mode").is_in(["sorting", "transfer"]))
        .group_by("origin", "day")
        .agg(pl.len().cast(pl.Int64).alias("parcels"), (pl.col("mass_g").sum() / 1e3).alias("kg"))
        .rename({"origin": "hub"})
        .sort("hub", "day")
    )


def park(
    orders: int,
    seed: int,
    *,
    dirt: Dirt | None = None,
    days: int | None = None,
    start: date = date(2026, 10, 1),
) -> Iterator[Progress]:
    """Make a living network of 31 provinces and three parks, batch by batch in bounded memory.

    Every distribution stands with its source, or the word assumption, in ``data/*.csv``; energy
    also depends on the driver, the vehicle and the weather, which no column shows.

    Parameters
    ----------
    orders
        Orders to make; an order has about 4.6 legs with its return.
    seed
        The same seed gives the same bytes.
    dirt
        Faults to inject; ``truth`` tells each of them.

    Yields
    ------
    Progress
        One for each batch; ``done`` orders of ``total``; ``result`` are the tables of ``batch``.
    """
    made = plan(orders, seed, dirt=dirt, days=days, start=start)
    for number in range(made.batches):
        tables = batch(made, number)
        yield Progress("simulate", min(orders, (number + 1) * BATCH), orders, "orders", tables)
