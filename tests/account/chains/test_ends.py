"""Where the ends of an order lie, by the real tables of places."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.account.chains.ends import located, lost
from tanlu.account.legs import prepare


def known(activities: Any, mode: str = "transport.air", **row: Any) -> dict[str, Any]:
    order = {"kind": mode, "distance_m": None, "place": None, "destination": "DE", **row}
    return located(prepare.whole(activities(order)), mode).row(0, named=True)


def test_a_city_lies_where_it_is_and_is_not_vague(activities: Any) -> None:
    found = known(activities, origin="Shenzhen")

    assert found["_origin_country"] == "CN"
    assert not found["_origin_vague"]
    assert abs(found["origin_lat_e7"] - 225_400_000) < 5_000_000


def test_a_country_lies_at_its_usual_airport(activities: Any) -> None:
    found = known(activities, origin="Nigeria")

    assert found["_origin_vague"]
    assert found["_origin_land"] == "NG"
    assert abs(found["origin_lat_e7"] - 65_770_000) < 1_000_000  # Lagos, not Abuja


def test_a_province_is_vague_and_no_land(activities: Any) -> None:
    found = known(activities, origin="CN-GD")

    assert found["_origin_vague"]
    assert found["_origin_land"] is None


def test_a_told_position_wins_over_the_name(activities: Any) -> None:
    found = known(activities, origin="Nigeria", origin_lat_e7=1, origin_lon_e7=2)

    assert (found["origin_lat_e7"], found["origin_lon_e7"]) == (1, 2)
    assert not found["_origin_vague"]
    assert found["_origin_country"] == "NG"


def test_a_bare_position_is_in_the_country_of_the_nearest_airport(activities: Any) -> None:
    at = {"origin_lat_e7": 174_000_000, "origin_lon_e7": 784_000_000}
    found = known(activities, origin="Cipla plant of our own naming", **at)

    assert found["_origin_country"] == "IN"


def test_a_name_that_lies_elsewhere_does_not_tell_the_country(activities: Any) -> None:
    at = {"origin_lat_e7": 336_600_000, "origin_lon_e7": -955_500_000}

    assert known(activities, origin="Paris", **at)["_origin_country"] == "US"  # Paris, Texas


def test_three_letters_are_an_airport_by_air_and_unclear_otherwise(activities: Any) -> None:
    assert known(activities, origin="FRA")["_origin_country"] == "DE"
    assert known(activities, "transport.road", origin="FRA")["origin_lat_e7"] is None


def test_what_is_lost_is_named_with_what_it_may_mean(activities: Any) -> None:
    order = {"kind": "transport.sea", "origin": "Suzhou", "destination": "DE", "distance_m": None}
    found = lost(located(prepare.whole(activities(order)), "transport.sea"))

    assert found["_value"].to_list() == ["Suzhou"]
    assert "GN1886760 (Suzhou, CN-JS)" in found["_hint"][0]


def test_an_order_stays_one_row(activities: Any) -> None:
    orders = prepare.whole(activities(*[{"origin": "Paris", "destination": "CN"}] * 3))

    assert located(orders, "transport.air").height == 3
    assert located(orders.clear(), "transport.air").height == 0
    assert isinstance(located(orders, "transport.air"), pl.DataFrame)
