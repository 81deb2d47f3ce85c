"""What a drive should need by its load, climb, stops, speed and weather: one fit a class.

Least squares of relative errors, twice: the second time without what lies far off. The sums of
squares come from columns; only the small system of each class is solved here.
"""

from __future__ import annotations

from functools import reduce

import polars as pl

__all__ = ["CLASS", "ratios", "solve"]

CLASS = ("vehicle_class", "energy_carrier", "temperature_class")
# a feature that fewer rows of a class tell is not fitted
KNOWN = 0.9
FAR = 3.5
LEAST = 0.2  # of the usual energy a drive needs at least, whatever the fit says


def ratios(drives: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    """Give drives with ``_ln``: ln of their energy over what the fit of their class expects.

    Parameters
    ----------
    drives
        Rows with energy, distance and their facets; ``_load`` is the load factor [1].
    at
        ``fit`` rows at least for a fit; below, energy follows ``base + load · load factor``.

    Notes
    -----
    min Σ ((e - X b) / e)² with e energy per metre and X of 1, load, climb, stops (both also
    times load), idling, speed², cold and heat. What is not told of nine tenths of a class is left
    out.
    """
    made = drives.with_columns((pl.col("energy_j") / pl.col("distance_m")).alias("_e"))
    made = made.with_columns(_features())
    parts = [
        _fitted(part, at) if part.height >= at["fit"] else _plain(part, at)
        for part in made.partition_by(CLASS, maintain_order=True)
    ]
    return pl.concat(parts) if parts else made.with_columns(pl.lit(None, pl.Float64).alias("_ln"))


def _features() -> list[pl.Expr]:
    way = pl.col("distance_m")
    seconds = (pl.col("end") - pl.col("start") - pl.col("idle_us").fill_null(0)) / 1e6
    celsius = pl.col("air_temperature_mc") / 1000
    return [
        pl.lit(1.0).alias("_f_one"),
        pl.col("_load").alias("_f_load"),
        (pl.col("ascent_m") / way * 100).alias("_f_climb"),
        (pl.col("ascent_m") / way * 100 * pl.col("_load")).alias("_f_climb_load"),
        (pl.col("stops") / way * 1e4).alias("_f_stops"),
        (pl.col("stops") / way * 1e4 * pl.col("_load")).alias("_f_stops_load"),
        (pl.col("idle_us") / 1e6 / way * 100).alias("_f_idle"),
        pl.when(seconds > 0).then((way / seconds / 20) ** 2).alias("_f_speed"),
        ((10 - celsius).clip(0) / 10).alias("_f_cold"),
        ((celsius - 20).clip(0) / 10).alias("_f_heat"),
    ]


def _plain(part: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    load = pl.col("_load").fill_null(pl.col("_load").mean()).fill_null(0.5)
    bare = (pl.col("_e") / (at["base"] + at["load"] * load)).log()
    return part.with_columns((bare - bare.median()).alias("_ln"))


def _fitted(part: pl.DataFrame, at: dict[str, float]) -> pl.DataFrame:
    names = [name for name in part.columns if name.startswith("_f_")]
    told = part.select((pl.col(names).is_not_null() & pl.col(names).is_finite()).mean()).row(0)
    names = [name for name, share in zip(names, told, strict=True) if share >= KNOWN]
    filled = part.select("_e", pl.col(names).fill_null(pl.col(names).mean()))
    kept = pl.Series("kept", [True]).new_from_index(0, part.height)
    ln = pl.Series("_ln", [0.0]).new_from_index(0, part.height)
    for _ in range(3):
        found = _solved(filled.filter(kept), names)
        if found is None:
            return _plain(part, at)
        expected = reduce(
            lambda one, two: one + two,
            (filled[name] * value for name, value in zip(names, found, strict=True)),
        )
        usual = filled["_e"].median()
        floor = LEAST * (float(usual) if isinstance(usual, int | float) else 0.0)
        ln = (filled["_e"] / expected.clip(floor)).log()
        middle = ln.median()
        off = (ln - middle).abs()
        spread = off.median()
        kept = off <= FAR * 1.4826 * (float(spread) if isinstance(spread, int | float) else 0.0)
        if kept.sum() <= 2 * len(names):
            break
    return part.with_columns(ln.alias("_ln"))


def _solved(rows: pl.DataFrame, names: list[str]) -> list[float] | None:
    scaled = rows.select(pl.col(name) / pl.col("_e") for name in names)
    pairs = [(one, two) for one in names for two in names]
    sums = scaled.select(
        *(
            (pl.col(one) * pl.col(two)).sum().alias(f"{place}")
            for place, (one, two) in enumerate(pairs)
        ),
        *(pl.col(name).sum().alias(f"by{name}") for name in names),
    ).row(0)
    size = len(names)
    matrix = [list(sums[k * size : (k + 1) * size]) for k in range(size)]
    return solve(matrix, list(sums[size * size :]))


def solve(matrix: list[list[float]], right: list[float]) -> list[float] | None:
    """Give x of a small symmetric system by elimination with pivots; None where it has no one x."""
    size = len(right)
    scale = [abs(matrix[k][k]) ** 0.5 or 1.0 for k in range(size)]
    rows = [
        [matrix[i][j] / scale[i] / scale[j] for j in range(size)] + [right[i] / scale[i]]
        for i in range(size)
    ]
    for column in range(size):
        best = max(range(column, size), key=lambda row: abs(rows[row][column]))
        if abs(rows[best][column]) < 1e-9:
            return None
        rows[column], rows[best] = rows[best], rows[column]
        for row in range(size):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [rows[k][size] / rows[k][k] / scale[k] for k in range(size)]
