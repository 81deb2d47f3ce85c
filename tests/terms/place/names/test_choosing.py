"""Choosing one meaning, or none."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.terms.place.names.choosing import chosen
from tanlu.terms.place.names.reading import meanings

E7 = 10_000_000
PLAIN = {
    "row": 0, "kind": "city", "code": "A", "country": "CN", "region": None, "lat_e7": 0,
    "lon_e7": 0, "name": "A", "name_zh": None, "weight": 100, "rank": 2, "told": False,
    "alias": False,
}  # fmt: skip


def choose(*rows: dict[str, Any], by_order: bool = False) -> dict[str, Any]:
    dtypes = {**meanings().schema, "row": pl.UInt32, "told": pl.Boolean}
    full = [{**PLAIN, **row} for row in rows]
    frame = pl.DataFrame(full, schema={name: dtypes[name] for name in PLAIN})
    return chosen(frame, by_order=by_order).row(0, named=True)


def test_the_first_kind_is_meant() -> None:
    found = choose({"kind": "port", "code": "P", "rank": 3, "lon_e7": 9 * E7}, {"code": "C"})

    assert found["code"] == "C"


def test_a_place_ten_times_as_heavy_is_meant() -> None:
    assert choose({"code": "L", "weight": 1000}, {"code": "S", "lon_e7": 9 * E7})["code"] == "L"


def test_a_place_less_than_ten_times_as_heavy_is_not() -> None:
    found = choose({"code": "L", "weight": 999}, {"code": "S", "lon_e7": 9 * E7})

    assert (found["code"], found["fault"]) == (None, "TL118")


def test_the_name_of_a_place_wins_over_what_another_is_called_besides() -> None:
    found = choose(
        {"code": "Rome"}, {"code": "Lome", "alias": True, "weight": 999, "lon_e7": 9 * E7}
    )

    assert found["code"] == "Rome"


def test_two_names_of_one_spot_are_one_place() -> None:
    assert choose({"code": "L", "weight": 120}, {"code": "S", "lon_e7": E7 // 10})["code"] == "L"


def test_a_code_of_two_countries_is_ambiguous_unless_an_order_is_told() -> None:
    airport = {"kind": "airport", "code": "CAN", "rank": 0, "told": True}
    country = {"kind": "country", "code": "CA", "country": "CA", "rank": 1, "told": True}

    assert choose(airport, country)["fault"] == "TL118"
    assert choose(airport, country, by_order=True)["code"] == "CAN"


def test_a_code_and_a_name_far_apart_are_ambiguous() -> None:
    told = {"kind": "airport", "code": "MAN", "country": "GB", "rank": 4, "told": True}

    assert choose(told, {"code": "GN1", "country": "CI"})["fault"] == "TL118"


def test_a_code_and_a_name_of_one_spot_are_the_code() -> None:
    told = {"kind": "airport", "code": "VAN", "country": "TR", "rank": 4, "told": True}

    assert choose(told, {"code": "GN1", "country": "TR"})["code"] == "VAN"
