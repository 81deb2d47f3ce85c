"""Steps 2, 9, 12 to 15 and 17 to 19 of the quantification, each by hand and through ``quantify``.

The steps are those of ISO 14083:2023 / GLEC v3 in the order in which ``test_steps`` names them.
"""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

from tanlu.account import quantify, share_of_freight, total
from tanlu.account.operations import year_on_year_kg
from tanlu.terms import schema
from tests.golden.packs import (
    HUB,
    LEG,
    NO_LEG,
    START,
    book,
    by_activity,
    curve,
    fuel,
    grid,
    pair,
    shelf,
)

YEAR = 365 * 86_400 * 10**6
BLEND = {"diesel": (45, ".8"), "biodiesel": (36, ".75")}
PLANE = {"kind": "transport.air", "vehicle_class": "plane", "distance_type": "gcd"}


def test_step_2_a_flight_counts_the_great_circle_of_each_leg(tmp_path: Path) -> None:
    # two legs over a hub: 2 t x (1,000 + 800) km x 600 g = 2,160 kg; a stop for fuel alone does
    # not split: 2 t x 1,500 km x 600 g = 1,800 kg
    kept = shelf(tmp_path, pair("transport.air", "plane", 600, distance_basis="gcd"))
    legs = [{**PLANE, "t": 2, "km": km} for km in (1000, 800, 1500)]
    found = by_activity(quantify(book(*legs), library=kept).emissions)

    assert found["a0"] + found["a1"] == 2160 * 10**9
    assert found["a2"] == 1800 * 10**9


def test_step_2_two_airports_are_one_great_circle() -> None:
    # Pudong 31.1434 N 121.8052 E, Frankfurt 50.0333 N 8.5706 E, mean radius 6,371.0088 km
    north, south = math.radians(50.0333), math.radians(31.1434)
    apart = math.radians(121.8052 - 8.5706)
    cosine = math.sin(north) * math.sin(south) + math.cos(north) * math.cos(south) * math.cos(apart)
    flight = {**PLANE, "vehicle_class": None, "energy_carrier": None, "distance_type": None}
    made = quantify(book({**flight, "t": 1, "origin": "PVG", "destination": "FRA"})).emissions
    flown = made.filter(kind="transport.air", boundary="ttw")

    assert flown["distance_type"].to_list() == ["gcd"]
    assert flown["distance_m"][0] / 1000 == pytest.approx(6371.0088 * math.acos(cosine), rel=2e-3)


def test_step_2_driven_distance_is_for_the_fuel_alone(tmp_path: Path) -> None:
    # shared by driven kilometres the round says so; by direct ones it has nothing to say
    kept = shelf(tmp_path, fuel("fuel", 80), {"fuel": (10, 1)})
    burnt = {**NO_LEG, "activity_id": "fuel", "kind": "energy.fuel", "t": 1, "operation": "o"}

    for kind, code in (("actual", "F-PLACE;A-ROUND-ACTUAL"), ("sfd", "F-PLACE")):
        stop = {"t": 1, "km": 5, "operation": "o", "distance_type": kind}
        rows = quantify(book(burnt, stop), library=kept).emissions
        assert set(rows["assumptions"]) == {code}


def test_step_9_belly_freight_bears_its_share_of_the_flight(tmp_path: Path) -> None:
    # 3 t beside 50 passengers of 100 kg over 2,000 km: 6,000 of 16,000 t.km = 3/8;
    # 8 t of fuel x 3.18 kg/kg x 3/8 = 9,540 kg, a third of it for one tonne
    share = share_of_freight(6000, 50 * 2000)
    kept = shelf(tmp_path, fuel("jet", 318), {"jet": (10, 1)})
    burnt = {**NO_LEG, "activity_id": "fuel", "kind": "energy.fuel", "energy_carrier": "jet"}
    legs = [{**PLANE, "t": t, "km": 2000, "operation": "o"} for t in (1, 2)]
    book_ = book({**burnt, "t": 8 * share, "operation": "o"}, *legs)
    found = by_activity(quantify(book_, library=kept).emissions)

    assert found == {"a1": 3180 * 10**9, "a2": 6360 * 10**9}


