"""Every derived curve is made of official numbers; what is assumed is few, named and wide."""

from __future__ import annotations

import csv
import datetime as dt
import math
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from tanlu.factors import library
from tests.factors import tables

HGV = "Freighting goods > {kind} > {size}"
SIZES = {
    "truck.rigid.7t5": "Rigid (>3.5 - 7.5 tonnes)",
    "truck.rigid.17t": "Rigid (>7.5 tonnes-17 tonnes)",
    "truck.rigid.32t": "Rigid (>17 tonnes)",
    "truck.artic.33t": "Articulated (>3.5 - 33t)",
    "truck.artic.44t": "Articulated (>33t)",
    "truck.average": "All HGVs",
}
VANS = {
    "van.class1": "Class I (up to 1.305 tonnes)",
    "van.class2": "Class II (1.305 to 1.74 tonnes)",
    "van.class3": "Class III (1.74 to 3.5 tonnes)",
    "van.average": "Average (up to 3.5 tonnes)",
}
NAMES = {
    "diesel": "Diesel", "petrol": "Petrol", "cng": "CNG", "lpg": "LPG",
    "electricity": "Battery Electric Vehicle",
}  # fmt: skip
EMPTY = 0.30  # DfT, GB-registered vehicles 2022 to 2024: 29.6 to 30.8 % (uk-dft-2025)

# Values read in a printed source that is in no table beside the checkout, with what was read.
STATED = {
    ("train.freight", "diesel", "CN"): (
        "26.2 kg per 10^4 gross t.km",
        0.00262 * 42.652 * 1016 / 525,
    ),
    ("barge.average", "diesel", "GLO"): ("5 kg per 1000 t.km", 0.005 * 42.652),
    ("barge.container", "diesel", "GLO"): ("as barge.average", 0.005 * 42.652),
    ("barge.tanker", "diesel", "GLO"): ("as barge.average", 0.005 * 42.652),
    ("barge.bulk", "diesel", "GLO"): (
        "210 Btu per short ton-mile",
        210 * 1055.06e-6 / 1.459972 * 128.7 / 138.7,
    ),
    ("plane.domestic", "jet_kerosene", "CN"): ("0.298 kg per t.km", 0.298 * 43.070),
    ("drone.parcel", "electricity", "GLO"): ("0.33 MJ per package", 0.33),
}
# Classes whose energy is our own assumption: no open value was found.
ASSUMED = {
    "train.freight electricity", "barge.container electricity", "pipeline.liquid electricity",
    "ropeway.freight electricity", "hub.transshipment electricity", "hub.warehouse electricity",
    "hub.parcel electricity", "hub.container electricity", "hub.liquid electricity",
    "parcel.trike electricity",
}  # fmt: skip


@cache
def curves() -> list[dict[str, str]]:
    file = Path(__file__).parents[2] / "src/tanlu/factors/data/tanlu-vehicles/vehicles.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return [row for row in rows if row["mj_empty"]]


def of(begin: str) -> list[dict[str, str]]:
    return [row for row in curves() if row["class"].startswith(begin)]


def truck(shared: Path, row: dict[str, str], column: str, unit: str, gas: str = "co2") -> float:
    kind = "HGV refrigerated (all diesel)" if row["temperature"] else "HGV (all diesel)"
    found = tables.uk(shared, HGV.format(kind=kind, size=SIZES[row["class"]]), column, unit, gas)
    assert found is not None, row["class"]
    return found


def test_every_truck_is_the_official_curve_over_the_fuel_of_the_same_edition(shared: Path) -> None:
    blend = "Fuels > Liquid fuels > Diesel (average biofuel blend)"
    burnt = tables.uk(shared, blend, "", "kWh (Net CV)", "co2")
    for row in of("truck."):
        ratio = 3.6 / burnt
        for column, name in (("0% Laden", "mj_empty"), ("100% Laden", "mj_full")):
            official = truck(shared, row, column, "km") * ratio
            assert float(row[name]) == pytest.approx(official, rel=1e-6), row["class"]


