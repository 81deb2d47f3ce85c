"""Places as iLEAP tells them."""

from __future__ import annotations

from tanlu.share.exchange.ileap.mapping.spots import Places, point_of


def test_a_place_has_its_city_and_country_and_the_code_that_it_came_with() -> None:
    places = Places(["CN-BJ", "CNSHA", "PVG", "Nowhere at all", None])

    assert places.at("CN-BJ") == {"city": "Beijing", "country": "CN"}
    assert places.at("CNSHA") == {"city": "Shanghai", "country": "CN", "locode": "CNSHA"}
    airport = places.at("PVG")
    assert airport is not None
    assert (airport["country"], airport["iata"]) == ("CN", "PVG")
    assert places.at("Nowhere at all") is None
    assert places.at(None) is None


def test_a_point_is_told_only_where_the_ledger_has_it() -> None:
    row = {"origin": "CN-BJ", "origin_lat_e7": 399_000_000, "origin_lon_e7": 1_164_000_000}
    told = Places(["CN-BJ"]).at(*point_of(row, "origin"))

    assert told == {"city": "Beijing", "country": "CN", "lat": "39.9", "lng": "116.4"}
