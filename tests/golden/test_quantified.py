"""Worked examples of GLEC v3.0 and Cefic as activities and factors, through ``quantify`` alone."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify, share_of_freight
from tanlu.account.operations import ferry_share
from tanlu.terms import units
from tests.golden import packs
from tests.golden.packs import HUB, NO_LEG, book, by_activity, curve, fuel, grid, pair, shelf
from tests.golden.vectors import kg, worked

FUEL = {**NO_LEG, "activity_id": "fuel", "kind": "energy.fuel", "operation": "o"}


@pytest.fixture
def vectors(shared: Path) -> dict[str, dict[str, Any]]:
    return worked(shared)


def near(vector: dict[str, Any], expected: Any, actual: Any) -> None:
    assert float(expected) == pytest.approx(float(actual), rel=float(vector["rel_tol"]))


def ttw(rows: pl.DataFrame) -> int:
    return int(rows.filter(pl.col("boundary") == "ttw")["co2e_ug"].sum())


def wtt(rows: pl.DataFrame) -> int:
    return int(rows.filter(pl.col("boundary") == "wtt")["co2e_ug"].sum())


def test_road_01_and_02(vectors: Any, tmp_path: Path) -> None:
    # 0.15 l/t.km x 3.32 kg/l = 498 g/t.km; x 0.45 t x 20 km = 4.482 kg
    one, two = vectors["road-01-intensity-from-fuel"], vectors["road-02-tkm"]
    kept = shelf(tmp_path, pair("transport.road", "truck", 498))
    rows = quantify(book({"t": "0.45", "km": 20}, {"t": 1200, "km": 658}), library=kept).emissions

    near(one, one["expected"]["emission_kg"], kg(by_activity(rows)["a0"]))
    assert by_activity(rows)["a0"] == 4_482_000_000
    tkm = rows.filter(activity_id="a1", boundary="ttw")["transport_kgm"].item() / 10**6
    assert two["expected"]["tkm"] == tkm


def test_road_03_two_carriers_add_up(vectors: Any, tmp_path: Path) -> None:
    # the heating value cancels: 100,000 l x 33.2 MJ/l x 100 g/MJ = 332 t, as 3.32 kg/l
    vector = vectors["road-03-energy"]
    kept = shelf(
        tmp_path, fuel("b5", 100) + grid(Fraction(97) * Fraction("3.6")), {"b5": (40, ".83")}
    )
    diesel = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "b5", "volume_ml": 10**8}
    power = {**NO_LEG, "kind": "energy.electricity", "energy_carrier": "electricity"}
    power |= {"energy_j": 36 * 10**10}
    found = by_activity(quantify(book(diesel, power), library=kept).emissions)

    near(vector, vector["expected"]["diesel_kg"], kg(found["a0"]))
    near(vector, vector["expected"]["elec_kg"], kg(found["a1"]))
    assert sum(found.values()) == 366_920 * 10**9


@pytest.mark.parametrize("heat", [10, 42])
def test_parcel_01_a_tracked_round(vectors: Any, tmp_path: Path, heat: int) -> None:
    # 4.8 l x 0.847 kg/l x 3.89 kg/kg = 15.815 kg, of which 20 x 8.6 / 363.085 for stop 5
    vector = vectors["parcel-01-tracked-collection-round"]
    given, expected = vector["inputs"], vector["expected"]
    burnt, well = given["ttw_kg_per_kg"], given["wtw_kg_per_kg"] - given["ttw_kg_per_kg"]
    rows = fuel("diesel", burnt * 1000 / heat, well * 1000 / heat)
    kept = shelf(tmp_path, rows, {"diesel": (heat, ".847")})
    total = {**FUEL, "energy_carrier": "diesel", "volume_ml": 4800}
    stops = [
        {"operation": "o", "t": stop["mass_kg"] / 1000, "km": stop["direct_km"],
         "distance_type": "sfd", "activity_id": f"s{number:02d}"}
        for number, stop in enumerate(given["stops"])
    ]  # fmt: skip
    made = quantify(book(total, *stops), library=kept)
    found = by_activity(made.emissions)

    near(vector, expected["wtw_kg"], kg(sum(found.values())))
    near(vector, expected["ttw_kg"], kg(ttw(made.emissions)))
    near(vector, expected["item5_wtw_kg"], kg(found["s04"]))
    near(vector, expected["item7_wtw_kg"], kg(found["s06"]))
    # every boundary closes to the microgram: 4.8 x 0.847 = 4.0656 kg of fuel
    assert ttw(made.emissions) == Fraction("4.0656") * burnt * 10**9
    assert wtt(made.emissions) == Fraction("4.0656") * well * 10**9
    assert set(made.emissions["tier"]) == {"measured"}


def test_parcel_02_an_untracked_round_by_item(vectors: Any, tmp_path: Path) -> None:
    vector = vectors["parcel-02-untracked-delivery-per-item"]
    kept = shelf(tmp_path, fuel("diesel", 391), {"diesel": (10, ".836")})
    total = {**FUEL, "energy_carrier": "diesel", "volume_ml": 7300}
    parcels = [
        {**NO_LEG, "operation": "o", "count": 1, "activity_id": f"p{number:03d}"}
        for number in range(275)
    ]
    found = by_activity(quantify(book(total, *parcels), library=kept).emissions)

    # 7.3 x 0.836 x 3.91 = 23.861948 kg over 275
    assert sum(found.values()) == 23_861_948_000
    assert set(found.values()) == {86_770_720}
    near(vector, vector["expected"]["wtw_kg_per_item"], kg(found["p000"]))


def test_air_01_belly_freight(vectors: Any, tmp_path: Path) -> None:
    # 400 x 7,000 kg of fuel; freight 1.4 of 7.16 million t.km
    vector = vectors["air-01-belly-allocation"]
    given, expected = vector["inputs"], vector["expected"]
    share = share_of_freight(1_400_000, 400 * 1000 * 144, given["kg_per_passenger"])
    rows = fuel("jet", given["ttw_kg_per_kg"] * 100, given["wtt_kg_per_kg"] * 100)
    kept = shelf(tmp_path, rows, {"jet": (10, 1)})
    burnt = {**FUEL, "energy_carrier": "jet", "t": 2800 * share}
    mine = {"t": ".275", "km": 1000, "operation": "o", "activity_id": "mine"}
    others = {"t": "1399.725", "km": 1000, "operation": "o", "activity_id": "others"}
    made = quantify(book(burnt, mine, others), library=kept).emissions
    consignment = made.filter(activity_id="mine")

    assert share == Fraction(1_400_000, 7_160_000)
    near(vector, expected["consignment_ttw_kg"], kg(ttw(consignment)))
    near(vector, expected["consignment_wtt_kg"], kg(wtt(consignment)))
    near(vector, expected["consignment_wtw_kg"], kg(consignment["co2e_ug"].sum()))
    near(vector, expected["wtw_kg_per_tkm"], kg(made["co2e_ug"].sum()) / 1_400_000)


def test_sea_01_a_container_lane(vectors: Any, tmp_path: Path) -> None:
    # 10 TEU x 21,000 km x 49.9 g = 10.479 t; the lane holds its 15 % already
    vector = vectors["sea-01-container-lane"]
    lane = {"denominator": "TEU.km", "distance_basis": "sfd"}
    kept = shelf(tmp_path, pair("transport.sea", "lane", "49.9", **lane))
    ship = {"kind": "transport.sea", "vehicle_class": "lane", "distance_type": "sfd"}
    rows = quantify(book({**ship, "teu_milli": 10_000, "km": 21_000}), library=kept).emissions

    assert rows["co2e_ug"].sum() == 10_479 * 10**9
    assert set(rows["daf_ppm"]) == {1_000_000}
    near(vector, vector["expected"]["t"], kg(rows["co2e_ug"].sum()) / 1000)


def test_sea_03_a_bulk_voyage_with_ballast(vectors: Any, tmp_path: Path) -> None:
    vector = vectors["sea-03-bulk-voyage-with-ballast"]
    given, expected = vector["inputs"], vector["expected"]
    rows = fuel("vlsfo", given["vlsfo_ttw"] * 100, given["vlsfo_wtt"] * 100)
    rows += fuel("mgo", given["mgo_ttw"] * 100, given["mgo_wtt"] * 100)
    rows += pair("hub.transshipment", "hub", given["hub_kg_per_t"] * 1000, denominator="t")
    kept = shelf(tmp_path, rows, {"vlsfo": (10, 1), "mgo": (10, 1)})
    burnt = [
        {**FUEL, "activity_id": f"{name}{n}", "energy_carrier": name, "t": tonnes}
        for name in ("vlsfo", "mgo")
        for n, tonnes in enumerate(given[f"{name}_t"])
    ]
    owners = {"a": (given["owner_a_t"], given["owner_a_legs"])}
    owners["b"] = (given["owner_b_t"], given["owner_b_legs"])
    legs = [
        {"kind": "transport.sea", "operation": "o", "activity_id": f"{owner}{n}", "t": tonnes,
         "km": given["km"][n]}
        for owner, (tonnes, sailed) in owners.items()
        for n in sailed
    ]  # fmt: skip
    ballast = {"kind": "transport.sea", "operation": "o", "activity_id": "ballast", "t": 0}
    ballast |= {"km": given["km"][0]}
    hubs = [{**HUB, "activity_id": f"a-hub{n}", "t": given["owner_a_t"]} for n in (1, 2)]
    made = quantify(book(*burnt, *legs, ballast, *hubs), library=kept).emissions
    sailed = made.filter(pl.col("share_of").is_not_null())
    found = by_activity(made)
    moved = sailed.filter(share_of="vlsfo0", boundary="ttw")["transport_kgm"].sum()

    assert expected["total_tkm"] == moved // 10**6
    near(vector, expected["wtt_kg"], kg(wtt(sailed)))
    near(vector, expected["ttw_kg"], kg(ttw(sailed)))
    near(vector, expected["a_leg_wtw_kg"][0], kg(found["a1"]))
    near(vector, expected["a_leg_wtw_kg"][1], kg(found["a2"]))
    assert found["a-hub1"] == round(given["owner_a_t"] * given["hub_kg_per_t"] * 10**9)
    total = sum(found[name] for name in ("a1", "a2", "a-hub1", "a-hub2"))
    near(vector, expected["a_total_kg"], kg(total))
    assert found["ballast"] == 0


def test_sea_04_lorries_on_a_ferry(vectors: Any, tmp_path: Path) -> None:
    # 34,000 lorries x 18 of 1,277,250 equivalents; 4,000 t x (0.56 + 3.23)
    vector = vectors["sea-04-ropax"]
    given, expected = vector["inputs"], vector["expected"]
    share = ferry_share({name: unit["n"] for name, unit in given["units"].items()})["hgv"]
    rows = fuel("vlsfo", given["ttw"] * 100, given["wtt"] * 100)
    kept = shelf(tmp_path, rows, {"vlsfo": (10, 1)})
    burnt = {**FUEL, "energy_carrier": "vlsfo", "t": given["vlsfo_t"] * share}
    gross = given["units"]["hgv"]["n"] * given["hgv_gross_t"]
    lorries = {"kind": "transport.sea", "operation": "o", "t": gross, "km": given["km"]}
    rows = quantify(book(burnt, lorries), library=kept).emissions
    per_gross = kg(rows["co2e_ug"].sum()) / float(gross * given["km"])
    ratio = float(given["hgv_gross_t"] / given["hgv_cargo_t"])

    assert share == Fraction(612_000, 1_277_250)
    near(vector, expected["hgv_ttw_kg"], kg(ttw(rows)))
    near(vector, expected["hgv_wtt_kg"], kg(wtt(rows)))
    near(vector, expected["hgv_gross_kg_per_tkm"], per_gross)
    near(vector, expected["hgv_cargo_kg_per_tkm"], per_gross * ratio)


def test_rail_02_short_ton_miles(vectors: Any, tmp_path: Path) -> None:
    # 17 g per short ton mile = 17 / (0.90718474 x 1.609344) = 11.64 g per t.km
    vector = vectors["rail-02-us-intermodal"]
    ton, mile = units.convert(1, "short ton", "t"), units.convert(1, "mile", "km")
    kept = shelf(tmp_path, pair("transport.rail", "train", 17 / (ton * mile)))
    train = {"kind": "transport.rail", "vehicle_class": "train"}
    moved = {**train, "t": 50 * ton, "km": 2672 * mile}
    rows = quantify(book(moved), library=kept).emissions

    near(vector, vector["expected"]["kg"], kg(rows["co2e_ug"].sum()))
    # 17 x 50 x 2,672 g, but for the half metre and the milligram of what is stored
    assert kg(rows["co2e_ug"].sum()) == pytest.approx(2271.2, rel=1e-7)


def test_hub_01_per_outbound_tonne(vectors: Any, tmp_path: Path) -> None:
    vector = vectors["hub-01-single-intensity"]
    used = {"handling_elec": 1_100_000, "general_elec": 160_000, "reefer": 150_000}
    burnt = {"diesel": 75_000, "b5": 30_000, "gas": 32_000}
    emitted = vector["inputs"]["emissions_kg"]
    # 542,520 kg / 1,100,000 kWh = 493.2 g/kWh; each fuel by its own quotient, 1 MJ a kg
    rows = grid("493.2")
    for name, amount in burnt.items():
        rows += fuel(name, Fraction(emitted[name] * 1000, amount))
    kept = shelf(tmp_path, rows, dict.fromkeys(burnt, (1, 1)))
    energy = [
        {**FUEL, "activity_id": name, "kind": "energy.electricity",
         "energy_carrier": "electricity", "energy_j": kwh * 3_600_000}
        for name, kwh in used.items()
    ]  # fmt: skip
    energy += [
        {**FUEL, "activity_id": name, "energy_carrier": name, "t": Fraction(kilograms, 1000)}
        for name, kilograms in burnt.items()
    ]
    goods = [{**HUB, "operation": "o", "t": t} for t in (1_000_000, 3_250_000)]
    found = by_activity(quantify(book(*energy, *goods), library=kept).emissions)

    assert sum(found.values()) == vector["expected"]["total_kg"] * 10**9
    for name, tonnes in (("a6", 1_000_000), ("a7", 3_250_000)):
        assert round(kg(found[name]) / tonnes, 2) == vector["expected"]["kg_per_t"]


def test_cefic_01_groupage(vectors: Any, tmp_path: Path) -> None:
    # 82 g x 10 t x 250 km x 1.05 = 215.25 kg
    vector = vectors["cefic-01-groupage-daf"]
    rates = {"truck82": 82, "truck61": "61.7", "truck54": "54.9"}
    rows = [row for name, g in rates.items() for row in pair("transport.road", name, g)]
    kept = shelf(tmp_path, rows)
    by_rate = {Fraction(value): name for name, value in rates.items()}
    legs = [
        {
            "vehicle_class": by_rate[Fraction(case["g"])],
            "t": case.get("t", 1), "km": case.get("km", case.get("tkm")),
            "distance_type": "actual" if case["daf"] == 1 else "sfd",
        }
        for case in vector["inputs"]["cases"]
    ]  # fmt: skip
    found = by_activity(quantify(book(*legs), library=kept).emissions)

    for expected, ug in zip(vector["expected"]["kg"], found.values(), strict=True):
        near(vector, expected, kg(ug))
    assert found["a0"] == 215_250_000_000


def test_cefic_03_hub_and_spoke(vectors: Any, tmp_path: Path) -> None:
    vector = vectors["cefic-03-hub-and-spoke"]
    given = vector["inputs"]
    rows = fuel("diesel", given["wtw_kg_per_l"] * 1000)
    rows += pair("hub.transshipment", "hub", given["hub_kg_per_t"] * 1000, denominator="t")
    kept = shelf(tmp_path, rows, {"diesel": (1, 1)})
    litres = sum(each["fuel_l"] for each in given["legs"])
    burnt = {**FUEL, "energy_carrier": "diesel", "volume_ml": round(litres * 1000)}
    legs = [{"operation": "o", "t": leg["load_t"], "km": leg["km"]} for leg in given["legs"]]
    hubs = [{**HUB, "t": t} for t in given["hub_t"]]
    rows = quantify(book(burnt, *legs, *hubs), library=kept).emissions
    moved = rows.filter(pl.col("boundary") == "ttw")["transport_kgm"].sum() / 10**6

    near(vector, vector["expected"]["tkm"], moved)
    near(vector, vector["expected"]["total_kg"], kg(rows["co2e_ug"].sum()))
    near(vector, vector["expected"]["g_per_tkm"], kg(rows["co2e_ug"].sum()) / moved * 1000)


def test_cefic_05_the_load_curve(vectors: Any, tmp_path: Path) -> None:
    # 785.99 / ((1 - 0.19) x 17.142857) + 18.335 = 74.939 g/t.km, at 1 g/MJ
    vector = vectors["cefic-05-table18-interpolation"]
    full = Fraction("785.99") + 26 * Fraction("18.335")
    truck = curve("truck", "785.99", float(full), 26)
    kept = shelf(tmp_path, fuel("fuel", 1), vehicles=[truck])
    half = {"t": 1, "km": 1, "load_ppm": round(Fraction("17.142857") / 26 * 10**6)}
    rows = quantify(book({**half, "empty_ppm": 190_000}), library=kept).emissions
    by_hand = 785.99 / (0.81 * 17.142857) + 18.335

    assert rows["co2e_ug"].sum() / 10**6 == pytest.approx(by_hand, rel=1e-6)
    near(vector, vector["expected"]["g_per_tkm"], by_hand)


def test_cefic_07_by_customer(vectors: Any, tmp_path: Path) -> None:
    vector = vectors["cefic-07-tkm-trips"]
    given, expected = vector["inputs"], vector["expected"]
    rows = pair("transport.road", "one", 60) + pair("transport.road", "two", 88)
    kept = shelf(tmp_path, rows)
    names = zip(("one", "two"), given["customer_tkm"], strict=True)
    legs = [{"vehicle_class": name, "t": 1, "km": tkm} for name, tkm in names]
    trips = [{"vehicle_class": "one", "t": t, "km": km} for t, km in given["trips"]]
    made = quantify(book(*legs, *trips), library=kept).emissions.filter(boundary="ttw")
    found = by_activity(made)

    assert expected["customer_kg"] == [kg(found["a0"]), kg(found["a1"])]
    assert expected["total_kg"] == kg(found["a0"] + found["a1"])
    trip = made.filter(pl.col("activity_id").is_in(["a2", "a3", "a4"]))
    assert expected["tkm"] == trip["transport_kgm"].sum() / 10**6


def test_cefic_08_cleaning_a_tank(vectors: Any, tmp_path: Path) -> None:
    # 68.6 + 12.77 MJ x 95.4 g + 48 kWh x 0.349 kg = 86.570258 kg
    vector = vectors["cefic-08-tank-cleaning"]
    given = vector["inputs"]
    rows = fuel("gas", given["gas_kg"] * 1000 / given["gas_mj"])
    rows += fuel("gasoil", given["gasoil_g_per_mj"]) + grid(given["kg_per_kwh"] * 1000)
    kept = shelf(tmp_path, rows)
    told = {"gas": given["gas_mj"], "gasoil": given["gasoil_mj"]}
    used = [
        {**NO_LEG, "kind": "energy.fuel", "energy_carrier": name, "energy_j": round(mj * 10**6)}
        for name, mj in told.items()
    ]
    power = {**NO_LEG, "kind": "energy.electricity", "energy_carrier": "electricity"}
    power |= {"energy_j": round(given["kwh"] * 3_600_000)}
    rows = quantify(book(*used, power), library=kept).emissions

    assert rows["co2e_ug"].sum() == 86_570_258_000
    near(vector, vector["expected"]["kg"], kg(rows["co2e_ug"].sum()))


@pytest.mark.parametrize("years", [0, 2])
def test_cn_01_a_litre_of_diesel(vectors: Any, years: int) -> None:
    # 43.330 GJ/t x 0.0202 x 0.98 x 44 / 12 = 3.1451 t/t; x 0.84 kg/l = 2.6419 kg: the built-in
    # library, whose heating value is of the guide that gives the factor, and not of a later one
    vector = vectors["cn-01-diesel-ef"]
    litre = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "diesel", "volume_ml": 1000}
    when = {"start": packs.START - years * 365 * 86_400 * 10**6, "place": "CN"}
    rows = quantify(book({**litre, **when}), profile="cn_inventory").emissions.filter(
        boundary="ttw"
    )

    expected = float(vector["expected"]["kg_co2_per_l"])
    # the table keeps the factor with nine digits
    assert kg(rows["co2_fossil_ug"].item()) == pytest.approx(expected, rel=1e-8)