def test_every_truck_brings_out_the_official_mean_where_no_load_is_told(shared: Path) -> None:
    for row in of("truck."):
        if row["carrier"] != "diesel":
            continue
        empty, full = (truck(shared, row, f"{each}% Laden", "km") for each in (0, 100))
        capacity, load = float(row["capacity_t"]), float(row["load"])
        assert float(row["empty"]) == EMPTY
        # tonnes at 100 % laden are over all kilometres, 30 % of them empty
        published = truck(shared, row, "100% Laden", "km", "co2e") / truck(
            shared, row, "100% Laden", "tonne.km", "co2e"
        )
        assert capacity == pytest.approx(published / (1 - EMPTY), abs=0.015)
        found = empty / ((1 - EMPTY) * load * capacity) + (full - empty) / capacity
        official = truck(shared, row, "Average laden", "tonne.km")
        assert found == pytest.approx(official, rel=2e-3), row["class"]


def test_every_van_has_the_official_energy_and_payload(shared: Path) -> None:
    for row in of("van."):
        size, name = VANS[row["class"]], NAMES[row["carrier"]]
        battery = row["carrier"] == "electricity"
        sheet = "SECR kWh UK electricity for EVs" if battery else "SECR kWh pass & delivery vehs"
        table, unit = f"{sheet} > Vans > {size}", "kWh (net)" if battery else "kWh (Net CV)"
        energy = tables.uk(shared, table, name, "km", unit)
        assert float(row["mj_empty"]) == float(row["mj_full"])
        assert float(row["mj_empty"]) == pytest.approx(3.6 * energy, abs=1e-6), row["class"]
        if (row["class"], row["carrier"]) == ("van.class1", "electricity"):
            name = "Diesel"  # the published payload of 0.30 t is above that of class II
        path = f"Freighting goods > Vans > {size}"
        per_km, per_tkm = (tables.uk(shared, path, name, unit) for unit in ("km", "tonne.km"))
        payload = float(row["capacity_t"]) * float(row["load"])
        assert payload == pytest.approx(per_km / per_tkm, abs=0.005), row["class"]


def test_every_ship_on_another_fuel_needs_the_energy_of_the_official_one(shared: Path) -> None:
    fuel = tables.uk(shared, "Fuels > Liquid fuels > Marine fuel oil", "", "kWh (Net CV)", "co2")
    official = {
        row["vehicle_class"]: float(row["co2_fossil"])
        for row in tables.rows("uk-desnz-2025")
        if row["activity"] == "transport.sea" and row["boundary"] == "ttw"
    }
    for row in of("ship."):
        expected = 3.6 * official[row["class"]] / fuel
        assert float(row["mj_empty"]) == pytest.approx(expected, abs=1e-6), row["class"]


def test_the_american_classes_are_those_of_the_epa(shared: Path) -> None:
    mineral = "Fuels > Liquid fuels > Diesel (100% mineral diesel)"
    fuel = tables.uk(shared, mineral, "", "kWh (Net CV)", "co2")
    for name, activity in (("train.freight.us", "Rail"), ("barge.us", "Waterborne Craft")):
        [row] = of(name)
        per_tkm = tables.epa(shared)[activity, "short ton-mile", "co2"] / 1.459972
        assert float(row["mj_empty"]) == pytest.approx(3.6 * per_tkm / fuel, abs=1e-6)


def test_what_was_read_in_print_is_what_the_row_says() -> None:
    for (name, carrier, place), (read, value) in STATED.items():
        [row] = [
            each
            for each in of(name)
            if (each["class"], each["carrier"], each["place"]) == (name, carrier, place)
        ]
        assert float(row["mj_empty"]) == pytest.approx(value, abs=1e-6)
        assert read
        assert row["status"] in {"derived", "peer"}


def test_no_curve_escapes_these_tests() -> None:
    british = [row for row in curves() if row["class"].split(".")[0] in {"truck", "van", "ship"}]
    american = [row for row in curves() if row["class"].endswith(".us")]
    stated = [row for row in curves() if (row["class"], row["carrier"], row["place"]) in STATED]
    assumed = [row for row in curves() if row["status"] == "assumption"]
    checked = {tuple(row.items()) for row in (*british, *american, *stated, *assumed)}

    assert checked == {tuple(row.items()) for row in curves()}
    assert {f"{row['class']} {row['carrier']}" for row in assumed} == ASSUMED


