"""Countries by the nearest place with a name."""

import numpy as np
import polars as pl

from tanlu.track.legs.way.countries import joined, located, runs

PLACES = {
    "Xi'an": (34.3, 108.9, "CN"), "Almaty": (43.2, 76.9, "KZ"), "Berlin": (52.5, 13.4, "DE"),
    "Basel": (47.55, 7.59, "CH"), "Sao Paulo": (-23.5, -46.6, "BR"), "Suva": (-18.1, 178.4, "FJ"),
}  # fmt: skip


def test_cities_lie_in_their_countries():
    rows = pl.DataFrame(
        {
            "lat_e7": [round(lat * 1e7) for lat, _, _ in PLACES.values()],
            "lon_e7": [round(lon * 1e7) for _, lon, _ in PLACES.values()],
        }
    )

    assert located(rows)["country"].to_list() == [code for _, _, code in PLACES.values()]


def test_the_middle_of_an_ocean_is_in_no_country():
    rows = pl.DataFrame({"lat_e7": [300_000_000], "lon_e7": [-450_000_000]})

    assert located(rows).row(0) == (None, 0)


def test_far_from_a_border_a_place_lies_deep():
    rows = pl.DataFrame(
        {"lat_e7": [343_000_000, 475_500_000], "lon_e7": [1_089_000_000, 75_900_000]}
    )

    deep, near = located(rows)["depth_m"]

    assert deep > 80_000
    assert near < 10_000


def test_a_shallow_stretch_is_none():
    codes = np.array([0, 0, 1, 1, 0, 0, 1, 1])
    depth = np.array([9, 9, 2, 2, 9, 9, 8, 8]) * 1000

    assert runs(codes, depth, 5_000) == [(0, 6), (6, 8)]
    assert runs(codes, depth * 0, 5_000) == [(0, 8)]
    assert joined([(0, 2), (4, 6)], codes) == [(0, 6)]


def test_places_whose_coordinates_slipped_tell_no_country():
    # codes of Germany at ten times their longitude lie near Lake Baikal
    rows = pl.DataFrame({"lat_e7": [515_000_000], "lon_e7": [1_090_000_000]})

    assert located(rows)["country"].to_list() == ["RU"]
