"""In which country a place lies: that of the nearest place with a name, asked once for each cell.

No map of borders is packed. A place belongs to the country of the nearest of 106,000 places of
UN/LOCODE and cities; how much farther the nearest place of another country is tells how sure that
is.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from tanlu.terms.place import cities, great_circle_m, points

__all__ = ["entered", "joined", "located", "runs"]

CELL_E7 = 200_000  # 0.02°, 2.2 km of latitude
COARSE = 50  # cells of a bucket of places: 1°
FARTHEST_M = 400_000  # beyond that no other country is near
WIDE = 5  # buckets within which a place has a city of its country
FEW = 8  # places; a country that has no more is too small to tell a slip
DEGREE_M = 111_195
CELL = {"lat": pl.col("lat_e7") // CELL_E7, "lon": pl.col("lon_e7") // CELL_E7}
LATS = 100_000  # more than cells of latitude, to pack two numbers in one
MOST = 1_000_000  # cells that are kept in mind


class _Known:
    """Cells that were asked before; the table is replaced as a whole."""

    rows = pl.DataFrame(schema={"cell": pl.Int64, "country": pl.String, "depth_m": pl.Int64})


_KNOWN = _Known()


def located(fixes: pl.DataFrame) -> pl.DataFrame:
    """Give for each row its ``country`` and ``depth_m``, how deep it lies in it [m].

    Parameters
    ----------
    fixes
        ``lat_e7``, ``lon_e7`` [1e-7 °].

    Returns
    -------
    DataFrame
        In the order of ``fixes``: ``country`` (ISO 3166-1), ``depth_m``: how much farther the
        nearest place of another country is than that of this one, 400 km at most. Depth is as of
        the centre of a cell of 0.02°.
    """
    cells = fixes.select(**CELL).with_columns(cell=pl.col("lat") * LATS + pl.col("lon"))
    asked = cells.unique("cell")
    known = _KNOWN.rows
    new = asked.join(known, on="cell", how="anti")
    if new.height:
        found = _searched(new)
        known = pl.concat([known, found])
        # what is asked by two at once is asked twice, and what they find is the same
        _KNOWN.rows = known if known.height <= MOST else found
    table = known.join(asked, on="cell", how="semi")
    return cells.join(table, on="cell", how="left", maintain_order="left").select(
        "country", "depth_m"
    )


def entered(*keys: str) -> pl.Expr:
    """Tell of rows whether they begin a run of rows of one cell and of the same ``keys``."""
    told = [pl.col(name) for name in keys] + list(CELL.values())
    return pl.any_horizontal((each != each.shift()).fill_null(value=True) for each in told)


@cache
def _places() -> pl.DataFrame:
    """Give all places with a country, by their bucket."""
    towns, rest = (
        table.select("country", pl.col("lat_e7", "lon_e7").cast(pl.Int64)).drop_nulls()
        for table in (cities(), points())
    )
    there = pl.concat([towns, _near(rest, towns)])
    step = CELL_E7 * COARSE
    there = there.with_columns(row=pl.col("lat_e7") // step, column=pl.col("lon_e7") // step)
    return there.join(_astray(there), on=["row", "column", "country"], how="anti")


def _near(rest: pl.DataFrame, towns: pl.DataFrame) -> pl.DataFrame:
    """Give the places that have a city of their own country within some 5° to 10°.

    Some hundred codes lie far off by a slip: 10.45° east as 104.5°. Countries without a city in
    the table are not judged.
    """
    step = CELL_E7 * COARSE * WIDE
    own = ["row", "column", "country"]
    bucket = {"row": pl.col("lat_e7") // step, "column": pl.col("lon_e7") // step}
    around = (
        towns.select("country", **bucket)
        .unique()
        .join(_shifts(1), how="cross")
        .select(
            "country", row=pl.col("row") + pl.col("up"), column=pl.col("column") + pl.col("across")
        )
        .unique()
    )
    known = towns["country"].unique().implode()
    kept = rest.with_columns(**bucket).join(around, on=own, how="semi", maintain_order="left")
    unjudged = rest.filter(~pl.col("country").is_in(known))
    return pl.concat([kept.drop("row", "column"), unjudged])


def _astray(there: pl.DataFrame) -> pl.DataFrame:
    """Give the buckets in which a country has one place far from all its others.

    A code with a slip in its coordinates lies alone among the places of other countries. Countries
    of a few places are not judged.
    """
    own = ["row", "column", "country"]
    many = there.filter(pl.len().over("country") > FEW)
    counts = many.group_by(own).agg(count=pl.len())
    shifts = _shifts(1)
    around = (
        counts.join(shifts, how="cross")
        .select(
            "country", row=pl.col("row") + pl.col("up"), column=pl.col("column") + pl.col("across"),
            count="count",
        )
        .group_by(own)
        .agg(near=pl.col("count").sum())
    )  # fmt: skip
    return counts.join(around, on=own).filter(pl.col("near") == 1).select(own)


def _shifts(wide: int) -> pl.DataFrame:
    """Give the steps from a bucket to those around it."""
    steps = range(-wide, wide + 1)
    return pl.DataFrame(
        [(up, across) for up in steps for across in steps],
        schema={"up": pl.Int64, "across": pl.Int64},
        orient="row",
    )


def _searched(cells: pl.DataFrame) -> pl.DataFrame:
    """Give ``cell, country, depth_m`` of cells, from the buckets around them."""
    middle = CELL_E7 // 2
    here = cells.select(
        "cell",
        lat=pl.col("lat") * CELL_E7 + middle,
        lon=pl.col("lon") * CELL_E7 + middle,
    )
    near = _ranked(here, wide=1)
    rest = here.join(near, on="cell", how="anti")
    far = _ranked(rest, wide=5) if rest.height else near.clear()
    lost = rest.join(far, on="cell", how="anti").select(
        "cell", country=pl.lit(None, pl.String), depth_m=pl.lit(0, pl.Int64)
    )
    return pl.concat([near, far, lost])


def _ranked(here: pl.DataFrame, *, wide: int) -> pl.DataFrame:
    """Give the cells that have a place within some buckets, with the nearest and the runner-up."""
    step = CELL_E7 * COARSE
    shifts = _shifts(wide)
    parts = []
    # cells of a chunk meet at most some millions of places
    for chunk in here.iter_slices(4_000 // (wide * wide)):
        pairs = (
            chunk.join(shifts, how="cross")
            .with_columns(
                row=pl.col("lat") // step + pl.col("up"),
                column=(pl.col("lon") // step + pl.col("across") + 180) % 360 - 180,
            )
            .join(_places(), on=["row", "column"])
        )
        parts.append(
            pairs.with_columns(far=great_circle_m(*map(pl.col, ("lat", "lon", "lat_e7", "lon_e7"))))
            .group_by("cell", "country")
            .agg(pl.col("far").min())
            .sort("cell", "far", "country")
            .group_by("cell", maintain_order=True)
            .agg(
                pl.col("country").first(),
                first=pl.col("far").first(),
                second=pl.col("far").slice(1, 1).first(),
            )
        )
    # beyond the buckets that were looked at nothing is known
    sure = (DEGREE_M * wide * (pl.col("lat") * 1e-7).radians().cos()).floor().cast(pl.Int64)
    near = pl.concat(parts).join(here, on="cell", maintain_order="left").with_columns(_sure=sure)
    if wide == 1:
        near = near.filter(pl.col("first") <= pl.col("_sure"))
    second = pl.min_horizontal(pl.col("second"), "_sure")
    return near.select("cell", "country", depth_m=(second - pl.col("first")).clip(0, FARTHEST_M))


def runs(countries: np.ndarray, depth: np.ndarray, least_m: int) -> list[tuple[int, int]]:
    """Give the stretches [first, last) of one country along a leg, shallow ones within others.

    A stretch that is nowhere deeper than ``least_m`` belongs to what goes before it, or behind it
    at the start: near a border the nearest place may lie on the other side.
    """
    edges = np.flatnonzero(countries[1:] != countries[:-1]) + 1
    first = np.concatenate([[0], edges])
    last = np.concatenate([edges, [countries.size]])
    whole = [
        (int(a), int(b)) for a, b in zip(first, last, strict=True) if depth[a:b].max() >= least_m
    ]
    if not whole:
        return [(0, countries.size)]
    return joined(whole, countries)


def joined(stretches: list[tuple[int, int]], countries: np.ndarray) -> list[tuple[int, int]]:
    """Give stretches in order, those of one country that follow each other as one."""
    found: list[tuple[int, int]] = []
    for a, b in stretches:
        if found and countries[found[-1][0]] == countries[a]:
            found[-1] = (found[-1][0], b)
        else:
            found.append((a, b))
    return found
