"""Chains for orders that name two places only, on a small world made by hand."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from tanlu.account import propose_chains, quantify
from tanlu.account.chains import Overrides, masses

E7 = 10_000_000
PLACES = {
    "CN-SH": ("region", "CN", 31 * E7, 121 * E7),
    "CN-BJ": ("region", "CN", 40 * E7, 116 * E7),
    "DE": ("country", "DE", 51 * E7, 10 * E7),
    "DE-TH": ("region", "DE", 51 * E7, 11 * E7),
    "US-CA": ("region", "US", 37 * E7, -120 * E7),
    "JP": ("country", "JP", 36 * E7, 138 * E7),
    "CNPVG": ("airport", "CN", 31 * E7, 1218 * E7 // 10),
    "FRA": ("airport", "DE", 50 * E7, 86 * E7 // 10),
    "DEHAM": ("port", "DE", 535 * E7 // 10, 10 * E7),
}
HUBS = {
    "airport": [("CNPVG", "CN", 31 * E7, 1218 * E7 // 10), ("FRA", "DE", 50 * E7, 86 * E7 // 10)],
    "port": [("CNSHA", "CN", 312 * E7 // 10, 122 * E7), ("DEHAM", "DE", 535 * E7 // 10, 10 * E7)],
    "rail": [("CNSHR", "CN", 31 * E7, 121 * E7), ("DEDUI", "DE", 51 * E7, 7 * E7)],
}


def _locate(names: pl.Series, **_: Any) -> pl.DataFrame:
    none = (None, None, None, None)
    rows = [(name if name in PLACES else None, *PLACES.get(name, none)) for name in names]
    kinds = {"code": pl.String, "kind": pl.String, "country": pl.String}
    frame = pl.DataFrame(
        rows, schema={**kinds, "lat_e7": pl.Int64, "lon_e7": pl.Int64}, orient="row"
    )
    near = pl.when(pl.col("code").is_null()).then(pl.lit("somewhere"))
    return frame.with_columns(region=pl.lit(None, pl.String), near=near)


def _countries() -> pl.DataFrame:
    return pl.DataFrame(
        {"code": ["DE", "JP"], "airport": ["FRA", None], "seaport": ["DEHAM", None]}
    )


def _over_water_m(pairs: pl.DataFrame) -> pl.Series:
    return pl.Series([0] * pairs.height, dtype=pl.Int64)


def _great_circle_m(*e7: pl.Expr) -> pl.Expr:
    # flat world: degrees of latitude and longitude apart, 100 km each
    lat1, lon1, lat2, lon2 = e7
    return ((lat1 - lat2).abs() + (lon1 - lon2).abs()) // 100


def _nearest(places: pl.DataFrame, kind: str, *, size: int | None = None) -> pl.DataFrame:
    rows = []
    for lat, lon in places.iter_rows():
        rows.append(min(HUBS[kind], key=lambda hub: abs(hub[2] - lat) + abs(hub[3] - lon)))
    names = {"code": pl.String, "country": pl.String, "lat_e7": pl.Int64, "lon_e7": pl.Int64}
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(distance_m=0)


def _sea_route(pairs: pl.DataFrame, **_: Any) -> pl.DataFrame:
    return pairs.select(distance_m=pl.lit(19_000_000, pl.Int64))


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> None:
    place = ModuleType("tanlu.terms.place")
    for name, function in {
        "locate": _locate, "nearest": _nearest, "great_circle_m": _great_circle_m,
        "sea_route": _sea_route, "countries": _countries, "over_water_m": _over_water_m,
    }.items():  # fmt: skip
        setattr(place, name, function)
    monkeypatch.setitem(sys.modules, "tanlu.terms.place", place)


ORDER = {
    "distance_m": None, "distance_type": None, "vehicle_class": None, "energy_carrier": None,
    "place": None, "origin": "CN-SH", "destination": "DE-TH",
}  # fmt: skip


def legs(activities: Any, **row: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    return propose_chains(activities({**ORDER, **row}))


def test_an_order_by_air_has_five_legs(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.air")

    assert found["kind"].to_list() == [
        "transport.road", "hub.transshipment", "transport.air", "hub.transshipment",
        "transport.road",
    ]  # fmt: skip
    assert found["share_key"].to_list() == ["1", "2", "3", "4", "5"]
    assert found["distance_type"].to_list() == ["sfd", None, "gcd", None, "sfd"]
    assert found["origin"].to_list() == ["CN-SH", "CNPVG", "CNPVG", "FRA", "FRA"]
    assert found["place"].to_list() == ["CN", "CN", "CN", "DE", "DE"]


def test_an_order_by_sea_follows_the_network(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.sea")

    assert found.filter(kind="transport.sea")["distance_m"].to_list() == [19_000_000]


def test_land_is_great_circle_times_circuity(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.road", destination="CN-BJ")

    # (9 + 5) degrees of 100 km, China 1.33
    assert found["distance_m"].to_list() == [1_862_000]
    assert found["distance_type"].to_list() == ["sfd"]


def test_every_assumption_is_named_on_its_leg(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.air")

    assert found["leg_codes"].to_list() == [
        "A-FIRST-MILE;A-CIRCUITY;A-PLACE-CENTRE", "A-HUB", "A-AIRPORT;A-PLACE-CENTRE", "A-HUB",
        "A-LAST-MILE;A-CIRCUITY;A-PLACE-CENTRE",
    ]  # fmt: skip


def test_a_country_is_reached_by_its_usual_airport_and_has_no_last_mile(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.air", destination="DE")

    assert found["leg_no"].to_list() == [1, 2, 3, 4]
    assert found["destination"].to_list()[2] == "FRA"
    assert found["leg_codes"].to_list()[2] == "A-AIRPORT;A-GATEWAY;A-PLACE-CENTRE"


def test_a_country_is_reached_by_its_usual_port_and_on_by_road(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.sea", destination="DE")

    assert found["leg_no"].to_list() == [1, 2, 3, 4, 5]
    assert found["destination"].to_list()[2] == "DEHAM"
    assert found["leg_codes"].to_list()[4] == "A-LAST-MILE;A-CIRCUITY;A-PLACE-CENTRE"


def test_a_position_without_a_code_has_the_country_of_its_nearest_airport(activities: Any) -> None:
    at = {"destination": "Plant 4", "destination_lat_e7": 50 * E7, "destination_lon_e7": 8 * E7}
    found, refused = legs(activities, kind="transport.air", **at)

    assert refused.height == 0
    assert found["place"].to_list()[-1] == "DE"
    assert "A-PLACE-CENTRE" not in found["leg_codes"].to_list()[-1]


def test_a_line_over_a_bay_says_so_and_one_over_an_ocean_is_no_road(
    activities: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wet = {"m": 300_000}
    monkeypatch.setattr(
        sys.modules["tanlu.terms.place"], "over_water_m",
        lambda pairs: pl.Series([wet["m"]] * pairs.height, dtype=pl.Int64),
    )  # fmt: skip
    bay, _ = legs(activities, kind="transport.road", destination="CN-BJ")
    wet["m"] = 3_000_000
    ocean, refused = legs(activities, kind="transport.road", destination="CN-BJ")

    assert bay["leg_codes"].to_list() == ["A-CIRCUITY;A-PLACE-CENTRE;A-OVER-WATER"]
    assert ocean.height == 0
    assert refused["code"].to_list() == ["TL518"]


@pytest.mark.parametrize("destination", ["US-CA", "JP"])
def test_no_road_crosses_the_sea(activities: Any, destination: str) -> None:
    found, refused = legs(activities, kind="transport.road", destination=destination)

    assert found.height == 0
    assert refused["code"].to_list() == ["TL518"]


def test_an_unknown_place_is_named(activities: Any) -> None:
    _, refused = legs(activities, kind="transport.air", destination="XX-NOWHERE")

    assert refused["code"].to_list() == ["TL511"]
    assert refused.select("value", "hint").row(0) == ("XX-NOWHERE", "somewhere")


def test_a_place_that_is_its_own_airport_needs_no_road(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.air", origin="CNPVG")

    assert found["leg_no"].to_list() == [2, 3, 4, 5]


def test_both_places_at_one_airport_are_refused(activities: Any) -> None:
    _, refused = legs(activities, kind="transport.air", destination="CNPVG")

    assert refused["code"].to_list() == ["TL517"]


@pytest.mark.parametrize(
    ("kind", "place"),
    [("transport.road", "DE"), ("transport.air", "DE"), ("transport.road", "CN-SH")],
)
def test_a_way_within_a_place_named_as_a_whole_says_what_to_give(
    activities: Any, kind: str, place: str
) -> None:
    found, refused = legs(activities, kind=kind, origin=place, destination=place)

    assert found.height == 0
    assert refused.select("code", "value").rows() == [("TL516", f"{place} – {place}")]
    assert "name the town" in refused["hint"].item()


def test_one_town_is_not_called_a_country(activities: Any) -> None:
    order = {"origin": "DEHAM", "destination": "DEHAM"}
    _, refused = legs(activities, kind="transport.road", **order)

    assert refused["code"].to_list() == ["TL517"]


def test_a_told_distance_is_never_replaced(activities: Any) -> None:
    found, _ = legs(activities, kind="transport.air", distance_m=9_000_000)

    assert found["distance_m"].to_list() == [9_000_000]
    assert found["share_key"].null_count() == 1


def test_a_workspace_may_choose_hubs_and_circuities(activities: Any) -> None:
    decided = Overrides({"circuity": {"road": {"CN": 2.0}}, "airport": {"DE": "CNPVG"}})
    chosen = Overrides({"airport": {"CN": "FRA", "DE": "CNPVG"}})
    order = {**ORDER, "destination": "CN-BJ"}
    found, _ = propose_chains(activities(order), decided)
    _, refused = propose_chains(activities({**ORDER, "kind": "transport.air"}), decided)

    assert found["distance_m"].to_list() == [2_800_000]
    assert refused["code"].to_list() == ["TL517"]
    crossed, _ = propose_chains(activities({**ORDER, "kind": "transport.air"}), chosen)
    assert crossed.filter(kind="transport.air")["leg_codes"].to_list() == [
        "A-CHOSEN;A-PLACE-CENTRE"
    ]


def test_each_leg_has_its_own_emissions(activities: Any) -> None:
    rows = quantify(activities({**ORDER, "kind": "transport.air"})).emissions

    assert rows["emission_id"].n_unique() == rows.height == 10
    assert rows["activity_id"].unique().to_list() == ["a0"]
    assert set(rows["tier"]) == {"default"}


def test_orders_at_the_same_places_have_the_same_legs(activities: Any) -> None:
    both, _ = propose_chains(activities(*[{**ORDER, "kind": "transport.air"}] * 2))

    assert both.height == 10


def test_land_masses_are_told_apart() -> None:
    found = masses()

    assert found["US"] == found["MX"] != found["BR"]
    assert found["JP"] != found["AU"]
    assert "DE" not in found
    assert "GB" not in found
