"""What is taken as a map, and how it is made small."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.serve.maps import outline

SQUARE = [[100, 30], [101, 30], [101, 31], [100, 31], [100, 30]]


def geojson(*rings: list, kind: str = "Polygon") -> bytes:
    features = [
        {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": [ring]}}
        for ring in rings
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def wavy(left: float, right: float) -> list[list[float]]:
    """A ring of many points between two meridians."""
    shared = [[right + 0.003 * (i % 7), 20 + i / 5000] for i in range(5000)]
    other = [[left + 0.003 * (i % 7), 21 - i / 5000] for i in range(5001)]
    return [*shared, *other, shared[0]]


def test_a_ring_is_kept_with_the_hash_of_its_file() -> None:
    found = outline(geojson(SQUARE))

    assert found.lines == (tuple((float(x), float(y)) for x, y in SQUARE),)
    assert len(found.sha256) == 64


def test_a_shared_border_stays_shared_when_it_is_made_coarser() -> None:
    west, east = wavy(100, 101), wavy(101, 102)
    found = outline(geojson(west, east, *([SQUARE] * 1500)))
    edges = [
        {line[i] for i in range(len(line)) if abs(line[i][0] - 101) < 0.5}
        for line in found.lines[:2]
    ]

    assert found.points < found.points_in
    assert edges[0] == edges[1]


def test_an_island_smaller_than_the_grid_stays() -> None:
    tiny = [[112.0001, 3.8401], [112.0002, 3.8401], [112.0002, 3.8402], [112.0001, 3.8401]]
    found = outline(geojson(SQUARE, tiny))

    assert len(found.lines) == 2
    assert len(found.lines[1]) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"no json",
        b"[]",
        b'{"type":"Point","coordinates":[1,2]}',
        geojson(),
        geojson([[100, 30], [101, 30], [101, 31]]),
        geojson([[0, 0], [200, 0], [0, 1], [0, 0]]),
        geojson([[12e6, 4e6], [12e6, 5e6], [13e6, 5e6], [12e6, 4e6]]),
        b'{"type":"FeatureCollection"}',
        b'{"type":"Polygon","coordinates":[[["a"]]]}',
        b'{"type":"Polygon","coordinates":7}',
        b"\xff\xfe",
    ],
)
def test_what_is_no_map_is_refused(data: bytes) -> None:
    with pytest.raises(TanluError, match="TL951"):
        outline(data)


def features(*named: tuple[dict, list]) -> bytes:
    told = [
        {"type": "Feature", "properties": properties,
         "geometry": {"type": "MultiPolygon", "coordinates": polygons}}
        for properties, polygons in named
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": told}).encode()


HOLE = [[100.2, 30.2], [100.4, 30.2], [100.4, 30.4], [100.2, 30.2]]


@pytest.mark.parametrize("properties", [
    {"adcode": 610000}, {"adcode": "610000"}, {"gb": "61"}, {"code": "CN-SN"}, {"name": "陕西省"},
    {"name": "陕西"}, {"NAME": "shaanxi"}, {"ISO_3166_2": "cn-sn", "name": "whatever"},
])  # fmt: skip
def test_a_region_is_known_by_its_code_or_its_name(properties) -> None:
    found = outline(features((properties, [[SQUARE, HOLE], [SQUARE]])))

    assert found.areas == {"CN-SN": ((0, 1), (2,))}


@pytest.mark.parametrize("properties", [
    {}, None, {"name": "西安市"}, {"adcode": 610100}, {"adcode": "100000"}, {"name": ["x"]},
])  # fmt: skip
def test_what_is_no_unit_of_the_first_level_is_an_outline_alone(properties) -> None:
    found = outline(features((properties, [[SQUARE]]), ({"gb": "71"}, [[SQUARE]])))

    assert len(found.lines) == 2
    assert found.areas == {"CN-TW": ((1,),)}


def test_lines_bound_nothing() -> None:
    line = {"type": "LineString", "coordinates": SQUARE}
    told = {"type": "Feature", "properties": {"name": "陕西"}, "geometry": line}
    assert outline(json.dumps(told).encode()).areas == {}


def test_every_unit_of_the_national_standard_has_its_code() -> None:
    from tanlu.serve.maps.checking import DIVISIONS
    from tanlu.terms.place import provinces

    assert {f"CN-{letters}" for letters in DIVISIONS.values()} == set(provinces()["code"])
    # GB/T 2260 and the names of ISO 3166-2 name the same units
    named = {"15": "NM 内蒙古", "42": "HB 湖北", "41": "HA 河南", "13": "HE 河北", "14": "SX 山西"}
    for number, told in named.items():
        letters, name = told.split()
        assert DIVISIONS[number] == letters
        assert provinces().filter(code=f"CN-{letters}")["name_zh"].item() == name
