"""How much of a straight line lies over open water."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.terms.place.circle import E7_DEGREES, great_circle_m
from tanlu.terms.place.sea import PAIR
from tanlu.terms.place.tables import packed

if TYPE_CHECKING:
    import polars as pl

STEP_M = 50_000
FINEST = 100  # points on one line
SIDE_E7 = 5_000_000  # a cell of half a degree
ROWS, COLUMNS = 360, 720


def over_water_m(pairs: pl.DataFrame) -> pl.Series:
    """Give how much of each great circle lies over open water, to about 1 % and 50 km [m].

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
    points = _ends(lines).with_columns(step=pl.int_ranges(0, pl.col("steps"))).explode("step")
    on_line = points.select("line", *_point((pl.col("step") + 0.5) / pl.col("steps")))
    row = ((pl.col("lat_e7") + 900_000_000) // SIDE_E7).clip(0, ROWS - 1)
    column = (pl.col("lon_e7") + 1_800_000_000) // SIDE_E7 % COLUMNS
    cell = on_line.select(row * COLUMNS + column).to_series()
    wet = on_line.with_columns(wet=packed("water.parquet")["wet"].gather(cell))
    share = wet.group_by("line", maintain_order=True).agg(pl.col("wet").mean())
    over = lines.join(share, on="line", how="left", maintain_order="left").select(
        *PAIR, over=(pl.col("metres") * pl.col("wet") + 0.5).floor().cast(pl.Int64)
    )
    return here.join(over, on=PAIR, how="left", maintain_order="left")["over"].alias("over_water_m")


def _ends(lines: pl.DataFrame) -> pl.DataFrame:
    """Give ``line``, ``steps``, the unit vectors of both ends and the angle between them."""
    import polars as pl

    phi1, lam1, phi2, lam2 = ((pl.col(name) * E7_DEGREES).radians() for name in PAIR)
    vectors = {
        "x1": phi1.cos() * lam1.cos(), "y1": phi1.cos() * lam1.sin(), "z1": phi1.sin(),
        "x2": phi2.cos() * lam2.cos(), "y2": phi2.cos() * lam2.sin(), "z2": phi2.sin(),
    }  # fmt: skip
    dot = pl.sum_horizontal(pl.col(f"{axis}1") * pl.col(f"{axis}2") for axis in "xyz")
    return lines.select("line", "steps", **vectors).with_columns(angle=dot.clip(-1.0, 1.0).arccos())


def _point(share: pl.Expr) -> list[pl.Expr]:
    """Give ``lat_e7`` and ``lon_e7`` at a share of each great circle.

    Both ends are mixed by the sines of the angle to the other side (slerp); a line of no length
    mixes to nothing and is its first end.
    """
    import polars as pl

    near = pl.col("angle") < 1e-9
    before = pl.when(near).then(1.0).otherwise(((1 - share) * pl.col("angle")).sin())
    after = pl.when(near).then(0.0).otherwise((share * pl.col("angle")).sin())
    x, y, z = (pl.col(f"{axis}1") * before + pl.col(f"{axis}2") * after for axis in "xyz")
    lat, lon = pl.arctan2(z, (x * x + y * y).sqrt()), pl.arctan2(y, x)
    return [
        (angle.degrees() / E7_DEGREES).round().cast(pl.Int64).alias(name)
        for name, angle in (("lat_e7", lat), ("lon_e7", lon))
    ]
