"""How much of a straight line lies over open water."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.terms.place.circle import E7_DEGREES, great_circle_m
from tanlu.terms.place.sea import PAIR
from tanlu.terms.place.tables import packed

if TYPE_CHECKING:
    import polars as pl

STEP_M = 50_000
FINEST = 400  # points on the longest line
SIDE_E7 = 5_000_000  # a cell of half a degree
ROWS, COLUMNS = 360, 720


def over_water_m(pairs: pl.DataFrame) -> pl.Series:
    """Give how much of each great circle lies over open water, to about 50 km [m].

    A point of the line is over water where the sea network is nearer than any city, airport or
    other place, by cells of half a degree. It is a test for roads that cannot be, not a coastline:
    straits and lakes count as land.

    Parameters
    ----------
    pairs
        ``origin_lat_e7``, ``origin_lon_e7``, ``destination_lat_e7``, ``destination_lon_e7``.

    Returns
    -------
    Series
        In the order of ``pairs``, int64 [m]; null where an end is null.
    """
    import polars as pl

    here = pairs.select(pl.col(PAIR).cast(pl.Int64))
    distinct = here.drop_nulls().unique(maintain_order=True).with_row_index("line")
    metres = great_circle_m(*map(pl.col, PAIR))
    steps = (metres / STEP_M).ceil().cast(pl.Int64).clip(1, FINEST)
    lines = distinct.with_columns(metres=metres, steps=steps)
    points = lines.with_columns(step=pl.int_ranges(0, pl.col("steps"))).explode("step")
    on_line = points.with_columns(*_point((pl.col("step") + 0.5) / pl.col("steps")))
    row = ((pl.col("lat_e7") + 900_000_000) // SIDE_E7).clip(0, ROWS - 1)
    column = (pl.col("lon_e7") + 1_800_000_000) // SIDE_E7 % COLUMNS
    cell = on_line.select(row * COLUMNS + column).to_series()
    wet = on_line.with_columns(wet=packed("water.parquet")["wet"].gather(cell))
    share = wet.group_by("line", maintain_order=True).agg(pl.col("wet").mean())
    over = lines.join(share, on="line", how="left", maintain_order="left").select(
        *PAIR, over=(pl.col("metres") * pl.col("wet") + 0.5).floor().cast(pl.Int64)
    )
    return here.join(over, on=PAIR, how="left", maintain_order="left")["over"].alias("over_water_m")


def _point(share: pl.Expr) -> list[pl.Expr]:
    """Give ``lat_e7`` and ``lon_e7`` at a share of each great circle.

    The unit vectors of both ends are mixed by the sines of the angle on each side (slerp).
    """
    import polars as pl

    phi1, lam1, phi2, lam2 = ((pl.col(name) * E7_DEGREES).radians() for name in PAIR)
    ends = [
        (phi1.cos() * lam1.cos(), phi2.cos() * lam2.cos()),
        (phi1.cos() * lam1.sin(), phi2.cos() * lam2.sin()),
        (phi1.sin(), phi2.sin()),
    ]
    cosine = pl.sum_horizontal(one * other for one, other in ends).clip(-1.0, 1.0)
    angle = cosine.arccos()
    x, y, z = (
        one * ((1 - share) * angle).sin() + other * (share * angle).sin() for one, other in ends
    )
    flat = (x * x + y * y).sqrt()
    lat, lon = pl.arctan2(z, flat).degrees(), pl.arctan2(y, x).degrees()
    same = angle < 1e-9
    return [
        pl.when(same).then(own).otherwise((value / E7_DEGREES).round().cast(pl.Int64)).alias(name)
        for name, own, value in (("lat_e7", PAIR[0], lat), ("lon_e7", PAIR[1], lon))
    ]
