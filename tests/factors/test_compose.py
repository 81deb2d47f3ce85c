from __future__ import annotations

import importlib.util

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tanlu.errors import TanluError
from tanlu.factors import classes, library, resolve
from tanlu.factors.compose import KEY
from tanlu.terms import gases, schema

ROAD = "transport.road"


@pytest.fixture(scope="session")
def book(root):
    """Give the module that writes the snapshot."""
    spec = importlib.util.spec_from_file_location("snapshot", root / "tools/factors/snapshot.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def everything(book):
    """Give all keys resolved."""
    return resolve(book.keys())


def x_per_tkm(row, load=None, empty=None):
    """Give units per tonne-kilometre as the header of the module states it."""
    if not row["rate_empty"]:
        return row["rate_slope"]
    load = row["load_default"] if load is None else load
    empty = row["empty_default"] if empty is None else empty
    return row["rate_empty"] / ((1 - empty) * load * row["capacity_t"]) + row["rate_slope"]


def test_no_resolved_factor_changes_unseen(book, root):
    # After a wanted change: PYTHONPATH=src python tools/factors/snapshot.py, and review the diff.
    known = pl.read_csv(root / "tests/factors/snapshot.csv", schema=book.snapshot().schema)
    assert_frame_equal(known, book.snapshot(), rel_tol=1e-8)


def test_no_pack_changes_unseen(book, root):
    # the hash is over every filled cell: materials and waste too, which the snapshot leaves out
    known = pl.read_csv(root / "tests/factors/packs.csv", infer_schema=False)
    assert_frame_equal(known, book.packs())


def test_every_row_fits_the_schema(everything):
    assert schema("resolved").check(everything).height > 2000


def test_intervals_of_a_key_are_disjoint_and_cover_all_time(everything):
    for _, rows in everything.group_by(KEY):
        ordered = rows.sort("valid_from")
        assert ordered["valid_from"][1:].to_list() == ordered["valid_to"][:-1].to_list()
        assert ordered["valid_from"][0] < 0
        assert ordered["valid_to"][-1] > 7e15


@pytest.mark.parametrize("gwp_set", ["AR4", "AR5", "AR6"])
def test_co2e_is_the_sum_of_its_gases(book, gwp_set):
    table = resolve(book.keys(), gwp_set=gwp_set)
    weight = gases.gwp(gwp_set)
    for word in ("ttw", "wtt"):
        total = pl.sum_horizontal(
            pl.col(f"{word}_{gas}_g").fill_null(0) * factor
            for gas, factor in (
                ("co2_fossil", 1.0),
                ("ch4_fossil", weight["CH4_fossil"]),
                ("ch4_bio", weight["CH4_bio"]),
                ("n2o", weight["N2O"]),
                ("unsplit", 1.0),
            )
        )
        apart = table.select((total - pl.col(f"{word}_co2e_g")).abs().max()).item()
        assert apart < 1e-9


def test_no_emission_is_negative_so_wtw_is_at_least_ttw(everything):
    assert everything["ttw_co2e_g"].min() >= 0
    assert everything["wtt_co2e_g"].min() >= 0


def test_every_iso_14083_row_has_both_boundaries(everything):
    assert everything["ttw_co2e_g"].null_count() == 0
    # a process burns nothing: what it releases has no well (boundaries.csv: ttw+wtt?)
    burnt = everything.filter(pl.col("kind").str.starts_with("process.").not_())
    assert burnt["wtt_co2e_g"].null_count() == 0


def test_an_electric_vehicle_emits_nothing_from_tank_to_wheel(everything):
    electric = everything.filter(pl.col("energy_carrier") == "electricity")
    assert electric.height > 100
    assert electric["ttw_co2e_g"].max() == 0.0
    assert electric["wtt_co2e_g"].min() > 0.0


def test_the_curve_is_linear_so_half_load_is_the_mean(one):
    # UK DESNZ 2025: kg CO2e/km at 0, 50 and 100 % weight laden.
    published = {"0": 0.64734, "50": 0.85827, "100": 1.06921}
    row = one(ROAD, "truck.artic.44t", "diesel")
    at = {
        load: x_per_tkm(row, float(load) / 100, 0.0) * row["capacity_t"] * float(load) / 100
        for load in ("50", "100")
    }
    empty = row["rate_empty"]
    assert at["50"] == pytest.approx((empty + at["100"]) / 2, rel=1e-12)
    assert at["50"] / at["100"] == pytest.approx(published["50"] / published["100"], rel=4e-3)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("truck.rigid.7t5", 0.54068),
        ("truck.rigid.17t", 0.70603),
        ("truck.rigid.32t", 1.10905),
        ("truck.artic.33t", 0.93552),
        ("truck.artic.44t", 1.06921),
    ],
)
def test_energy_times_the_fuel_of_the_country_gives_back_the_published_kilometre(one, name, full):
    row = one(ROAD, name, "diesel", place="GB", gwp_set="AR5")
    km = (row["rate_empty"] + row["rate_slope"] * row["capacity_t"]) * row["ttw_co2e_g"] / 1000
    assert km == pytest.approx(full, rel=8e-3)


