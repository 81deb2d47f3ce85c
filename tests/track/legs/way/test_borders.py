"""Borders are crossed at known crossings, else midway, and nothing is lost."""

import itertools

import polars as pl

from tanlu.terms.place import crossings
from tanlu.track.legs import elements
from tests.track.legs.made import HOUR, START, leg, moves

MILAN, ZURICH, XIAN, ALMATY = (45.5, 9.18), (47.4, 8.5), (34.3, 108.9), (43.2, 76.9)
CHIASSO = (45.83, 9.03)


def by_way_of(mode: str, *places: tuple[float, float], hours: int = 4):
    """Give the elements of one device that goes straight from place to place, as one leg."""
    parts = []
    for number, ends in enumerate(itertools.pairwise(places)):
        span = (START + number * hours * HOUR, START + (number + 1) * hours * HOUR)
        parts.append(leg("d", number + 1, mode, ends, span, fixes=400))
    moved, fixes = moves(parts)
    return moved, elements(moved, fixes)


def test_a_train_over_chiasso_changes_country_there():
    row = crossings().filter(code="chiasso.rail").row(0, named=True)
    moved, found = by_way_of("train", MILAN, CHIASSO, ZURICH)

    assert found["country"].to_list() == ["IT", "CH"]
    assert found["crossing"].to_list() == [None, "chiasso.rail"]
    assert abs(found["origin_lat_e7"][1] - row["lat_e7"]) < 200_000
    assert found["distance_m"].sum() == moved.segments["distance_m"].sum()
    assert abs(found["distance_m"][0] - moved.segments["distance_m"][0]) < 2_000


def test_gauges_are_told_by_the_crossing():
    code = "alashankou.rail"
    lat, lon = (crossings().filter(code=code)[name][0] / 1e7 for name in ("lat_e7", "lon_e7"))

    _, found = by_way_of("train", (44.6, 84.0), (lat, lon), ALMATY)

    assert found.select("country", "gauge_mm").rows() == [("CN", 1435), ("KZ", 1520)]
    assert found["crossing"][1] == code


def test_where_no_crossing_is_known_the_border_is_midway_with_an_interval():
    # from Warsaw's south over the High Tatras no railway goes
    _, found = by_way_of("truck", (50.06, 19.94), (48.7, 19.15))

    assert found["country"].to_list() == ["PL", "SK"]
    assert found["crossing"].to_list() == [None, None]
    assert found["border_m"][1] > 1_000


def test_ships_and_aircraft_are_not_cut():
    found = [by_way_of(mode, MILAN, ZURICH)[1] for mode in ("sea", "air")]

    assert [(each.height, each["country"][0]) for each in found] == [(1, None), (1, None)]


def test_energy_is_cut_with_the_way_and_none_is_lost():
    moved, _ = by_way_of("train", MILAN, CHIASSO, ZURICH)
    spans = moved.segments
    readings = pl.DataFrame(
        {
            "device": ["d"] * 9,
            "at": [START + k * HOUR for k in range(9)],
            "energy_j": [float(k * 1_000_003) for k in range(9)],
        }
    )
    _, fixes = moves(
        [
            leg("d", 1, "train", (MILAN, CHIASSO), (START, START + 4 * HOUR), fixes=400),
            leg(
                "d", 2, "train", (CHIASSO, ZURICH), (START + 4 * HOUR, START + 8 * HOUR), fixes=400
            ),
        ]
    )

    found = elements(moved, fixes, energy=readings)

    assert spans.height == 2
    assert found["energy_j"].sum() == 8 * 1_000_003
    assert abs(found["energy_j"][0] - 4 * 1_000_003) < 200_000


def test_who_stands_at_a_border_is_on_its_near_side_until_he_moves_on():
    end = START + 8 * HOUR
    first, one = leg("d", 1, "train", (MILAN, CHIASSO), (START, START + 2 * HOUR), fixes=200)
    _, stay = leg("d", 1, "train", (CHIASSO, CHIASSO), (START + 2 * HOUR, end - 2 * HOUR), fixes=60)
    second, two = leg("d", 1, "train", (CHIASSO, ZURICH), (end - 2 * HOUR, end), fixes=200)
    whole = {**second, **{name: first[name] for name in first if name.startswith("origin_")}}
    whole |= {"start": START, "distance_m": first["distance_m"] + second["distance_m"]}
    fixes = pl.concat([one, stay[1:], two[1:]])
    moved, _ = moves([(whole, fixes)])

    found = elements(moved, fixes)

    assert found["country"].to_list() == ["IT", "CH"]
    assert abs(found["start"][1] - (end - 2 * HOUR)) < HOUR // 10


def place_of(code: str) -> tuple[float, float]:
    row = crossings().filter(code=code).row(0, named=True)
    return row["lat_e7"] / 1e7, row["lon_e7"] / 1e7


def test_a_train_that_ends_at_the_border_was_not_beyond_it_where_no_names_are_near():
    brest, alashankou = place_of("brest.rail"), place_of("alashankou.rail")
    ways = [
        ((53.65, 26.79), (52.99, 25.03), (52.76, 24.25), (52.52, 24.1), brest),
        ((46.46, 79.86), (45.84, 80.35), (45.32, 80.82), (45.22, 81.49), alashankou),
    ]

    for way, country in zip(ways, ("BY", "KZ"), strict=True):
        for each in (way, way[::-1]):
            moved, found = by_way_of("train", *each)

            assert found["country"].to_list() == [country]
            assert found["distance_m"].sum() == moved.segments["distance_m"].sum()


def test_a_part_that_is_shorter_than_its_border_is_known_is_none():
    lat, lon = place_of("khorgos.rail")

    _, found = by_way_of("train", (lat + 0.02, lon + 0.035), (44.0, 78.5), (43.3, 76.9))

    assert found["country"].to_list() == ["KZ"]
