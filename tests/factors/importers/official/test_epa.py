from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from tanlu.factors.importers import load
from tests.factors.importers.official.hubs import hub

VALUES = "data/factors/us_epa_hub/tidy.parquet"
CUT = {"R-401A", "R-401B", "R-402A", "R-406A", "R-408A", "R-409A"}  # ozone-depleting parts count 0


@pytest.fixture(scope="module")
def values(shared):
    """The values of the hub of January 2025."""
    return pl.read_parquet(shared / VALUES)


@pytest.fixture(scope="module")
def read(values, tmp_path_factory):
    """The hub as an import."""
    return load("epa", hub(tmp_path_factory.mktemp("epa") / "hub.xlsx", values))


def one(read, **facets):
    """The only factor with these facets."""
    rows = read.factors.filter(
        pl.col(name).eq_missing(pl.lit(value)) for name, value in facets.items()
    )
    assert rows.height == 1
    return rows.to_dicts()[0]


def test_every_record_has_its_fate(read):
    assert read.rows_in == read.factors.height + read.known + read.quarantine.height
    assert read.factors.height > 400


def test_all_that_is_refused_is_a_blend_whose_parts_say_another_number(read):
    assert set(read.quarantine["code"]) == {"TL235"}
    assert {each.split()[0] for each in read.quarantine["value"]} >= CUT


def test_a_gallon_becomes_a_litre_exactly(read):
    diesel = one(read, energy_carrier="diesel", denominator="L")

    assert abs(Fraction(diesel["co2_fossil"]) - Fraction("10.21") / Fraction("3.785411784")) < 1e-12
    assert diesel["derivation"] == "published 10.21 (kg CO2, g CH4, g N2O) per gallon"


def test_heat_is_gross_and_in_gigajoules(read):
    coal = one(read, energy_carrier="coal.anthracite", denominator="GJ")

    assert coal["heat_basis"] == "gross"
    assert abs(Fraction(coal["co2_fossil"]) * Fraction("1.05505585262") - Fraction("103.69")) < 1e-9


def test_biomass_burns_biogenic(read):
    wood = one(read, energy_carrier="wood", denominator="t")

    assert (wood["co2_fossil"], wood["ch4_fossil"]) == (None, None)
    assert wood["co2_bio"]
    assert wood["ch4_bio"]


def test_freight_is_per_tonne_kilometre(read):
    truck = one(read, vehicle_class="truck.average", denominator="t.km")

    assert Fraction(truck["co2_fossil"]) * Fraction("1.45997231821056") - Fraction("0.186") < 1e-9


def test_the_two_rates_of_a_grid_stay_apart(read):
    grid = read.factors.filter(pl.col("place") == "US-GRID-CAMX")

    assert set(grid["method"]) == {"location", "marginal"}


def test_every_value_of_waste_is_that_of_the_hub(read, values):
    told = values.filter(pl.col("category").str.contains("Table 9"))
    waste = read.factors.filter(pl.col("activity").str.starts_with("waste."))
    tonnes = waste["co2e_published"].cast(pl.Float64) * 0.90718474 / 1000

    assert waste.height == told.height
    assert abs(tonnes.sum() - told["value"].sum()) < 1e-9
