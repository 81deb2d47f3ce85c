"""The great circle against an exact formula, a published example and its own laws."""

from __future__ import annotations

import math

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.terms.place.circle import EARTH_RADIUS_M, great_circle_m

LAT = st.integers(-900_000_000, 900_000_000)
LON = st.integers(-1_800_000_000, 1_800_000_000)
PLACE = st.tuples(LAT, LON)
COLUMNS = ("a", "b", "c", "d")


def metres(*rows: tuple[int, int, int, int]) -> list[int]:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.Int64), orient="row")
    return frame.select(great_circle_m(*map(pl.col, COLUMNS))).to_series().to_list()


def vincenty_sphere(lat1: int, lon1: int, lat2: int, lon2: int) -> float:
    """The same distance by the arctangent form, exact for antipodes too."""
    p, q, l = (math.radians(each / 1e7) for each in (lat1, lat2, lon2 - lon1))  # noqa: E741
    y = math.hypot(
        math.cos(q) * math.sin(l),
        math.cos(p) * math.sin(q) - math.sin(p) * math.cos(q) * math.cos(l),
    )
    x = math.sin(p) * math.sin(q) + math.cos(p) * math.cos(q) * math.cos(l)
    return EARTH_RADIUS_M * math.atan2(y, x)


@settings(max_examples=300)
@given(PLACE, PLACE)
def test_it_agrees_with_the_arctangent_form_within_a_metre(a: tuple, b: tuple) -> None:
    found = metres((*a, *b))[0]
    exact = vincenty_sphere(*a, *b)

    # next to the antipode the haversine is flat: there a float knows the angle to 2e-8 only
    assert abs(found - exact) <= (1 if exact < 20_000_000 else 2)


@given(PLACE, PLACE)
def test_the_way_back_is_as_long(a: tuple, b: tuple) -> None:
    there, back = metres((*a, *b), (*b, *a))

    assert there == back


@given(PLACE)
def test_a_place_is_nowhere_but_at_itself(a: tuple) -> None:
    assert metres((*a, *a)) == [0]


@settings(max_examples=200)
@given(PLACE, PLACE, PLACE)
def test_a_detour_is_never_shorter(a: tuple, b: tuple, c: tuple) -> None:
    direct, first, second = metres((*a, *c), (*a, *b), (*b, *c))

    assert direct <= first + second + 3  # three roundings and the antipode


def test_a_degree_of_the_meridian_is_the_radius_times_its_angle() -> None:
    assert metres((0, 0, 10_000_000, 0)) == [round(EARTH_RADIUS_M * math.pi / 180)]


def test_half_the_world_is_the_longest_way() -> None:
    half = round(EARTH_RADIUS_M * math.pi)

    assert metres((900_000_000, 0, -900_000_000, 0), (0, 0, 0, 1_800_000_000)) == [half, half]


def test_the_date_line_is_no_wall() -> None:
    assert metres((0, 1_799_999_999, 0, -1_799_999_999))[0] == 0
    assert metres((0, 1_795_000_000, 0, -1_795_000_000)) == metres((0, 0, 0, 10_000_000))


def test_nashville_to_los_angeles_is_the_published_example() -> None:
    # Rosetta Code, Haversine formula: 2886.44 km (BNA 36.12,-86.67; LAX 33.94,-118.40) on 6371 km
    found = metres((361_200_000, -866_700_000, 339_400_000, -1_184_000_000))[0]

    assert round(found / EARTH_RADIUS_M * 6371, 1) == 2886.4


def test_what_is_not_known_stays_null() -> None:
    assert metres((None, 0, 0, 0)) == [None]  # type: ignore[arg-type]
