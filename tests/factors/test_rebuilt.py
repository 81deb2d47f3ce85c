"""Packs that scripts rebuild from packages: held against the official tables, and byte for byte."""

from __future__ import annotations

import csv
import gzip
import importlib
import os
import sys
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from tanlu.factors import library
from tanlu.terms.place import countries
from tests.factors import tables

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / "tools/factors"
PACKS = ROOT / "src/tanlu/factors/data"
# script: packs that it writes
SCRIPTS = {
    "world_electricity": ("world-electricity",),
    "ipcc_2006": ("ipcc-2006",),
    "ipcc_waste": ("ipcc-waste", "ipcc-waste-bulk"),
    "marine": ("fueleu-2023", "imo-2018"),
    "us_epa": ("us-epa-2021", "us-epa-2023", "us-epa-2025", "us-egrid"),
    "us_epa_vehicles": ("us-epa-vehicles",),
    "eea_trucks": ("eea-trucks",),
}
MJ_PER_MMBTU, POUND, MILE = 1055.05585262, 0.45359237, 1.609344

# Editions of Ember by how far they may lie from the one beside the checkout, and for how many of
# their values: the base is that edition itself, the others were revised.
EMBER = {"ember-2025": (1e-9, 1.0), "ember-2026-10": (0.05, 0.85), "ember-2025-05": (0.2, 0.85),
         "ember-2024-05": (0.25, 0.85)}  # fmt: skip
# Table 1.4 as printed where it is not carbon times 44/12 to three digits: the entry says it.
BY_HAND = ("lower", "upper")


def table_of(pack: str) -> Path:
    """Give the table of a pack, compressed where it is bulk."""
    bulk = PACKS / pack / "factor.csv.gz"
    return bulk if bulk.is_file() else PACKS / pack / "factor.csv"


def entries(name: str) -> list[dict[str, str]]:
    """Give a file of what was entered by hand."""
    return list(csv.DictReader((TOOLS / "entries" / name).read_text("utf-8").splitlines()))


@pytest.fixture
def wheels() -> Path:
    """The folder of the wheels that requirements.txt pins; the test skips loudly without it."""
    folder = os.environ.get("TANLU_WHEELS")
    if not folder:
        pytest.skip("WHEELS ABSENT: set TANLU_WHEELS to what tools/factors/wheels.py has fetched")
    return Path(folder)


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch):
    """Give a script of ``tools/factors`` by its name."""
    monkeypatch.syspath_prepend(str(TOOLS))
    kept = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - kept:
        del sys.modules[name]


def content(file: Path) -> bytes:
    """Give what a file holds: compressed bytes differ by the library that made them."""
    return gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_pack_is_what_its_script_makes_of_the_wheels(
    script: str, wheels: Path, tools, tmp_path: Path
) -> None:
    tools(script).main(wheels, tmp_path)
    for pack in SCRIPTS[script]:
        for made in (tmp_path / pack).iterdir():
            assert content(PACKS / pack / made.name) == content(made)
    if script == "world_electricity":
        kept = TOOLS / "checks/ember_conflicts.csv"
        assert kept.read_bytes() == (tmp_path / kept.name).read_bytes()


@pytest.mark.slow
def test_the_chinese_provinces_of_a_package_are_those_of_the_notice(wheels: Path, tools) -> None:
    member = "codecarbon/data/private_infra/2023/china_provincial_emissions.json"
    told = tools("wheels").tree(wheels, "codecarbon==3.3.2", member)["data"]
    ours = {
        row["place"]: Decimal(row["co2_fossil"]) * 1000
        for row in tables.rows("mee-2023")
        if row["data_year"] == "2023" and not row.get("technology")
    }

    assert len(told) == 30
    assert {place: Decimal(row["emission_factor"]) for place, row in told.items()} == {
        place: ours[place] for place in told
    }


def test_every_script_is_pinned_and_every_pack_that_it_writes_is_kept(tools) -> None:
    pins = tools("wheels").pins()

    assert len(pins) >= 12
    assert all(len(sha) == 64 for sha in pins.values())
    for pack in (pack for packs in SCRIPTS.values() for pack in packs):
        assert table_of(pack).is_file(), pack


def test_the_generated_tables_are_small() -> None:
    kept = [table_of(pack) for packs in SCRIPTS.values() for pack in packs]

    assert sum(file.stat().st_size for file in kept) < 2_000_000