def test_a_heavy_truck_lies_near_an_independent_load_curve(one):
    # Cefic/GLEC table 18 as fitted: g = 785.99 / ((1 - e) p) + 18.335 g WTW per t.km, B5 diesel.
    row = one(ROAD, "truck.artic.44t", "diesel")
    grams = row["ttw_co2e_g"] + row["wtt_co2e_g"]
    ours = x_per_tkm(row, 0.6, 0.17) * grams
    theirs = 785.99 / (0.83 * 0.6 * row["capacity_t"]) + 18.335
    assert ours == pytest.approx(theirs, rel=0.10)


@pytest.mark.parametrize(
    ("kind", "name", "carrier", "pair"),
    [
        ("transport.rail", "train.freight", "diesel", (27.79, 6.91)),
        ("transport.sea", "ship.container", "marine_fuel_oil", (16.12, 3.65)),
        ("transport.sea", "ship.container.8000teu", "marine_fuel_oil", (12.66, 2.87)),
        ("transport.sea", "ship.bulk", "marine_fuel_oil", (3.53, 0.80)),
        ("transport.sea", "ship.roro", "marine_fuel_oil", (51.58, 11.70)),
        ("transport.air", "plane.long_haul", "jet_kerosene", (531.30, 135.16)),
        ("transport.air", "plane.short_haul", "jet_kerosene", (755.39, 205.15)),
    ],
)
def test_published_tonne_kilometres_come_out_under_their_own_gwp_set(
    one, kind, name, carrier, pair
):
    ttw, wtt = pair
    row = one(kind, name, carrier, gwp_set="AR5")
    assert row["form"] == "tkm"
    # CH4_fossil of AR5 is 30 in this house, 28 in the UK edition.
    assert row["ttw_co2e_g"] == pytest.approx(ttw, abs=0.03)
    assert row["wtt_co2e_g"] == wtt


@pytest.mark.parametrize(
    ("carrier", "ttw", "wtt"),
    [("hfo", 78.1, 13.5), ("methanol", 71.6, 31.3), ("hydrogen", 0.0, 132.0)],
)
def test_marine_fuels_are_those_of_fueleu(one, carrier, ttw, wtt):
    row = one("energy.fuel", carrier=carrier)
    assert row["ttw_co2e_g"] == pytest.approx(ttw, abs=0.1)
    assert row["wtt_co2e_g"] == wtt


def test_methane_slip_counts_in_a_ship_on_lng(one):
    slow = one("energy.fuel", carrier="lng_diesel_ss")
    otto = one("energy.fuel", carrier="lng_otto_ms")
    assert slow["ttw_co2e_g"] < otto["ttw_co2e_g"]
    assert otto["ttw_ch4_fossil_g"] == pytest.approx(31 / 49.1, rel=1e-6)


def test_power_in_guangdong_in_2023_is_441_9_grams(one):
    row = one("energy.electricity", place="CN-GD", year=2023)
    assert row["wtt_co2e_g"] * 3.6 == pytest.approx(441.9, rel=1e-12)
    assert "F-GENERATION" in row["assumptions"]


def test_british_power_holds_generation_network_and_upstream(one):
    row = one("energy.electricity", place="GB", gwp_set="AR5")
    total = 1000 * (0.177 + 0.01853 + 0.0459 + 0.00397) / 3.6
    assert row["wtt_co2e_g"] == pytest.approx(total, rel=1e-3)
    assert "F-GENERATION" not in (row["assumptions"] or "")


def test_a_product_footprint_of_2024_is_577_7_grams(one):
    row = one("energy.electricity", place="CN-GD", year=2024, profile="iso14067")
    assert row["wtt_co2e_g"] * 3.6 == pytest.approx(577.7)


def test_chinese_diesel_of_the_inventory_has_no_upstream(one):
    row = one("energy.fuel", carrier="diesel", place="CN", profile="cn_inventory")
    assert row["ttw_co2_fossil_g"] == pytest.approx(0.0202 * 0.98 * 44 / 12 * 1000, rel=1e-6)
    assert row["wtt_co2e_g"] is None