@pytest.mark.parametrize(
    ("basis", "amount", "grams"),
    [
        # B5 of GLEC v3 module 3: 0.95 x 96.6 + 0.05 x 34.3 = 93.485 g/MJ, x 1,000 MJ
        (None, {"energy_j": 10**9, "bio_ppm": 50_000}, 93_485),
        # 20 % of the energy: 0.8 x 96.6 + 0.2 x 34.3 = 84.14 g/MJ; a litre of it holds
        # 1 / (0.8/36 + 0.2/27) = 33.75 MJ; 100 l x 33.75 x 84.14
        ("energy", {"volume_ml": 100_000, "bio_ppm": 200_000}, 283_972.5),
        # 20 % of the volume: 80 l x 36 MJ/l x 96.6 + 20 l x 27 MJ/l x 34.3
        ("volume", {"volume_ml": 100_000, "bio_ppm": 200_000}, 278_208 + 18_522),
        # 20 % of the mass: 80 kg x 45 MJ/kg x 96.6 + 20 kg x 36 MJ/kg x 34.3
        ("mass", {"t": "0.1", "bio_ppm": 200_000}, 347_760 + 24_696),
        # 20 % of the mass, metered in litres: of 100 kg 80 are 100 l and 20 are 26.667 l
        ("mass", {"volume_ml": 126_667, "bio_ppm": 200_000}, 347_760 + 24_696),
    ],
)
def test_step_12_a_blend_is_mixed_by_energy_whatever_its_share_is_of(
    tmp_path: Path, basis: str | None, amount: dict[str, object], grams: float
) -> None:
    rows = fuel("diesel", "96.6") + fuel("biodiesel", "34.3")
    kept = shelf(tmp_path, rows, BLEND)
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "diesel", "bio_basis": basis}
    made = quantify(book({**burnt, **amount}), library=kept).emissions

    assert made["co2e_ug"].sum() / 10**6 == pytest.approx(grams, rel=3e-6)
    assert set(made.filter(boundary="ttw")["energy_carrier"]) == {"diesel", "biodiesel"}


def test_step_13_the_making_of_refrigerants_is_outside() -> None:
    leak = {**NO_LEG, "kind": "refrigerant.leak", "energy_carrier": "R-134a", "mass_mg": 10**6}
    made = quantify(book(leak)).emissions

    assert made["boundary"].to_list() == ["ttw"]
    assert made["co2e_ug"].to_list() == [1530 * 10**9]


@pytest.mark.parametrize(
    ("kind", "code"),
    [("goods.capital", "TL566"), ("credit", "TL201"), ("removal", "TL201"), ("offset", "TL201")],
)
def test_step_13_vehicles_and_offsets_are_no_emission_of_transport(kind: str, code: str) -> None:
    made = quantify(book({**NO_LEG, "kind": kind, "t": -1}))

    assert made.emissions.height == 0
    assert made.findings["code"].to_list() == [code]


def test_step_13_a_flight_has_no_radiative_forcing_and_no_black_carbon() -> None:
    # kerosene: 71.5 g CO2 per MJ (IPCC 2006); an uplift of 1.7 or more would show
    jet = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "jet_kerosene", "energy_j": 10**9}
    burnt = quantify(book(jet)).emissions.filter(boundary="ttw")

    assert 70_000 < burnt["co2e_ug"][0] / 10**6 < 75_000
    assert [name for name in schema("emission").names if "black" in name or "rfi" in name] == []


def test_step_14_each_row_tells_what_a_report_must_tell(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, 20))
    rows = quantify(book({"t": 10, "km": 100, "distance_type": "sfd"}), library=kept).emissions
    told = rows.select("boundary", "co2e_ug", "transport_kgm", "daf_ppm", "tier", "kind", "profile")

    # 10 t x 105 km x 80 and 20 g; the activity counts the distance as told, 1,000 t.km
    common = (10**9, 1_050_000, "modelled", "transport.road", "iso14083")
    assert told.rows() == [("ttw", 84 * 10**9, *common), ("wtt", 21 * 10**9, *common)]
    assert rows.select("gwp_set", "factor_id", "factor_hash", "reasons").null_count().row(0) == (
        (0,) * 4
    )