def test_every_country_is_that_of_ember(shared: Path) -> None:
    codes = dict(countries().select("code", "code3").iter_rows()) | {"GLO": "OWID_WRL"}
    told = tables.world(shared)
    found: dict[str, list[float]] = {}
    for row in tables.rows("ember"):
        official = told.get((codes[row["place"]], int(row["data_year"])))
        if official:
            gap = abs(float(row["co2e_published"]) * 1000 / official - 1)
            found.setdefault(row["source_id"], []).append(gap)

    assert set(EMBER) == set(found)
    for edition, (tolerance, share) in EMBER.items():
        gaps = found[edition]
        assert sum(gap <= tolerance for gap in gaps) >= share * len(gaps), edition
    assert len(found["ember-2025"]) == 248


def test_one_country_has_one_intensity_a_year() -> None:
    rows = tables.rows("ember")
    keys = {(row["place"], row["data_year"]) for row in rows}

    assert len(keys) == len(rows) == 643
    assert all(float(row["co2e_published"]) >= 0 for row in rows)
    assert {"2022", "2023", "2024", "2025"} <= {row["data_year"] for row in rows}


def test_what_was_passed_over_is_listed_with_what_was_chosen() -> None:
    chosen = {(row["place"], row["data_year"]): row for row in tables.rows("ember")}
    text = (TOOLS / "checks/ember_conflicts.csv").read_text("utf-8")
    listed = list(csv.DictReader(text.splitlines()))
    for row in listed:
        ours = chosen[row["place"], row["year"]]
        assert (row["chosen"], float(row["g_per_kwh"])) == (
            ours["source_id"],
            pytest.approx(float(ours["co2e_published"]) * 1000),
        )
        assert float(row["difference"]) > 0.01

    assert len(listed) > 200


def test_every_default_of_the_ipcc_is_printed_from_its_table(shared: Path) -> None:
    table, names = tables.ipcc(shared), tables.products(ROOT)
    names |= {row["carrier"]: row["product"] for row in entries("ipcc_mobile.csv")}
    hand = {row["product"]: row for row in entries("ipcc_fuels.csv")}
    for row in tables.rows("ipcc-2006"):
        product = names[row["energy_carrier"]]
        exact = table[product, "fuel combustion CO2"]
        for name, value in zip(("value", "lower", "upper"), exact, strict=True):
            own = float(row[name]) * 1e6
            if name in BY_HAND and hand[product][name]:
                assert own == pytest.approx(float(hand[product][name]))
            else:  # three digits are printed
                assert own == pytest.approx(value, abs=500 if value >= 1e5 else 50), row["clause"]
        assert float(row["value"]) == float(row["co2_fossil"] or row["co2_bio"])


def test_the_gases_of_the_ipcc_are_those_entered_for_the_sector() -> None:
    sectors = {(row["group"], row["technology"]): row for row in entries("ipcc_stationary.csv")}
    groups = {row["carrier"]: row["group"] for row in entries("ipcc_fuels.csv")}
    checked = 0
    for row in tables.rows("ipcc-2006"):
        told = sectors.get((groups.get(row["energy_carrier"], ""), row["technology"]))
        if told:
            methane = row["ch4_fossil"] or row["ch4_bio"]
            assert float(methane) * 1e6 == pytest.approx(float(told["ch4"]))
            assert float(row["n2o"]) * 1e6 == pytest.approx(float(told["n2o"]))
            checked += 1

    assert checked == 5 * 53


def test_bio_carbon_is_apart() -> None:
    bio = {row["carrier"] for row in entries("ipcc_fuels.csv") if row["bio"]}
    for row in tables.rows("ipcc-2006"):
        assert bool(row["co2_bio"]) == (row["energy_carrier"] in bio), tables.said(row)
        assert bool(row["co2_fossil"]) != bool(row["co2_bio"]), tables.said(row)


