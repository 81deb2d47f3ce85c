"""The hubs of an order, by the real tables of places."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.account import propose_chains
from tanlu.account.chains import NONE, Overrides
from tanlu.account.chains.ends import ENDS, located
from tanlu.account.chains.hubs import with_hub
from tanlu.account.legs import prepare

HUB = {"transport.air": "airport", "transport.sea": "port", "transport.rail": "rail"}


def hubs(activities: Any, mode: str, origin: str, destination: str, decided: Any = NONE) -> dict:
    order = {"kind": mode, "origin": origin, "destination": destination, "distance_m": None}
    lanes = located(prepare.whole(activities(order)), mode)
    for end in ENDS:
        lanes = with_hub(lanes, end, HUB[mode], decided)
    return lanes.row(0, named=True)


@pytest.mark.parametrize(
    ("origin", "destination", "expected"),
    [
        ("上海", "Rotterdam, Netherlands", ("PVG", "AMS")),  # abroad: not Hongqiao, not Rotterdam
        ("Beijing", "Shanghai", ("PEK", "SHA")),
        ("GB", "NG", ("LHR", "LOS")),
        ("Hyderabad, India", "KE", ("HYD", "NBO")),
        ("Phetchabun", "Haiti", ("DMK", "PAP")),  # not from the airfield of the town
    ],
)
def test_goods_fly_through_adequate_airports(
    activities: Any, origin: str, destination: str, expected: tuple[str, str]
) -> None:
    found = hubs(activities, "transport.air", origin, destination)

    assert (found["_origin_hub"], found["_destination_hub"]) == expected


@pytest.mark.parametrize(
    ("origin", "destination", "expected"),
    [
        ("Suzhou, Jiangsu", "Hamburg", ("CNSHA", "DEHAM")),
        ("IN", "RW", ("INNSA", "TZDAR")),
        ("CN", "KG", ("CNSHA", "CNLYG")),
        ("Ludwigshafen", "CI", ("BEANR", "CIABJ")),
    ],
)
def test_goods_sail_through_adequate_ports(
    activities: Any, origin: str, destination: str, expected: tuple[str, str]
) -> None:
    found = hubs(activities, "transport.sea", origin, destination)

    assert (found["_origin_hub"], found["_destination_hub"]) == expected


@pytest.mark.parametrize("origin", ["CNNGB", "DE BRV", "DEBRV"])
def test_a_port_that_is_named_is_the_port(activities: Any, origin: str) -> None:
    found = hubs(activities, "transport.sea", origin, "US")

    assert (found["_origin_hub"], found["_origin_hub_code"]) == (origin.replace(" ", ""), None)


@pytest.mark.parametrize("origin", ["HGH", "SHA", "LGW"])
def test_an_airport_that_is_named_is_the_airport(activities: Any, origin: str) -> None:
    found = hubs(activities, "transport.air", origin, "Nairobi")

    assert (found["_origin_hub"], found["_origin_hub_code"]) == (origin, None)


def test_a_large_city_flies_from_its_own_airport(activities: Any) -> None:
    assert hubs(activities, "transport.air", "Hangzhou", "Berlin")["_origin_hub"] == "HGH"


def test_no_ship_sails_from_china_to_the_great_lakes(activities: Any) -> None:
    found = hubs(activities, "transport.sea", "Shenzhen", "Chicago")

    assert found["_destination_hub"] not in ("USCHI", "USDET", "USCLE")


def test_each_hub_says_how_it_was_taken(activities: Any) -> None:
    decided = Overrides({"airport": {"DE": "LEJ"}})
    found = hubs(activities, "transport.air", "Nigeria", "Berlin", decided)

    assert (found["_origin_hub"], found["_origin_hub_code"]) == ("LOS", "A-GATEWAY")
    assert (found["_destination_hub"], found["_destination_hub_code"]) == ("LEJ", "A-CHOSEN")
    assert hubs(activities, "transport.air", "Nigeria", "Berlin")["_destination_hub_code"] == (
        "A-AIRPORT"
    )


def test_a_hub_stands_where_it_stands(activities: Any) -> None:
    found = hubs(activities, "transport.air", "Hyderabad, India", "KE")

    assert abs(found["_origin_hub_lat"] - 172_400_000) < 1_000_000
    assert found["_origin_hub_lat"] != found["origin_lat_e7"]


def orders(activities: Any, **row: Any) -> tuple[Any, Any]:
    return propose_chains(activities({"distance_m": None, "distance_type": None, **row}))


def test_a_real_chain_by_sea_is_as_long_as_its_parts(activities: Any) -> None:
    found, _ = orders(
        activities,
        kind="transport.sea",
        origin="江苏省苏州市",
        destination="Rotterdam, Netherlands",
    )
    km = dict(zip(found["leg_no"], found["distance_m"], strict=True))

    assert 80_000 < km[1] < 160_000
    assert 19_500_000 < km[3] < 20_000_000
    assert found["leg_no"].to_list() == [1, 2, 3, 4, 5]


def test_a_closed_canal_sends_ships_round_the_cape(activities: Any) -> None:
    row = {"kind": "transport.sea", "origin": "CNSHA", "destination": "NLRTM", "distance_m": None}
    order = activities({**row, "distance_type": None})
    open_, _ = propose_chains(order)
    shut, _ = propose_chains(order, Overrides({"sea": {"avoid": ["suez", "panama"]}}))
    sea = [part.filter(kind="transport.sea")["distance_m"][0] for part in (open_, shut)]

    assert sea[1] - sea[0] > 5_000_000


@pytest.mark.parametrize(
    ("origin", "destination"), [("India", "Zambia"), ("KRPUS", "CNPEK"), ("US-CA", "JP")]
)
def test_no_road_crosses_an_ocean_or_a_closed_line(
    activities: Any, origin: str, destination: str
) -> None:
    found, refused = orders(
        activities, kind="transport.road", origin=origin, destination=destination
    )

    assert found.height == 0
    assert refused["code"].to_list() == ["TL518"]
    assert refused["value"].to_list() == [f"{origin} – {destination}"]


def test_a_road_round_a_bay_says_that_the_line_is_wet(activities: Any) -> None:
    found, _ = orders(activities, kind="transport.road", origin="Dalian", destination="Shanghai")

    assert "A-OVER-WATER" in found["leg_codes"][0]
