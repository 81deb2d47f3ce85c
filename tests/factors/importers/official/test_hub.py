from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers.official.hub import hub
from tests.factors.importers.files import sheets

SHEET = "Emission Factors Hub"
DATED = [[None, "Last Modified: 15 January 2025"]]


def test_tables_stand_below_each_other(tmp_path):
    rows = [
        *DATED, [None, "Table 1"], [None, None, "Fuel Type", "Heat Content (HHV)"],
        [None, None, None, "mmBtu per short ton"], [None, None, "Coal and Coke"],
        [None, None, "Anthracite", 25.09, 103.69, 11, 1.6, 2602, 276, 40],
        [None, "Table 2"], [None, None, "Diesel Fuel", 10.21, "gallon"],
    ]  # fmt: skip
    read = hub(sheets(tmp_path / "a.xlsx", {SHEET: rows}))

    assert read.year == 2025
    assert [(line.table, line.names, line.unit) for line in read.lines] == [
        ("1", ("Anthracite",), "short ton"),
        ("2", ("Diesel Fuel",), "gallon"),
    ]
    assert read.lines[0].numbers == ("25.09", "103.69", "11", "1.6", "2602", "276", "40")


def test_what_is_not_given_keeps_its_place(tmp_path):
    rows = [*DATED, [None, "Table 9"], [None, None, "LDPE", "NA", 0.02, 2.8, "NA"]]

    assert hub(sheets(tmp_path / "a.xlsx", {SHEET: rows})).lines[0].numbers == (
        None, "0.02", "2.8", None,
    )  # fmt: skip


def test_a_vehicle_is_told_once_for_the_lines_below(tmp_path):
    rows = [
        *DATED, [None, "Table 3"], [None, None, "Gasoline Passenger Cars", "1973-1974", 0.1, 0.02],
        [None, None, None, 1975, 0.14, 0.04],
    ]  # fmt: skip
    lines = hub(sheets(tmp_path / "a.xlsx", {SHEET: rows})).lines

    assert [line.names for line in lines] == [
        ("Gasoline Passenger Cars", "1973-1974"), ("Gasoline Passenger Cars", "1975"),
    ]  # fmt: skip


@pytest.mark.parametrize("tables", [{"Other": DATED}, {SHEET: [["x"]]}, {SHEET: DATED}])
def test_another_workbook_is_refused(tmp_path, tables):
    with pytest.raises(TanluError) as raised:
        hub(sheets(tmp_path / "a.xlsx", tables))

    assert raised.value.code == "TL220"