def test_a_missing_class_is_assumed_aloud(one):
    row = one(ROAD)
    plain = one(ROAD, "truck.average", "diesel")
    assert {"F-CLASS-ROAD", "F-CARRIER-ROAD"} <= set(row["assumptions"].split(";"))
    assert (row["tier"], plain["tier"]) == ("default", "modelled")
    assert row["sigma_ln"] > plain["sigma_ln"]
    assert row["rate_slope"] == plain["rate_slope"]


def test_a_refrigerated_curve_is_used_where_one_is_published(one):
    cold = one(ROAD, "truck.rigid.17t", "diesel", temperature="chilled")
    warm = one(ROAD, "truck.rigid.17t", "diesel", temperature="ambient")
    assert cold["temperature_uplift"] == 1.0
    assert cold["rate_empty"] / warm["rate_empty"] == pytest.approx(0.64897 / 0.54399, rel=1e-6)


def test_a_van_without_such_a_curve_takes_fifteen_percent_aloud(one):
    row = one(ROAD, "van.class3", "diesel", temperature="chilled")
    assert row["temperature_uplift"] == 1.15
    assert "F-TEMP-VAN" in row["assumptions"]


def test_a_hub_is_derived_of_published_values_with_a_wide_interval(one):
    row = one("hub.warehouse", carrier="electricity", place="CN-SH", temperature="chilled")
    assert (row["form"], row["tier"]) == ("t", "modelled")
    # median of a refrigerated warehouse over 5 t/m2.a: pack hub-energy
    assert row["rate_slope"] == pytest.approx(265.3 / 5 * 3.6)
    assert row["sigma_ln"] > 0.5


def test_heat_that_is_bought_has_no_carrier_to_tell(one):
    row = one("energy.heat", place="CN-GD", profile="cn_inventory", year=2024)
    # 0.11 t CO2/GJ of the Chinese guides
    assert row["ttw_co2e_g"] == pytest.approx(110)
    assert "F-CARRIER" not in (row["assumptions"] or "")


def test_a_liquid_terminal_is_still_a_stated_assumption(one):
    row = one("hub.liquid", place="CN-SH")
    assert (row["form"], row["tier"]) == ("t", "default")
    assert "F-ASSUMED" in row["assumptions"]


def test_a_parcel_by_drone_counts_items(one):
    row = one("transport.parcel", "drone.parcel", "electricity", place="CN")
    assert (row["form"], row["rate_slope"]) == ("item", 0.33)


def test_a_refrigerant_counts_kilograms_by_its_composition(one):
    row = one("refrigerant.leak", carrier="R-404A")
    assert row["form"] == "kg"
    assert row["ttw_co2e_g"] == pytest.approx(4728e3, rel=1e-3)
    assert row["gas"] == "R-404A"
    assert one("refrigerant.leak", carrier="R-999Z") is None
    assert one("refrigerant.leak") is None


def test_what_the_library_does_not_know_has_no_row(one):
    assert one(ROAD, "truck.artik") is None
    assert one("transport.teleport") is None
    assert one(ROAD, "truck.artic.44t", "coal") is None


def test_the_hash_pins_the_content_and_the_gwp_set(one):
    first = one(ROAD, "truck.artic.44t", "diesel")
    again = one(ROAD, "truck.artic.44t", "diesel")
    other = one(ROAD, "truck.artic.44t", "diesel", gwp_set="AR5")
    assert first["factor_hash"] == again["factor_hash"]
    assert first["factor_hash"] != other["factor_hash"]
    assert first["factor_id"] == other["factor_id"]


def test_an_unknown_profile_or_gwp_set_is_refused(one):
    with pytest.raises(TanluError):
        one(ROAD, profile="iso")
    with pytest.raises(TanluError):
        one(ROAD, gwp_set="AR7")


def test_every_class_resolves_with_each_of_its_carriers(one):
    for row in classes(library()).to_dicts():
        for carrier in row["carriers"].split(";"):
            assert one(row["kind"], row["class"], carrier, place="CN") is not None, row["class"]


def test_a_boundary_that_the_profile_takes_second_is_said(one):
    first = one("waste.landfill", place="GB", profile="ghg_protocol", material="paper")
    second = one("waste.incineration", place="GB", profile="ghg_protocol", material="plastic")

    assert (first["wtt_boundary"], second["wtt_boundary"]) == ("disposal", "disposal_cutoff")
    assert "F-BOUNDARY" not in (first["assumptions"] or "")
    assert "F-BOUNDARY" in second["assumptions"]
    other = one("waste.incineration", place="GB", profile="iso14067", material="plastic")
    assert other["wtt_boundary"] == "disposal"
