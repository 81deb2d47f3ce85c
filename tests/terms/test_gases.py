"""Global warming potentials: published values, blends by composition, names people use."""

from __future__ import annotations

import csv
import hashlib
import json
from fractions import Fraction
from importlib import resources

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.terms import gases

GAS = resources.files("tanlu.terms").joinpath("gas")


def _rows(name):
    return list(csv.DictReader(GAS.joinpath(name).read_text(encoding="utf-8").splitlines()))


# GHG Protocol GWP values (16 Feb 2016) for SAR, AR4, AR5; IPCC AR6 WG1 tables 7.15 and 7.SM.7
@pytest.mark.parametrize(
    ("gwp_set", "expected"),
    [
        ("SAR", {"CO2": 1, "CH4_fossil": 21, "N2O": 310, "SF6": 23900}),
        ("TAR", {"CO2": 1, "CH4_fossil": 23, "N2O": 296, "NF3": 10800}),
        ("AR4", {"CH4_bio": 25, "N2O": 298, "SF6": 22800, "NF3": 17200, "R-134a": 1430}),
        ("AR5", {"CH4_bio": 28, "N2O": 265, "SF6": 23500, "NF3": 16100, "R-134a": 1300}),
        ("AR6", {"CH4_fossil": 29.8, "CH4_bio": 27.0, "N2O": 273, "SF6": 25200, "NF3": 17400}),
        ("AR6", {"R-134a": 1530, "R-32": 771, "R-1234yf": 0.501, "R-744": 1, "R-717": 0}),
    ],
)
def test_the_published_potentials_come_out(gwp_set, expected):
    table = gases.gwp(gwp_set)
    assert expected == {name: table[name] for name in expected}


def test_what_a_report_does_not_list_is_absent_and_not_zero():
    assert "NF3" not in gases.gwp("SAR")
    assert "R-448A" not in gases.gwp("SAR")
    with pytest.raises(TanluError, match="TL111") as caught:
        gases.potential("NF3", "SAR")
    assert caught.value.fields["nearest"] == "NF3 TAR, AR4, AR5, AR6"


def test_an_unknown_set_or_gas_names_the_nearest():
    with pytest.raises(TanluError, match=r"TL111.*SAR, TAR, AR4, AR5, AR6"):
        gases.gwp("AR7")
    with pytest.raises(TanluError, match=r"TL111.*R-404A"):
        gases.gas("R-404")


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("HFC-134a", "R-134a"),
        ("R134A", "R-134a"),
        ("hfc134a", "R-134a"),
        ("R404A", "R-404A"),
        ("R 404a", "R-404A"),
        ("HFO-1234yf", "R-1234yf"),
        ("R1234ze", "R-1234ze(E)"),
        ("HCFC-22", "R-22"),
        ("氟利昂22", "R-22"),
        ("PFC-218", "R-218"),
        ("propane", "R-290"),
        ("氨", "R-717"),
        ("甲烷", "CH4"),
        ("fossil methane", "CH4_fossil"),
        ("co2", "CO2"),
    ],
)
def test_spellings_people_use_mean_the_substance(spelling, name):
    assert name == gases.gas(spelling)


def test_blend_gwp_is_the_mass_weighted_sum():
    for gwp_set in gases.SETS:
        table = gases.gwp(gwp_set)
        for row in _rows("blends.csv"):
            parts = gases.blend(row["blend"])
            if row["blend"] in table:
                total = sum(float(share) * table[part] for part, share in parts.items())
                assert pytest.approx(total, rel=1e-12) == table[row["blend"]]
            else:
                assert any(part not in table for part in parts)


def test_the_parts_of_every_blend_are_known_and_sum_to_one():
    species = {row["gas"] for name in ("gwp.csv", "added.csv") for row in _rows(name)}
    for row in _rows("blends.csv"):
        parts = gases.blend(row["blend"])
        assert sum(parts.values()) == 1
        assert set(parts) <= species
    assert {"R-32": Fraction(1)} == gases.blend("R-32")


def test_substances_of_the_montreal_protocol_are_told_apart():
    harmful = ["R-22", "R-401A", "R-502", "Halon1301", "CCl4", "R-141b"]
    harmless = ["R-134a", "R-404A", "R-744", "R-1234yf", "SF6", "CH4_bio", "R-508B"]
    assert [gases.harms_ozone(name) for name in harmful] == [True] * 6
    assert [gases.harms_ozone(name) for name in harmless] == [False] * 7


def test_no_substance_is_listed_twice_and_every_alias_has_one_owner():
    names = [row["gas"] for name in ("gwp.csv", "added.csv") for row in _rows(name)]
    names += [row["blend"] for row in _rows("blends.csv")]
    assert sorted(set(names)) == sorted(names)
    for row in _rows("names.csv"):
        assert row["gas"] in names
        assert all(row["gas"] == gases.gas(alias) for alias in row["aliases"].split("|") if alias)
        assert row["meaning"]
        assert row["含义"]