def test_every_marine_fuel_in_another_engine_is_recomputed_from_the_raw_columns(
    shared: Path,
) -> None:
    table = tables.engines(shared)
    for row in tables.rows("feems"):
        fuel, engine = row["clause"].removeprefix("table of fuels: ").split(", ", 1)
        columns = ("LCV", "CO2_WtT", "Cf_CO2", "Cf_CH4", "Cf_N2O", "C_slip")
        heat, upstream, co2, ch4, n2o, slip = (table[fuel, each, engine] for each in columns)
        heat, burnt = (49.1 if fuel == "Fossil LNG" else heat * 1000), 1 - slip / 100
        if row["boundary"] == "wtt":
            taken = co2 / heat * 1000 if fuel.startswith(("BIO", "RFNBO")) else 0
            assert float(row["co2e_published"]) * 1000 == pytest.approx(upstream + taken, rel=1e-6)
            continue
        masses = {"co2": co2 * burnt, "ch4": ch4 * burnt + slip / 100, "n2o": n2o * burnt}
        if "LPG" in fuel:
            masses = {"co2": co2}
        apart = "bio" if fuel.startswith(("BIO", "RFNBO")) else "fossil"
        found = {"co2": row[f"co2_{apart}"], "ch4": row[f"ch4_{apart}"], "n2o": row["n2o"]}
        for gas, mass in masses.items():
            assert float(found[gas]) == pytest.approx(mass / heat, rel=1e-6), tables.said(row)


def test_the_factors_of_the_imo_are_carbon_by_heat(shared: Path) -> None:
    table = tables.engines(shared)
    names = {"hfo": "Fossil HFO", "lfo": "Fossil LFO", "marine_gas_oil": "Fossil Diesel",
             "lng": "Fossil LNG", "lpg_marine": "Fossil LPG (Butane)",
             "lpg_marine.propane": "Fossil LPG (Propane)",
             "methanol": "Fossil Methanol"}  # fmt: skip
    carbon = {row["carrier"]: row for row in entries("imo_2018.csv")}
    for carrier, fuel in names.items():
        assert float(carbon[carrier]["kg_co2_per_kg"]) == table[fuel, "Cf_CO2", ""]
        if carrier != "lfo":  # the package prints that of HFO; the resolution has 41.2
            heat = table[fuel, "LCV", ""] * 1000
            assert float(carbon[carrier]["mj_per_kg"]) == pytest.approx(heat)
    for row in tables.rows("imo-eedi"):
        told = carbon[row["energy_carrier"]]
        mass = float(told["kg_co2_per_kg"])
        per = mass if row["denominator"] == "kg" else mass / float(told["mj_per_kg"])
        assert float(row["co2_fossil"] or row["co2_bio"]) == pytest.approx(per)


@cache
def hub(shared: Path) -> dict[tuple[str, str, str, str], list[float]]:
    """Give the values of the hub of 2025 by table, activity, unit and gas."""
    table = tables.read(shared, "us_epa_hub")
    found: dict[tuple[str, str, str, str], list[float]] = {}
    for row in table.to_dicts():
        number = row["category"].split("Table")[-1].strip("s )")
        key = (number, row["activity"], row["unit_den"], row["gas"])
        found.setdefault(key, []).append(row["value"])
    return found


def masses(row: tables.Row) -> dict[str, float]:
    """Give the masses of a row as the hub prints them: kg CO2, g CH4, g N2O."""
    told = {"co2": row["co2_fossil"] or row["co2_bio"],
            "ch4": row["ch4_fossil"] or row["ch4_bio"], "n2o": row["n2o"]}  # fmt: skip
    return {gas: float(text) * (1 if gas == "co2" else 1000) for gas, text in told.items() if text}


def test_every_fuel_of_the_hub_is_that_of_table_1(shared: Path) -> None:
    table, checked = hub(shared), 0
    nets = {row["carrier"]: row["net"] for row in entries("epa_fuels.csv")}
    for row in tables.rows("us-epa-hub-2025"):
        if row.get("technology") != "stationary":
            continue
        fuel = row["clause"].removeprefix("table 1: ")
        unit = "mmBtu" if row["denominator"] in {"MMBtu", "MJ"} else "short_ton"
        scale = 1.0
        if row["denominator"] == "MJ":
            assert row["status"] == "derived"
            scale = MJ_PER_MMBTU * float(nets[row["energy_carrier"]])
        for gas, mass in masses(row).items():
            assert mass * scale == pytest.approx(table["1", fuel, unit, gas][0], rel=1e-6)
            checked += 1

    assert checked > 400


def test_units_of_the_hub_hold_as_much_heat_as_it_prints(shared: Path) -> None:
    # carbon per unit over carbon per MMBtu is the heat content of the unit: a wrong unit shows
    plausible = {"short ton": (7.9, 40), "US gal": (0.05, 0.16), "ft3": (8e-5, 0.003)}
    table = hub(shared)
    for row in tables.rows("us-epa-hub-2025"):
        if row.get("technology") == "stationary" and row["denominator"] in plausible:
            fuel = row["clause"].removeprefix("table 1: ")
            [heat] = table["1", fuel, "short_ton", "heat content (HHV)"]
            low, high = plausible[row["denominator"]]
            assert low < heat < high, tables.said(row)
            carbon = masses(row)["co2"]
            assert carbon == pytest.approx(heat * table["1", fuel, "mmBtu", "co2"][0], rel=0.03)


