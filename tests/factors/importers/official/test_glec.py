from __future__ import annotations

import zipfile

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import load

ROAD = "region,vehicle,fuel,load_factor_pct,wtt_g_per_tkm,ttw_g_per_tkm,wtw_g_per_tkm\n"
SEEN = {
    "glec_v31_road": 205, "glec_v3_air": 12, "glec_v3_container_lanes": 152, "glec_v3_hubs": 10,
    "glec_v3_iww": 24, "glec_v3_rail_eu": 33, "glec_v3_road_eu": 70, "glec_v3_road_na": 30,
    "glec_v3_sea_noncontainer": 270,
}  # fmt: skip


def read(tmp_path, text):
    """Import a table."""
    path = tmp_path / "road.csv"
    path.write_text(text)
    return load("glec", path)


def test_a_line_gives_its_two_parts_in_kilograms(tmp_path):
    found = read(
        tmp_path, f"{ROAD}China,Rigid Truck MDV 7-8.5 t GVW,Diesel,93,72.33,238.08,310.41\n"
    ).factors

    assert dict(found.select("boundary", "co2e_published").rows()) == {
        "ttw": "0.23808", "wtt": "0.07233",
    }  # fmt: skip
    assert found.select("vehicle_class", "place", "load_default").row(0) == (
        "truck.rigid.8t5", "CN", "0.93",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("China,Rigid 7 t,Diesel,93,10,20,35", "TL235"),
        ("China,Rigid 7 t,Diesel,93,-5,25,20", "TL232"),
        ("China,Camel,Diesel,93,10,20,30", "TL223"),
        ("China,Rigid 7 t,Hay,93,10,20,30", "TL234"),
    ],
)
def test_what_does_not_add_up_or_has_no_word_is_refused(tmp_path, line, code):
    assert set(read(tmp_path, f"{ROAD}{line}\n").quarantine["code"]) == {code}


@pytest.mark.parametrize("name", SEEN)
def test_the_tables_of_a_users_copy_load_whole(shared, name):
    found = load("glec", shared / f"data/factors/glec_verify_only/{name}.csv")

    assert (found.rows_in, found.factors.height) == (SEEN[name], SEEN[name])
    assert found.sources["redistribution"].to_list() == ["private"]


def test_an_archive_of_tables_is_one_pack(shared, tmp_path):
    path = tmp_path / "glec.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name in ("glec_v3_air", "glec_v3_hubs", "cefic_t18_artic_b5"):
            made.write(shared / f"data/factors/glec_verify_only/{name}.csv", f"{name}.csv")

    assert load("glec", path).factors.height == 22


def test_an_electric_truck_tells_its_energy(tmp_path):
    found = read(tmp_path, "vehicle,load,kwh_per_tkm\nRigid 3.5-7.5 t,avg,0.51\n").factors

    assert found.select("boundary", "numerator", "value", "energy_carrier").row(0) == (
        "energy", "kWh", "0.51", "electricity",
    )  # fmt: skip


def test_fuels_are_told_per_megajoule(tmp_path):
    text = "region,energy_carrier,application,ttw_g_per_mj,wtw_g_per_mj\nEU,Diesel,,74.1,96.6\n"
    found = read(tmp_path, text).factors.sort("boundary")

    assert found["co2e_published"].to_list() == ["0.0741", "0.0225"]
    assert found.select(pl.col("denominator").unique()).item() == "MJ"


def test_another_table_is_refused(tmp_path):
    with pytest.raises(TanluError) as raised:
        read(tmp_path, "a,b\n1,2\n")

    assert raised.value.code == "TL220"
