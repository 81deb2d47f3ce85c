from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.factors import blend, energy_share, library, properties
from tanlu.factors.fuels import Property, fuel


def test_b5_of_the_glec_figures_is_the_blend_by_energy():
    # GLEC v3.0 (April 2024), module 1, diesel 96.6 and biodiesel 34.3 g/MJ well-to-wheel.
    assert round(blend(96.6, 34.3, 0.05), 1) == 93.5


def test_a_share_by_volume_is_less_energy_when_the_second_fuel_holds_less():
    diesel = Property("diesel", "GLO", 43.0, 0.84, "", "")
    bio = Property("biodiesel", "GLO", 37.0, 0.88, "", "")
    assert energy_share(0.05, "energy", diesel, bio) == 0.05
    assert energy_share(0.05, "mass", diesel, bio) == pytest.approx(0.043326, abs=1e-6)
    assert energy_share(0.05, "volume", diesel, bio) == pytest.approx(0.045295, abs=1e-6)


def test_a_share_by_volume_needs_densities():
    gas = Property("natural_gas", "GLO", 48.0, None, "", "")
    with pytest.raises(TanluError):
        energy_share(0.05, "volume", gas, gas)


def test_the_b7_of_the_library_is_made_of_its_parents(one):
    parts = {
        name: one("energy.fuel", carrier=name) for name in ("diesel", "biodiesel", "diesel_b7")
    }
    for word in ("ttw", "wtt"):
        name = f"{word}_co2e_g"
        wanted = blend(parts["diesel"][name], parts["biodiesel"][name], 0.07)
        assert parts["diesel_b7"][name] == pytest.approx(wanted, rel=2e-3)


def test_chinese_diesel_holds_what_the_guide_says():
    found = fuel("diesel", "CN-GD")
    assert (found.mj_per_kg, found.source_id) == (42.652, "gbt-32151")
    assert found.mj_per_l == pytest.approx(42.652 * 0.84)


def test_the_older_guide_gives_2_64_kg_co2_per_litre(one):
    # NDRC guide for land transport 2015: 43.330 GJ/t, 20.20e-3 tC/GJ, 0.98, 0.84 kg/L.
    row = one("energy.fuel", carrier="diesel", place="CN", profile="cn_inventory", year=2020)
    litre = row["ttw_co2_fossil_g"] * 43.330 * 0.84
    assert litre == pytest.approx(2641.9028944, rel=1e-7)


def test_an_unknown_fuel_names_the_known_ones():
    with pytest.raises(TanluError) as caught:
        fuel("phlogiston")
    assert "diesel" in str(caught.value)


def test_every_property_has_a_source():
    table = properties()
    assert table["source_id"].null_count() == 0
    # blast furnace gas holds 2.47 MJ/kg (IPCC 2006 table 1.2), hydrogen 120
    assert table["mj_per_kg"].is_between(2, 121).all()


def test_a_litre_of_each_liquid_emits_what_the_british_edition_prints_for_a_litre(one):
    for name, litre in (("diesel", 2.66155), ("petrol", 2.33984), ("marine_gas_oil", 2.77139)):
        row = one("energy.fuel", carrier=name, gwp_set="AR5")
        energy = fuel(name, "GLO").mj_per_l
        assert row["ttw_co2e_g"] * energy / 1000 == pytest.approx(litre, rel=1e-4)


def test_every_fuel_has_a_heating_value():
    burnt = (pl.col("activity") == "energy.fuel") & pl.col("denominator").is_in(["MJ", "kWh", "GJ"])
    table = library().factors.filter(burnt & pl.col("technology").is_null())
    known = set(properties()["energy_carrier"])
    # table 1.2 of IPCC 2006 prints none for industrial waste
    assert set(table["energy_carrier"]) - {"waste_fuel.industrial"} <= known
