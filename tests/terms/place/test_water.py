"""How much of a straight line lies over water."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.terms.place import locate, over_water_m
from tanlu.terms.place.sea import PAIR
from tanlu.terms.place.tables import packed
from tanlu.terms.place.water import COLUMNS, ROWS


def kilometres(origin: str, destination: str) -> float:
    (a, b), (c, d) = locate(pl.Series([origin, destination])).select("lat_e7", "lon_e7").rows()
    found = over_water_m(pl.DataFrame([(a, b, c, d)], schema=PAIR, orient="row"))
    return found[0] / 1000


@pytest.mark.parametrize(
    ("origin", "destination"),
    [("Berlin", "Paris"), ("Beijing", "Lhasa"), ("Nairobi", "Johannesburg"), ("Chicago", "Denver")],
)
def test_a_line_over_land_is_dry(origin: str, destination: str) -> None:
    assert kilometres(origin, destination) < 60


@pytest.mark.parametrize(
    ("origin", "destination", "least"),
    [("Mumbai", "Lusaka", 4000), ("Lisbon", "New York City", 4000), ("Dakar", "Cape Town", 4000)],
)
def test_a_line_over_an_ocean_is_wet(origin: str, destination: str, least: float) -> None:
    assert kilometres(origin, destination) > least


def test_a_line_is_as_wet_from_either_end() -> None:
    assert abs(kilometres("Tokyo", "Sydney") - kilometres("Sydney", "Tokyo")) <= 100


def test_a_place_to_itself_is_dry_and_null_stays_null() -> None:
    here = pl.DataFrame([(0, 100_000_000, 0, 100_000_000), (0, 0, 0, None)], PAIR, orient="row")

    assert over_water_m(here).to_list()[1] is None
    assert over_water_m(here)[0] == 0


def test_a_line_over_the_date_line_goes_the_short_way() -> None:
    across = pl.DataFrame([(0, 1_790_000_000, 0, -1_790_000_000)], PAIR, orient="row")

    assert over_water_m(across)[0] < 250_000


def test_two_thirds_of_the_cells_of_the_tropics_are_water() -> None:
    wet = packed("water.parquet")["wet"]
    tropics = wet.slice(ROWS // 3 * COLUMNS, ROWS // 3 * COLUMNS)

    assert wet.len() == ROWS * COLUMNS
    assert 0.55 < float(tropics.mean()) < 0.85  # type: ignore[arg-type]
