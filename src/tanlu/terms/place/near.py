"""The nearest of many places, for a column of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.place.circle import E7_DEGREES, great_circle_m
from tanlu.terms.place.tables import airports, points

if TYPE_CHECKING:
    import polars as pl

PAIRS_AT_ONCE = 2_000_000  # a chunk of distances, about 150 MB
FUNCTION = {"port": 1, "rail": 2, "icd": 4}
HERE = ["lat_e7", "lon_e7"]


def nearest(places: pl.DataFrame, kind: str, *, size: int | None = None) -> pl.DataFrame:
    """Give for each place the nearest airport, port, rail terminal or inland container depot.

    Parameters
    ----------
    places
        ``lat_e7``, ``lon_e7`` [1e-7 °]; other columns are left out of the answer.
    kind
        ``airport``, ``port``, ``rail`` or ``icd``.
    size
        Smallest size that counts: airports 3 large, 2 medium (default), 1 small, 0 all; ports
        3 served by lines from ten countries or more, 2 served by lines, 1 known to carriers'
        tables (default), 0 all of UN/LOCODE. Rail and depots have no size.

    Returns
    -------
    DataFrame
        In the order of ``places``: ``code``, ``name``, ``name_zh``, ``country``, ``lat_e7``,
        ``lon_e7`` of the found place, ``distance_m`` on the great circle [m]. Null where the
        place is null.

    Raises
    ------
    TanluError
        TL117 when the kind is none of these.
    """
    there = _choices(kind, size)
    found = nearest_of(places, there).drop(HERE)
    kept = there.select("code", "name", "name_zh", "country", *HERE).with_row_index("found")
    return found.join(kept, on="found", how="left", maintain_order="left").select(
        *kept.columns[1:], "distance_m"
    )


def _choices(kind: str, size: int | None) -> pl.DataFrame:
    import polars as pl

    if kind == "airport":
        return airports().filter(pl.col("size") >= (2 if size is None else size))
    if kind not in FUNCTION:
        raise TanluError("TL117", value=kind, choices=", ".join(["airport", *FUNCTION]))
    least = size if size is not None else int(kind == "port")
    return points().filter(
        (pl.col("functions") & FUNCTION[kind]) > 0,
        pl.col("size") >= least if kind == "port" else pl.lit(value=True),
    )


def nearest_of(places: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Give for each place the row number ``found`` of the nearest row of another frame.

    Both have ``lat_e7`` and ``lon_e7``. Equally near ones: the first row. Each distinct place is
    compared once with all others, in chunks of even memory: by the chord through the sphere, which
    orders places as the great circle does and needs no trigonometry for each pair.
    """
    import polars as pl

    here = places.select(pl.col(HERE).cast(pl.Int64))
    distinct = here.drop_nulls().unique(maintain_order=True).with_row_index("place")
    others = _on_sphere(there.select(pl.col(HERE).cast(pl.Int64)))
    rows = max(PAIRS_AT_ONCE // max(len(others), 1), 1)
    vectors = _on_sphere(distinct)
    parts = [_closest(vectors.slice(at, rows), others) for at in range(0, len(distinct), rows)]
    found = pl.concat([_closest(vectors.clear(), others), *parts])
    ends = there.select(to_lat="lat_e7", to_lon="lon_e7").with_row_index("found")
    measured = (
        distinct.join(found, on="place", maintain_order="left")
        .join(ends, on="found", maintain_order="left")
        .select(
            *HERE, "found", distance_m=great_circle_m(*map(pl.col, (*HERE, "to_lat", "to_lon")))
        )
    )
    return here.join(measured, on=HERE, how="left", maintain_order="left")


def _on_sphere(places: pl.DataFrame) -> pl.DataFrame:
    """Add ``x``, ``y``, ``z`` on the unit sphere."""
    import polars as pl

    phi, lam = ((pl.col(name).cast(pl.Float64) * E7_DEGREES).radians() for name in HERE)
    return places.with_columns(x=phi.cos() * lam.cos(), y=phi.cos() * lam.sin(), z=phi.sin())


def _closest(here: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """Give ``place`` and the number ``found`` of the row with the shortest chord."""
    import polars as pl

    chord = pl.sum_horizontal((pl.col(f"{axis}_to") - pl.col(axis)).pow(2) for axis in "xyz")
    return (
        here.select("place", "x", "y", "z")
        .join(others.select(pl.col("x", "y", "z").name.suffix("_to")), how="cross")
        .select("place", chord=chord)
        .group_by("place", maintain_order=True)
        .agg(found=pl.col("chord").arg_min())
        .with_columns(pl.col("found").cast(pl.UInt32))
    )