def test_every_treatment_of_the_hub_is_that_of_table_9(shared: Path) -> None:
    table = tables.read(shared, "us_epa_hub").to_dicts()
    told = {(row["activity"], row["attrs"]): row["value"] for row in table
            if "Table 9" in row["category"]}  # fmt: skip
    found = {}
    for row in tables.rows("us-epa-hub-2025"):
        if row["activity"].startswith("waste."):
            material, _, treatment = row["clause"].removeprefix("table 9: ").rpartition(", ")
            found[material, treatment] = float(row["co2e_published"]) / 1000

    assert found == pytest.approx(told)


def test_every_kilowatt_hour_of_egrid_is_that_of_table_6(shared: Path) -> None:
    table = tables.read(shared, "us_epa_hub").to_dicts()
    told = {(row["attrs"], row["gas"]): row["value"] for row in table
            if "Table 6" in row["category"]}  # fmt: skip
    words = {"total output rate": "total output", "non-baseload rate": "non-baseload"}
    checked = 0
    for row in tables.rows("us-epa-hub-2025"):
        if row["activity"] != "energy.electricity" or row["boundary"] != "generation":
            continue
        name, _, word = row["clause"].removeprefix("table 6, eGRID2023: ").rpartition(", ")
        for gas, column in (("co2", "co2_fossil"), ("ch4", "ch4_fossil"), ("n2o", "n2o")):
            pounds = float(row[column]) * 1000 / POUND
            assert pounds == pytest.approx(told[f"{name}|{words[word]}", gas], rel=1e-6)
            checked += 1

    assert checked == 28 * 2 * 3


def test_every_trip_of_the_hub_is_that_of_tables_8_and_10(shared: Path) -> None:
    table = tables.read(shared, "us_epa_hub").to_dicts()
    told = {(row["activity"], row["unit_den"], row["gas"]): row["value"] for row in table
            if "Tables 8,10" in row["category"]}  # fmt: skip
    units = {"short ton-mile": "short ton-mile", "mi": "vehicle-mile", "p.km": "passenger-mile"}
    for row in tables.rows("us-epa-hub-2025"):
        if row["clause"].startswith(("table 8: ", "table 10: ")):
            vehicle = row["clause"].split(": ", 1)[1]
            scale = MILE if row["denominator"] == "p.km" else 1
            for gas, mass in masses(row).items():
                official = told[vehicle, units[row["denominator"]], gas]
                assert mass * scale == pytest.approx(official, rel=1e-6)


def test_a_unit_of_gross_heat_says_so_and_is_never_burnt() -> None:
    for row in tables.rows("us-epa-hub"):
        if row["activity"] == "energy.fuel":
            assert (row["heat_basis"] == "gross") == (row["denominator"] == "MMBtu")


def test_losses_of_the_grid_are_by_what_is_used() -> None:
    rows = {(row["place"], row["data_year"], row["boundary"]): row
            for row in tables.rows("us-epa-hub-2025")
            if row["activity"] == "energy.electricity" and row["method"] == "location"}  # fmt: skip
    lost = [key for key in rows if key[2] == "t_and_d"]
    for place, year, _ in lost:
        whole, part = rows[place, year, "generation"], rows[place, year, "t_and_d"]
        share = float(part["co2_fossil"]) / float(whole["co2_fossil"])
        said = float(part["clause"].rsplit(" ", 1)[1])
        assert share == pytest.approx(said / (1 - said), rel=1e-6)

    assert len(lost) == 27  # Puerto Rico tells no loss


def test_the_states_of_egrid_add_up_to_the_nation() -> None:
    states = [row for row in tables.rows("us-egrid-2016") if row["place"] != "US"]
    [nation] = [row for row in tables.rows("us-egrid-2016") if row["place"] == "US"]
    values = sorted(float(row["co2_fossil"]) for row in states)

    assert len(states) == 51
    assert values[0] < float(nation["co2_fossil"]) < values[-1]


