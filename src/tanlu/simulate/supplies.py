"""What parks buy, throw away and use, month by month: the rest of a whole inventory.

Every rate stands in ``data/supply.csv`` with its source or the word *assumption*; a month's amount
is its orders times the rate, off by at most 8 %.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from tanlu.simulate.draw import CELLS, bits, cut, thousandths
from tanlu.simulate.stated import table

if TYPE_CHECKING:
    from tanlu.simulate.network import Plan

__all__ = ["FILES", "supplies"]

FILES = ("goods", "waste", "travel", "utilities", "releases")
# columns of amounts and how many decimals of each are written
UNITS = ("kg", "items", "people", "litres", "kwh", "usd")
WHOLE = frozenset({"items", "people"})
FACETS = ("material", "technology", "energy_carrier", "capital")
# shares that tell of waste; each month is off by at most 10 %
SHARES = ("fill", "idle")


def supplies(made: Plan) -> dict[str, pl.DataFrame]:
    """Give what the three parks bought, threw away, travelled, used and released, by month.

    Returns
    -------
    dict
        ``goods, waste, travel, utilities, releases``: ``record, park, item, kind``, the facets,
        amounts and shares that the file needs, ``start, end, place, operator``; one row for each
        park, month of the plan and item of ``data/supply.csv`` of which there was any.
    """
    rows = pl.DataFrame(
        [
            {**item, "park": park["park"], "place": park["province"], "month": number,
             "start": first, "end": last, "days": (last - first).days,
             "_key": (number * 8 + which) * 256 + line}
            for which, park in enumerate(table("park"))
            for number, (first, last) in enumerate(_months(made))
            for line, item in enumerate(table("supply"))
        ]
    )  # fmt: skip
    drawn = cut(bits(rows["_key"].cast(pl.UInt64), made.seed, 74), 0, 6)
    daily = made.orders / made.days / len(table("park"))
    thousand = pl.col("amount").cast(pl.Float64) * daily * pl.col("days") * 1000
    rows = rows.with_columns(drawn.cast(pl.Int64).alias("_drawn")).with_columns(
        ((thousand * (920 + pl.col("_drawn") * 160 // 63)).round().cast(pl.Int64) // 1000).alias(
            "_thousandths"
        ),
        cut(bits(rows["_key"].cast(pl.UInt64), made.seed, 75), 0, 16).cast(pl.Int64).alias("_luck"),
        cut(bits(rows["_key"].cast(pl.UInt64), made.seed, 76), 0, 6).cast(pl.Int64).alias("_care"),
    )
    return {name: _file(rows.filter(pl.col("file") == name)) for name in FILES}


def _months(made: Plan) -> list[tuple[datetime, datetime]]:
    """Give first moment and end of each month of the plan; a month begun or cut is shorter."""
    day, over = made.start, made.start + timedelta(days=made.days)
    found = []
    while day < over:
        following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
        ends = min(following, over)
        found.append((_midnight(day), _midnight(ends)))
        day = ends
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local, as an operator writes it


def _file(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows of one file with the columns that it needs."""
    amounts = [name for name in UNITS if (rows["column"] == name).any()]
    facets = [name for name in FACETS if (rows[name] != "").any()]
    # a part of a thing is a thing in that share of the months: means stay what the rates say
    whole = (pl.col("_thousandths") + pl.col("_luck") * 1000 // CELLS) // 1000
    counted = pl.col("column").is_in(list(WHOLE))
    rows = rows.filter(pl.when(counted).then(whole > 0).otherwise(pl.col("_thousandths") > 0))
    record = pl.concat_str("park", "item", pl.col("start").dt.strftime("%Y%m%d"), separator="-")
    number = thousandths(rows["_thousandths"])
    shares = [name for name in SHARES if (rows[name] != "").any()]
    off = 0.9 + pl.col("_care") / 63 * 0.2
    made = rows.with_columns(number.alias("_number")).select(
        record.alias("record"), "park", "item", "kind",
        *(pl.when(pl.col(name) != "").then(name).alias(name) for name in facets),
        *(
            pl.when(pl.col("column") == name)
            .then(whole if name in WHOLE else "_number").alias(name)
            for name in amounts
        ),
        *([pl.col("km").cast(pl.Float64, strict=False)] if "people" in amounts else []),
        *((pl.col(name).cast(pl.Float64, strict=False) * off).round(3) for name in shares),
        "start", "end", "place", "operator",
    )  # fmt: skip
    return made.sort("record")