def test_every_row_entered_by_hand_carries_its_source():
    assert all(row["reference"] for row in (*_rows("added.csv"), *_rows("blends.csv")))


def test_the_generated_table_names_package_licence_and_hash():
    (source,) = _rows("SOURCES.csv")
    assert (source["file"], source["licence"]) == ("gwp.csv", "CC0-1.0")
    assert len(source["sha256"]) == 64


# research/factors.md section 5.2: R-404A, R-410A, R-407C, R-507A in AR4, AR5, AR6
@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("R-404A", (3922, 3943, 4728)),
        ("R-410A", (2088, 1924, 2256)),
        ("R-407C", (1774, 1624, 1908)),
        ("R-507A", (3985, 3985, 4775)),
    ],
)
def test_the_common_blends_reproduce_the_published_whole_numbers(name, published):
    for gwp_set, expected in zip(("AR4", "AR5", "AR6"), published, strict=True):
        assert abs(expected - gases.potential(name, gwp_set)) <= Fraction(1, 2)


def test_the_table_agrees_with_the_shared_copy_of_the_package(shared):
    path = shared / "data" / "factors" / "gwp" / "raw" / "globalwarmingpotentials.csv"
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]
    checked = 0
    for row in csv.DictReader(lines):
        for gwp_set in gases.SETS:
            if row[f"{gwp_set}GWP100"]:
                value = gases.potential(row["Species"], gwp_set)
                assert Fraction(row[f"{gwp_set}GWP100"]) == value
                checked += 1
    assert checked > 350


# GLEC v3 prints 711 for R-32, where IPCC AR6 table 7.15 has 771, and carries it into its blends
def test_glec_refrigerants_differ_only_by_their_misprint_of_r_32(shared):
    folder = shared / "data" / "factors" / "glec_verify_only"
    lines = (folder / "glec_v3_refrigerants_ar6.csv").read_text("utf-8").splitlines()
    checked = 0
    for row in csv.DictReader(lines):
        name = row["refrigerant"].replace("FX 100 (R-427A)", "R-427A")
        if name != "ISCEON 89":  # a trade name without a composition
            misprint = (771 - 711) * gases.blend(name).get("R-32", 0)
            published = Fraction(row["gwp100_ar6"]) + misprint
            assert abs(published - gases.potential(name, "AR6")) <= Fraction(1, 10)
            checked += 1
    assert checked == 44


def test_glec_compositions_are_ours(shared):
    path = (
        shared / "data" / "factors" / "glec_verify_only" / "refrigerant_blends_mass_fractions.json"
    )
    for name, parts in json.loads(path.read_text("utf-8")).items():
        assert {part: Fraction(str(share)) for part, share in parts.items()} == gases.blend(name)


# Where the British sheet does not follow its own composition or set, with the reason.
APART = {
    ("R405A", "AR4"): "8,860 (C4F10) taken for R-C318 (10,300)",
    ("R405A", "AR5"): "9,200 (cyclopropane) taken for R-C318 (9,540)",
    ("R444A", "AR4"): "1 taken for R-1234ze(E), 7 in Regulation (EU) 517/2014",
    ("R445A", "AR4"): "1 taken for R-1234ze(E), 7 in Regulation (EU) 517/2014",
}


# UK GHG conversion factors 2022 (AR4) and 2023 (AR5), sheet "Refrigerant & other": a blend with
# ozone-depleting parts has one row for its Kyoto and one for its Montreal part
@pytest.mark.parametrize(("year", "gwp_set"), [(2022, "AR4"), (2023, "AR5")])
def test_uk_values_of_blends_come_out(shared, year, gwp_set):
    path = shared / "data" / "factors" / "uk_desnz" / "tidy.parquet"
    table = pl.read_parquet(path).filter(
        pl.col("category").str.starts_with("Refrigerant & other"),
        pl.col("year") == year,
        pl.col("gas") == "co2e",
        pl.col("activity").str.contains(r"^R[45]\d\d[A-H]?$"),
    )
    published = table.unique(["activity", "value"]).group_by("activity").agg(pl.col("value"))
    known = {row["blend"].replace("-", "") for row in _rows("blends.csv")}
    compared = published.filter(pl.col("activity").is_in(known))
    for name, values in compared.iter_rows():
        ours = float(gases.potential(name, gwp_set))
        apart = min(abs(ours - value) for value in (sum(values), *values))
        assert (apart <= 1.5) == ((name, gwp_set) not in APART), name
    assert compared.height >= 80


def test_the_source_hash_is_that_of_the_package():
    package = pytest.importorskip(
        "globalwarmingpotentials", reason="OPTIONAL PACKAGE ABSENT: globalwarmingpotentials"
    )
    table = resources.files(package).joinpath("globalwarmingpotentials.csv").read_bytes()
    assert _rows("SOURCES.csv")[0]["sha256"] == hashlib.sha256(table).hexdigest()
