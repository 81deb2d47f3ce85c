"""Resampling that conserves: hours are differences of one cumulative amount at their edges."""

from __future__ import annotations

import polars as pl

from tanlu.monitor.meters.hours import edges, place_of
from tanlu.monitor.meters.whole import divided

__all__ = ["AMOUNTS", "resample"]

# what an hour of a meter is: its amount lies between lower and upper
AMOUNTS = {
    "device": pl.String, "hour": pl.Int64, "start": pl.Int64, "end": pl.Int64,
    "amount": pl.Int64, "lower": pl.Int64, "upper": pl.Int64, "quality": pl.String,
    "seq": pl.Int64, "head": pl.Boolean, "tail": pl.Boolean,
}  # fmt: skip


def resample(points: pl.DataFrame, zone: str, gap_us: int) -> pl.DataFrame:
    """Give the amount of each hour between the first and the last reading of each meter.

    With C the cumulative amount at readings t_0 < t_1 < …, the amount at an edge b of an hour in
    t_(k-1) < b <= t_k is ``C_(k-1) + round((C_k - C_(k-1))·(b - t_(k-1)) / (t_k - t_(k-1)))``
    and an hour from a to b has ``C(b) - C(a)``: the hours of a meter add up to the difference of
    its last and first reading, whatever was rounded.

    Parameters
    ----------
    points
        As `tanlu.monitor.meters.steps.points` gives them.
    zone
        IANA zone whose hours they are.
    gap_us
        Spans without a reading that are longer are missing ones [us].

    Returns
    -------
    pl.DataFrame
        ``device, hour`` (its beginning), ``start, end`` (what of it the meter covers) [us UTC],
        ``amount`` (null where a step in it is not known), ``lower, upper``, ``quality``
        (measured, estimated, missing), ``seq`` of the reading that closes it, and ``head``,
        ``tail``: it begins with the first or ends with the last reading, not at an edge.
    """
    if not points.height:
        return pl.DataFrame(schema=AMOUNTS)
    low, high = points.select(pl.col("at").min().alias("a"), pl.col("at").max().alias("b")).row(0)
    marks = edges(low, high, zone)
    rows = points.with_row_index("_n").with_columns(
        pl.col("_n").cast(pl.Int64),
        _hour=place_of(points["at"], marks),
        _broken=pl.col("broken").cum_sum(),
        _told=pl.col("told").cum_sum(),
    )
    cut = pl.concat([_crossed(rows, marks, gap_us), _ends(rows, marks)])
    code = pl.col("device").cast(pl.Categorical).to_physical()
    return _between(cut.sort(code, "edge", "_end"), marks)


def _crossed(rows: pl.DataFrame, marks: pl.Series, gap_us: int) -> pl.DataFrame:
    """Give the cumulative amount at each edge that lies between two readings, or on the later."""
    columns = [pl.col(name).shift(1).alias(f"{name}0") for name in ("at", "total", "_hour")]
    spans = rows.with_columns(*columns).filter("same", pl.col("_hour") > pl.col("_hour0"))
    cut = spans.with_columns(_place=pl.int_ranges(pl.col("_hour0") + 1, pl.col("_hour") + 1))
    cut = cut.explode("_place")
    cut = cut.with_columns(edge=marks.gather(cut["_place"]))
    before = pl.col("total0")
    share = divided(
        pl.col("total") - before, pl.col("edge") - pl.col("at0"), pl.col("at") - pl.col("at0")
    )
    on = pl.col("edge") == pl.col("at")
    gap = ((pl.col("at") - pl.col("at0")) > gap_us) & ~on
    cut = cut.with_columns(level=before + share, _on=on, _gap=gap)
    return cut.select(
        "device",
        "edge",
        "level",
        "seq",
        low=pl.when("_gap").then(pl.min_horizontal("total0", "total")).otherwise("level"),
        high=pl.when("_gap").then(pl.max_horizontal("total0", "total")).otherwise("level"),
        span=pl.col("total") - pl.col("total0"),
        _gap="_gap",
        _first="_n",
        _last=pl.col("_n") - (~pl.col("_on")).cast(pl.Int64),
        _broken0=pl.col("_broken").cast(pl.Int64)
        - (pl.col("broken") & ~pl.col("_on")).cast(pl.Int64),
        _broken1=pl.col("_broken").cast(pl.Int64),
        _told0=pl.col("_told").cast(pl.Int64) - (pl.col("told") & ~pl.col("_on")).cast(pl.Int64),
        _told1=pl.col("_told").cast(pl.Int64),
        _end=pl.lit(0, pl.Int8),
    )


def _ends(rows: pl.DataFrame, marks: pl.Series) -> pl.DataFrame:
    """Give the first reading of each meter, and the last where it does not lie on an edge."""
    last = (pl.col("device") != pl.col("device").shift(-1)).fill_null(value=True)
    on = marks.gather(rows["_hour"]) == rows["at"]
    rows = rows.with_columns(_is_last=last, _on=on)
    wanted = rows.filter(~pl.col("same") | (pl.col("_is_last") & ~pl.col("_on")))
    end = pl.when(~pl.col("same")).then(1).otherwise(2)
    return wanted.select(
        "device",
        edge="at",
        level="total",
        seq="seq",
        low="total",
        high="total",
        span=pl.lit(0, pl.Int64),
        _gap=pl.lit(value=False),
        _first="_n",
        _last="_n",
        _broken0=pl.col("_broken").cast(pl.Int64),
        _broken1=pl.col("_broken").cast(pl.Int64),
        _told0=pl.col("_told").cast(pl.Int64),
        _told1=pl.col("_told").cast(pl.Int64),
        _end=end.cast(pl.Int8),
    )


def _between(cut: pl.DataFrame, marks: pl.Series) -> pl.DataFrame:
    """Give what lies between neighbouring edges of one meter."""
    after = {name: pl.col(name).shift(-1) for name in cut.columns}
    cut = cut.with_columns(**{f"{name}'": expr for name, expr in after.items()})
    hours = cut.filter(pl.col("device") == pl.col("device'"), pl.col("edge'") > pl.col("edge"))
    empty = pl.col("_last'") < pl.col("_first")  # no reading inside: both edges lie in one span
    within, beyond = pl.min_horizontal(pl.lit(0), "span'"), pl.max_horizontal(pl.lit(0), "span'")
    known = pl.col("_broken1'") == pl.col("_broken0")
    sure = ~(empty | pl.col("_gap") | pl.col("_gap'") | (pl.col("_told1'") > pl.col("_told0")))
    lower = pl.when(empty).then(within).otherwise(pl.col("low'") - pl.col("high"))
    upper = pl.when(empty).then(beyond).otherwise(pl.col("high'") - pl.col("low"))
    return hours.select(
        "device",
        hour=marks.gather(place_of(hours["edge"], marks)),
        start="edge",
        end="edge'",
        amount=pl.when(known).then(pl.col("level'") - pl.col("level")),
        lower=pl.when(known).then(lower),
        upper=pl.when(known).then(upper),
        quality=pl.when(~known)
        .then(pl.lit("missing"))
        .when(sure)
        .then(pl.lit("measured"))
        .otherwise(pl.lit("estimated")),
        seq="seq'",
        head=(pl.col("_end") == 1)
        & ~pl.lit(marks.gather(place_of(hours["edge"], marks)) == hours["edge"]),
        tail=pl.col("_end'") == 2,
    )