def test_an_assumption_has_a_wide_interval_and_says_how_it_was_made() -> None:
    for row in curves():
        if row["status"] == "assumption":
            assert float(row["gsd"]) >= 1.5, row["class"]
            assert row["source_id"] == "tanlu-assumed"
            assert "=" in row["derivation"]


def test_every_row_names_document_year_and_place_in_it() -> None:
    kept = library()
    documents = kept.documents
    for row in map(dict, kept.rows):
        source = documents[row["source_id"]]
        assert source["title"], tables.said(row)
        assert source["doc_no"], tables.said(row)
        assert dt.date.fromisoformat(source["published"])
        assert row["clause"], tables.said(row)
        assert row["data_year"], tables.said(row)
        assert 1990 <= int(row["data_year"]) <= 2026
        if row["status"] in {"derived", "assumption"}:
            assert row["derivation"], tables.said(row)


def test_every_fuel_property_names_its_place_in_a_document() -> None:
    kept = library()
    for row in map(dict, kept.fuels):
        assert kept.documents[row["source_id"]]["doc_no"]
        assert row["clause"], row["energy_carrier"]


def test_no_two_rows_of_one_key_hold_at_the_same_time() -> None:
    names = (
        *("activity", "vehicle_class", "energy_carrier", "temperature_class", "technology"),
        *("material", "denominator", "place", "boundary", "method", "source_id"),
    )
    spans: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for row in map(dict, library().rows):
        key = tuple(row.get(name) or "" for name in names)
        span = (row["valid_from"], row.get("valid_to") or "9999-12-31")
        spans.setdefault(key, []).append(span)
    twice = {
        key: sorted(held)
        for key, held in spans.items()
        if any(
            one[1] > other[0] for one, other in zip(sorted(held), sorted(held)[1:], strict=False)
        )
    }

    assert twice == {}


def test_glec_holds_as_a_range_and_not_as_a_source(shared: Path) -> None:
    folder = shared / "data/factors/glec_verify_only"
    rail = pl.read_csv(folder / "glec_v3_rail_eu.csv")
    inland = pl.read_csv(folder / "glec_v3_iww.csv")
    [train] = [
        row for row in of("train.freight") if (row["place"], row["carrier"]) == ("CN", "diesel")
    ]
    diesel_ttw = 74.1  # g CO2e/MJ, GLEC v3 module 1
    low, high = rail["diesel_ttw"].drop_nulls().min(), rail["diesel_ttw"].drop_nulls().max()
    assert low * 0.8 <= float(train["mj_empty"]) * diesel_ttw <= high
    [electric] = [row for row in of("train.freight") if row["carrier"] == "electricity"]
    per_mj = 97.0  # g/MJ, the European grid of that table
    used = rail["electric_total"].drop_nulls() / per_mj
    assert used.min() <= float(electric["mj_empty"]) <= used.max()
    ships = inland["ttw_g_per_tkm"]
    for row in of("barge."):
        if row["carrier"] == "diesel" and not row["class"].endswith(".us"):
            assert ships.min() <= float(row["mj_empty"]) * diesel_ttw <= ships.sort()[-2]


def test_the_curve_of_the_large_truck_is_that_of_cefic(shared: Path) -> None:
    [row] = [
        each
        for each in of("truck.artic.44t")
        if each["carrier"] == "diesel" and not each["temperature"]
    ]
    a, capacity = float(row["mj_empty"]), float(row["capacity_t"])
    b = (float(row["mj_full"]) - a) / capacity
    wtw = 93.5  # g/MJ of B5, GLEC v3 module 1, as in Cefic table 18
    for payload in (8.0, 14.0, 20.0, 24.0):
        for empty in (0.0, 0.2, 0.4):
            fitted = 785.99 / ((1 - empty) * payload) + 18.335
            own = wtw * (a / ((1 - empty) * payload) + b)
            assert math.isclose(own, fitted, rel_tol=0.12), (payload, empty)
