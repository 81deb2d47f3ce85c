"""Steps of ISO 14083 / GLEC v3 and mistakes that implementers make, each through the door."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify
from tanlu.terms import schema

START = int(dt.datetime(2025, 6, 1, tzinfo=dt.UTC).timestamp()) * 1_000_000
BASE = {
    "start": START, "end": START + 1, "zone": "UTC", "precision": "instant", "place": "GB",
    "kind": "transport.road", "vehicle_class": "truck.artic.44t", "energy_carrier": "diesel",
    "mass_mg": 10**10, "distance_m": 250_000, "distance_type": "actual",
}  # fmt: skip
FUEL = {
    "activity_id": "fuel", "kind": "energy.fuel", "vehicle_class": None, "mass_mg": None,
    "distance_m": None, "distance_type": None, "volume_ml": 100_000, "operation": "o",
}  # fmt: skip


def book(*rows: dict[str, Any]) -> pl.DataFrame:
    full = [{**BASE, "activity_id": f"a{number}", **row} for number, row in enumerate(rows)]
    names = sorted({name for row in full for name in row})
    types = schema("activity").dtypes()
    return pl.DataFrame(full, schema={name: types[name] for name in names})


def emitted(*rows: dict[str, Any], **options: Any) -> pl.DataFrame:
    return quantify(book(*rows), **options).emissions


def ug(*rows: dict[str, Any], **options: Any) -> int:
    return int(emitted(*rows, **options)["co2e_ug"].sum())


def by_activity(*rows: dict[str, Any]) -> dict[str, int]:
    table = emitted(*rows).group_by("activity_id").agg(pl.col("co2e_ug").sum())
    return dict(table.iter_rows())


def test_step_1_a_container_without_mass_weighs_ten_tonnes_aloud() -> None:
    # GLEC v3 section 1: 10 t a TEU on average
    ship = {"kind": "transport.sea", "vehicle_class": "ship.container", "energy_carrier": None}
    told = emitted({**ship, "mass_mg": 10**10})
    counted = emitted({**ship, "mass_mg": None, "teu_milli": 1000})

    assert told["co2e_ug"].sum() == counted["co2e_ug"].sum()
    assert counted["assumptions"].str.contains("A-TEU-MASS").all()


def test_step_3_activity_is_the_sum_of_products() -> None:
    # GLEC v3 section 1: consignments of 10 to 400 t, 225,000 t.km and not the mean of anything
    trips = [(10, 1000), (40, 400), (400, 300), (10, 700), (60, 1200)]
    rows = [{"mass_mg": t * 10**9, "distance_m": km * 1000} for t, km in trips]
    table = emitted(*rows).filter(pl.col("boundary") == "ttw")

    assert table["transport_kgm"].sum() == 225_000 * 10**6


def test_step_4_boundaries_stay_apart() -> None:
    assert set(emitted({})["boundary"]) == {"ttw", "wtt"}


@pytest.mark.parametrize(
    ("kind", "name", "factor"),
    [
        ("transport.road", "truck.artic.44t", 1.05),
        ("transport.sea", "ship.container", 1.15),
        ("transport.rail", "train.freight", 1.0),
        ("transport.inland", "barge.average", 1.0),
    ],
)
def test_step_5_the_adjustment_follows_from_two_distances(
    kind: str, name: str, factor: float
) -> None:
    what = {"kind": kind, "vehicle_class": name, "energy_carrier": None}
    same, shorter = ug({**what}), ug({**what, "distance_type": "sfd"})

    assert shorter / same == pytest.approx(factor, rel=1e-9)


def test_step_5_a_flight_counts_its_great_circle_once() -> None:
    # the rate counts the great circle: flown kilometres lose 95 km, the circle keeps its length
    air = {"kind": "transport.air", "vehicle_class": "plane.long_haul", "distance_m": 5_000_000}
    air |= {"energy_carrier": "jet_kerosene"}
    circle, flown = ug({**air, "distance_type": "gcd"}), ug({**air, "distance_type": "actual"})

    assert flown / circle == pytest.approx((5000 - 95) / 5000, rel=1e-9)


def test_step_6_a_hub_has_tonnes_and_no_distance() -> None:
    hub = {"kind": "hub.transshipment", "vehicle_class": None, "energy_carrier": None}
    near, far = ug({**hub, "distance_m": None}), ug({**hub, "distance_m": 900_000})

    assert near == far > 0


def test_step_7_a_chain_adds_up_in_any_order() -> None:
    legs = [{"activity_id": f"l{n}", "distance_m": n * 100_000} for n in (1, 2, 3)]

    assert ug(*legs) == ug(*reversed(legs)) == sum(ug(leg) for leg in legs)


def test_step_10_ballast_is_in_the_fuel_and_carries_nothing_itself() -> None:
    laden = {"activity_id": "laden", "operation": "o"}
    ballast = {"activity_id": "ballast", "operation": "o", "mass_mg": 0}
    found = by_activity(FUEL, laden, ballast)

    assert found.get("ballast", 0) == 0
    assert found["laden"] == ug({**FUEL, "operation": None})


def test_step_11_a_leak_counts_by_the_gwp_of_the_report() -> None:
    # GLEC v3 module 4 s1.2: 10 vehicles, 1.5 kg at 15 % and 5.5 kg at 32.5 %: 20.125 kg
    leak = {
        "kind": "refrigerant.leak", "energy_carrier": "R-134a", "vehicle_class": None,
        "mass_mg": 20_125_000, "distance_m": None, "distance_type": None,
    }  # fmt: skip

    assert ug(leak, gwp_set="AR4") == round(20.125 * 1430 * 1e9)
    assert ug(leak, gwp_set="AR6") == round(20.125 * 1530 * 1e9)


def test_step_16_a_refrigerated_van_takes_fifteen_percent() -> None:
    van = {"vehicle_class": "van.average"}
    ambient, cold = ug(van), ug({**van, "temperature_class": "chilled"})

    assert cold / ambient == pytest.approx(1.15, rel=1e-9)


def test_mistake_6_driven_kilometres_do_not_share_a_round() -> None:
    stops = [
        {"activity_id": f"s{n}", "operation": "o", "mass_mg": m, "distance_m": d}
        for n, (m, d) in enumerate([(4_000_000, 7000), (1_000_000, 7200), (20_000_000, 8600)])
    ]
    found = by_activity(FUEL, *stops)
    total = ug({**FUEL, "operation": None})

    assert sum(found.values()) == total
    assert found["s2"] / total == pytest.approx(172 / (28 + 7.2 + 172), rel=1e-6)


def test_mistake_8_the_gwp_set_stands_on_every_row() -> None:
    assert set(emitted({}, gwp_set="AR5")["gwp_set"]) == {"AR5"}
    assert ug({}, gwp_set="AR5") != ug({}, gwp_set="AR6")


def test_mistake_9_biogenic_carbon_is_not_an_absence_of_gases() -> None:
    ttw = emitted({"energy_carrier": "hvo"}).filter(pl.col("boundary") == "ttw")

    assert 0 < ttw["co2e_ug"].sum() < 0.05 * ug({})


def test_mistake_10_methane_slips_from_gas_engines() -> None:
    ship = {"kind": "transport.sea", "vehicle_class": "ship.container"}
    ttw = emitted({**ship, "energy_carrier": "lng_otto_ms"}).filter(pl.col("boundary") == "ttw")

    assert ttw["ch4_fossil_ug"].sum() * 29.8 > 0.1 * ttw["co2e_ug"].sum()


def test_mistake_26_no_microgram_is_lost_in_a_round() -> None:
    stops = [
        {"activity_id": f"s{n}", "operation": "o", "mass_mg": 333_333 + n, "distance_m": 7001 + n}
        for n in range(97)
    ]

    assert ug({**FUEL, "operation": None}) == ug(FUEL, *stops)


def test_mistake_27_an_operation_of_more_than_a_year_is_a_finding() -> None:
    year = 366 * 86_400 * 1_000_000
    laden = {"activity_id": "laden", "operation": "o"}
    found = quantify(book({**FUEL, "end": START + 2 * year}, laden)).findings

    assert found.height > 0
