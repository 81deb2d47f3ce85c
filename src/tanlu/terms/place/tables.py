"""The packed tables, each read when it is first asked for and kept."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

GRID = "CN-GRID-"


@cache
def packed(name: str) -> pl.DataFrame:
    """Give a table of ``data/`` by its file name; CSV columns ``*_e7`` are int64, the rest text."""
    import polars as pl

    path = resources.files("tanlu.terms.place").joinpath("data", name)
    with resources.as_file(path) as file:
        return pl.read_parquet(file) if name.endswith(".parquet") else _csv(file)


def _csv(file: Path) -> pl.DataFrame:
    import polars as pl

    return pl.read_csv(file, infer_schema=False).with_columns(
        pl.col("^.*_e7$").cast(pl.Int64),
        pl.col("^population$").cast(pl.Int64),
    )


def countries() -> pl.DataFrame:
    """Give the countries and areas of ISO 3166-1.

    Returns
    -------
    DataFrame
        ``code`` (alpha-2), ``code3``, ``name``, ``name_zh``, ``continent``, ``population``,
        ``capital``, ``lat_e7``, ``lon_e7`` of the capital [1e-7 °], main ``airport`` (IATA) and
        ``seaport`` (UN/LOCODE; of a landlocked country the usual gateway), ``gateway`` = who chose
        them: ``stated`` by hand or by ``rule``, null where there is none.
    """
    return packed("countries.csv")


def provinces() -> pl.DataFrame:
    """Give the 34 provincial units of China.

    Returns
    -------
    DataFrame
        ``code`` (ISO 3166-2:CN), ``name``, ``name_zh`` (short), ``full_zh``, ``country`` (ISO
        3166-1; three units have a code of their own), ``capital``, ``capital_zh``, ``lat_e7``,
        ``lon_e7`` of the capital [1e-7 °], ``grid`` (null where none), ``grid_note``.
    """
    return packed("provinces.csv")


@cache
def grid(region: str | None) -> str | None:
    """Give the regional grid of a province of China, such as ``CN-GRID-EAST`` of ``CN-SH``.

    Parameters
    ----------
    region
        ISO 3166-2 code of a province. The code of a grid is its own grid.

    Returns
    -------
    str or None
        None for what lies in none of the seven regional grids: Hong Kong, Macao and Taiwan, places
        outside China, and China as a whole.

    References
    ----------
    Ministry of Ecology and Environment, announcement 2024 no. 12, annex, note on the seven regions.
    """
    if region is None:
        return None
    if region.startswith(GRID):
        return region if region in set(provinces()["grid"].drop_nulls()) else None
    found = provinces().filter(code=region)["grid"].to_list()
    return found[0] if found else None


def regions() -> pl.DataFrame:
    """Give the names of regions outside China that people write after a comma.

    ``around`` is a name that a country or a large city has too; it is read only after a comma.
    """
    return packed("regions.csv")


def airports() -> pl.DataFrame:
    """Give the airports with an IATA code: ``size`` 3 large, 2 medium, 1 small, 0 not known."""
    return packed("airports.parquet")


def points() -> pl.DataFrame:
    """Give the UN/LOCODE places.

    ``functions`` is the sum of 1 port, 2 rail, 4 inland depot, 8 airport, 16 road.
    """
    return packed("unlocode.parquet")


def cities() -> pl.DataFrame:
    """Give the cities by GeoNames number, with their population."""
    return packed("cities.parquet")


@cache
def crossings() -> pl.DataFrame:
    """Give border crossings of railways and roads.

    Returns
    -------
    DataFrame
        ``code`` (own, ``name.mode``), ``name``, ``name_zh``, ``country_a``, ``country_b`` (ISO
        3166-1; by land the way from a to b crosses the border here), ``lat_e7``, ``lon_e7``
        [1e-7 °], ``mode`` (``rail`` or ``road``), ``gauge_mm_a``, ``gauge_mm_b`` of the line on
        either side [mm] (null for roads; unequal where wagons are changed or goods moved over),
        ``source``: the place that the table of UN/LOCODE or of cities has there and how far off,
        or *assumption*: entered by hand to about a kilometre.
    """
    import polars as pl

    path = resources.files("tanlu.terms.place").joinpath("crossings.csv")
    with resources.as_file(path) as file:
        return _csv(file).with_columns(pl.col("^gauge_mm_[ab]$").cast(pl.Int64))