def test_a_vehicle_of_some_year_is_whole() -> None:
    for row in tables.rows("us-epa-hub"):
        if row["source_id"].endswith("-years"):
            assert float(row["co2_fossil"]) > 0.1
            assert row["ch4_fossil"]
            assert row["n2o"]
            assert row["status"] == "derived"


def test_burnt_plastic_is_fossil_and_burnt_paper_is_not() -> None:
    burnt = {row["material"]: row for row in tables.rows("ipcc-2019-waste")
             if row["activity"] == "waste.incineration" and not row["technology"]
             and not row["source_id"].endswith("bulk")}  # fmt: skip

    # 0.75 carbon in dry matter, all fossil; 0.9 * 0.46 in paper, none fossil
    assert float(burnt["plastic"]["co2_fossil"]) == pytest.approx(2.75)
    assert float(burnt["paper"]["co2_fossil"]) == 0
    assert float(burnt["paper"]["co2_bio"]) == pytest.approx(0.9 * 0.46 * 44 / 12)


def test_paper_in_a_managed_landfill_gives_133_grams_of_methane() -> None:
    [row] = [row for row in tables.rows("ipcc-2019-waste") if row["activity"] == "waste.landfill"
             and row["material"] == "paper" and not row["technology"]]  # fmt: skip

    assert float(row["ch4_bio"]) == pytest.approx(0.4 * 0.5 * 1 * 0.5 * 16 / 12)


def test_compost_is_as_table_4_1_prints() -> None:
    found = {row["technology"]: (float(row["ch4_bio"]), float(row["n2o"]))
             for row in tables.rows("ipcc-2019-waste")
             if row["activity"] == "waste.composting"}  # fmt: skip

    assert found == {"": (0.004, 0.00024), "compost_dry": (0.01, 0.0006),
                     "anaerobic_wet": (0.0008, 0), "anaerobic_dry": (0.002, 0)}  # fmt: skip


def test_the_derivation_of_every_landfill_is_its_value() -> None:
    checked = 0
    for row in tables.rows("ipcc-2019-waste"):
        if row["activity"] == "waste.landfill":
            parts, _, cover = row["derivation"].partition(" * 16/12 * (1 - ")
            product = 16 / 12 * (1 - float(cover.removesuffix(" OX)")))
            for part in parts.split(" * "):
                product *= float(part.split()[0])
            assert float(row["ch4_bio"]) == pytest.approx(product, rel=1e-6)
            checked += 1

    assert checked > 100


def test_bulk_packs_are_named() -> None:
    bulk = {pack.pack_id for pack in library().packs if pack.bulk}

    assert {"eea-trucks", "ipcc-waste-bulk", "us-epa-vehicles"} <= bulk


def trucks() -> dict[tuple[str, ...], float]:
    """Give MJ/km at the usual speed by class, Euro standard, load and slope."""
    return {
        (row["vehicle_class"], *row["technology"].split(".")): float(row["value"])
        for row in tables.rows("emep-eea")
    }


def test_every_truck_has_each_load_and_slope_of_each_standard() -> None:
    found = trucks()

    assert len(found) == 14 * 7 * 3 * 7
    assert len({key[0] for key in found}) == 14


def test_more_load_needs_more_energy_on_a_flat_road_and_a_steeper_road_more_too() -> None:
    found, ways = trucks(), ("down_6", "down_4", "down_2", "flat", "up_2", "up_4", "up_6")
    for truck, euro, load, way in found:
        if way == "flat":
            loads = [found[truck, euro, f"laden_{each}", way] for each in (0, 50, 100)]
            slopes = [found[truck, euro, load, each] for each in ways]
            assert loads == sorted(loads)
            assert slopes == sorted(slopes)


def test_a_laden_tractor_on_the_flat_needs_what_a_quarter_litre_to_half_a_litre_holds() -> None:
    # 35.7 MJ/L of diesel; DESNZ 2025 has 0.34 l/km at half load for articulated trucks over 33 t
    found = trucks()["truck.artic.eea.40t", "euro_vi", "laden_50", "flat"]

    assert 0.25 < found / 35.7 < 0.5


def test_points_rise_in_speed_and_never_reach_zero() -> None:
    for row in tables.rows("emep-eea"):
        points = [tuple(map(float, each.split(":"))) for each in row["points"].split(";")]
        speeds = [speed for speed, _ in points]
        assert speeds == sorted(set(speeds))
        assert min(value for _, value in points) > 0
        assert row["axis"] == "speed_kmh"