def test_step_15_a_year_is_compared_at_its_own_activity(tmp_path: Path) -> None:
    # 2024: 10 t x 1,000 km x 100 g = 1,000 kg, so 0.1 kg/t.km; 2025: 12 t x 1,000 km x 90 g =
    # 1,080 kg; 1,080 - 12,000 x 0.1 = -120 kg although the total rose by 80
    first = pair("transport.road", "truck", 100, valid_from="2024-01-01", valid_to="2025-01-01")
    second = pair("transport.road", "truck", 90, valid_from="2025-01-01")
    kept = shelf(tmp_path, [*first, *second])
    legs = [{"t": 10, "km": 1000, "start": START - YEAR}, {"t": 12, "km": 1000}]
    rows = quantify(book(*legs), library=kept).emissions
    before, after = by_activity(rows).values()
    tkm = rows.filter(activity_id="a0", boundary="ttw")["transport_kgm"].item() // 10**6

    assert (before, after) == (1000 * 10**9, 1080 * 10**9)
    rate = f"{before // 10**9}/{tkm}"
    assert year_on_year_kg(after // 10**9, 12_000, rate) == -120


def test_step_17_an_intermodal_chain_is_its_shares_and_two_hubs(tmp_path: Path) -> None:
    # Cefic: 0.8 x 20 + 0.2 x 60 + 2 x 500 / 1,000 km = 29 g/t.km; x 25 t x 1,000 km = 725 kg
    rows = pair("transport.rail", "train", 20) + pair("transport.road", "truck", 60)
    rows += pair("hub.transshipment", "hub", 500, denominator="t")
    kept = shelf(tmp_path, rows)
    road, hub = {"t": 25, "km": 100}, {**HUB, "t": 25}
    train = {"kind": "transport.rail", "vehicle_class": "train", "t": 25, "km": 800}
    made = quantify(book(road, hub, train, hub, road), library=kept).emissions
    moved = made.filter(boundary="ttw")["transport_kgm"].sum()

    assert made["co2e_ug"].sum() == 725 * 10**9
    assert made["co2e_ug"].sum() / moved == 29


@pytest.mark.parametrize(
    ("load", "empty", "mj_per_tkm"),
    [
        (1.0, 0.0, 10 / 20),  # full: the 10 MJ of a kilometre over 20 t
        (0.5, 0.0, 8 / 10),  # half: 6 + 0.5 x (10 - 6) MJ over 10 t
        (0.5, 0.2, 6 / (0.8 * 10) + 4 / 20),  # a fifth of all kilometres empty: a / ((1-e) p) + b
        (0.25, 0.5, 6 / (0.5 * 5) + 4 / 20),
    ],
)
def test_step_18_fuel_is_linear_between_empty_and_full(
    tmp_path: Path, load: float, empty: float, mj_per_tkm: float
) -> None:
    kept = shelf(tmp_path, fuel("fuel", 60, 20), vehicles=[curve("truck", 6, 10, 20)])
    shares = {"load_ppm": round(load * 10**6), "empty_ppm": round(empty * 10**6)}
    rows = quantify(book({"t": 5, "km": 100, **shares}), library=kept).emissions

    # 5 t x 100 km x MJ x 80 g
    assert rows["co2e_ug"].sum() == round(500 * mj_per_tkm * 80 * 10**6)
    assert set(rows["energy_j"]) == {round(500 * mj_per_tkm * 10**6)}


def test_step_19_a_parcel_is_counted_by_item(tmp_path: Path) -> None:
    # EN 17837: collection, trunking, sorting and delivery by item; 7 x (120 + 30) g
    kept = shelf(tmp_path, pair("transport.parcel", "van", 120, 30, denominator="item"))
    parcels = {**NO_LEG, "kind": "transport.parcel", "vehicle_class": "van", "count": 7}
    rows = quantify(book(parcels, {**parcels, "count": None}), library=kept)

    assert rows.emissions["co2e_ug"].to_list() == [840 * 10**6, 210 * 10**6]
    assert set(rows.emissions["method"]) == {"item"}
    # without a number of items nothing is guessed
    assert rows.findings["code"].to_list() == ["TL505"]


def test_step_19_added_packaging_is_asked_for_and_not_silently_left_out() -> None:
    made = quantify(book({**NO_LEG, "kind": "packaging.carton", "t": "0.001"}))

    assert (made.emissions.height, made.findings["code"].to_list()) == (0, ["TL566"])


def test_the_activity_of_all_steps_is_the_total_of_its_rows(tmp_path: Path) -> None:
    kept = shelf(tmp_path, pair("transport.road", "truck", 80, 20) + grid(500))
    rows = quantify(book({"t": 1, "km": 1}, {**LEG, "t": 2, "km": 1}), library=kept).emissions

    assert total(rows)["co2e_ug"].item() == 300 * 10**6
    assert rows.filter(pl.col("boundary") == "ttw")["transport_kgm"].sum() == 3 * 10**6


def test_step_8_a_round_is_shared_by_direct_distance_in_any_order(tmp_path: Path) -> None:
    # 10 MJ x 100 g; 2 t x 3 km and 1 t x 4 km: 6 and 4 of 10
    kept = shelf(tmp_path, fuel("fuel", 100))
    burnt = {**NO_LEG, "activity_id": "z", "kind": "energy.fuel", "energy_j": 10**7, "round": "r"}
    one = {"activity_id": "one", "t": 2, "km": 3, "round": "r", "distance_type": "sfd"}
    two = {"activity_id": "two", "t": 1, "km": 4, "round": "r", "distance_type": "sfd"}

    for rows in ((burnt, one, two), (two, one, burnt)):
        made = quantify(book(*rows), library=kept).emissions
        assert by_activity(made) == {"one": 600 * 10**6, "two": 400 * 10**6}


def test_step_8_a_round_whose_masses_are_not_known_is_shared_by_item_aloud(tmp_path: Path) -> None:
    # the failed delivery has no mass: 3 and 1 items of 4
    kept = shelf(tmp_path, fuel("fuel", 100))
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_j": 10**7, "round": "r"}
    stops = [{"t": 2, "km": 3, "count": 3, "round": "r"}, {"km": 4, "count": 1, "round": "r"}]
    rows = quantify(book(burnt, *stops), library=kept).emissions

    assert by_activity(rows) == {"a1": 750 * 10**6, "a2": 250 * 10**6}
    assert rows["assumptions"].str.contains("A-ROUND-ITEMS").all()
