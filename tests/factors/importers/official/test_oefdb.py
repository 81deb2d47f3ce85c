from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import load

HEAD = (
    "sector,category,activity_id,name,activity_unit,kgCO2e-AR5,kgCO2e-AR4,kgCO2,kgCH4,kgN2O,"
    "kgCO2e-OtherGHGs-AR5,kgCO2e-OtherGHGs-AR4,uncertainty,scope,lca_activity,source,"
    "year_released,years_valid,years_calculated_from,region,data_quality,contributor,"
    "date_accessed,description,source_link"
)  # fmt: skip


def read(tmp_path, *rows):
    """Import rows: identity, unit, AR5, kgCO2, uncertainty, stage, source, year, region."""
    lines = [
        f"s,c,{row[0]},n,{row[1]},{row[2]},,{row[3]},,,,,{row[4]},1,{row[5]},{row[6]},{row[7]},"
        f",,{row[8]},p,me,2022/01/01,d,l"
        for row in rows
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([HEAD, *lines]) + "\n")
    return load("oefdb", path)


GRID = "electricity-energy_source_grid_mix"
TRUCK = "freight_vehicle-vehicle_type_hgv_rigid-fuel_source_diesel-vehicle_weight_gt_17t"


def test_an_identity_whose_rest_tells_nothing_is_a_factor(tmp_path):
    found = read(
        tmp_path, (GRID, "kWh", "0.5", "0.49", "10", "electricity_generation", "MfE", 2020, "NZ")
    )
    row = found.factors.to_dicts()[0]

    assert (row["co2e_published"], row["co2_fossil"], row["gwp_set"]) == ("0.5", "0.49", "AR5")
    assert (row["lower"], row["upper"], row["distribution"]) == ("0.45", "0.55", "normal")
    assert found.sources["redistribution"].to_list() == ["share_alike"]


def test_sizes_and_loads_become_facets(tmp_path):
    row = (f"{TRUCK}-percentage_load_100", "tonne-km", "0.1", "", "", "fuel_combustion", "B", 2021,
           "GB")  # fmt: skip
    found = read(tmp_path, row).factors

    assert found.select("vehicle_class", "technology", "energy_carrier").row(0) == (
        "truck.rigid.32t", "laden.full", "diesel",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("consumer_goods-type_hats", "usd", "1", "", "", "cradle_to_shelf", "E", 2020, "US"),
         "TL223"),
        ((f"{TRUCK}-colour_red", "tonne-km", "1", "", "", "fuel_combustion", "E", 2020, "US"),
         "TL223"),
        ((GRID, "kWh", "1", "", "", "unknown", "E", 2020, "US"), "TL234"),
        ((GRID, "kWh", "1", "", "", "electricity_generation", "E", 2020, "ZZ"), "TL231"),
        ((GRID, "ton-mile", "1", "", "", "electricity_generation", "E", 2020, "US"), "TL225"),
        ((GRID, "kWh", "lots", "", "", "electricity_generation", "E", 2020, "US"), "TL224"),
        ((GRID, "kWh", "1", "", "", "electricity_generation", "", 2020, "US"), "TL238"),
        ((GRID, "kWh", "not-supplied", "", "", "electricity_generation", "E", 2020, "US"), "TL230"),
    ],
)  # fmt: skip
def test_each_fault_is_told(tmp_path, row, code):
    found = read(tmp_path, row)

    assert found.quarantine["code"].to_list() == [code]


def test_the_older_columns_are_known(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "sector,category,id,name,unit,factor,uncertainty,source,year,region,date_accessed,"
        "description,source_link,activity\n"
        f"E,E,{GRID},n,kg-CO2e/kWh,0.1,,MfE,2020,NZ,x,d,l,electricity_generation\n"
    )

    assert load("oefdb", path).factors.select("denominator", "co2e_published").rows() == [
        ("kWh", "0.1")
    ]


def test_a_short_ton_mile_becomes_a_tonne_kilometre(tmp_path):
    chain = "freight_flight-route_type_domestic-distance_na-weight_na-contrails_na"
    row = (chain, "short_ton-mi", "1.45997231821056", "", "", "fuel_combustion", "EPA", 2021, "US")

    assert read(tmp_path, row).factors.select(
        pl.col("co2e_published").cast(pl.Float64), "denominator"
    ).rows() == [(1.0, "t.km")]


def test_other_headings_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("activity_id,x\n1,2\n")

    with pytest.raises(TanluError):
        load("oefdb", path)
