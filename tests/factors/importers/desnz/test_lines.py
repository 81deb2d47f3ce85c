from __future__ import annotations

import pytest
from tests.factors.importers.files import flat, record, sheets

from tanlu.errors import TanluError
from tanlu.factors.importers.desnz.lines import edition

FUEL = "Fuels > Liquid fuels > Fuel oil | | litres"


def test_a_record_stands_on_a_line_a_gas(tmp_path):
    read = edition(flat(tmp_path / "a.xlsx", record(FUEL, 3.03, 3.0, 0.01, 0.02), year=2024))

    assert (read.year, read.lines, read.blank, read.records.height) == (2024, 4, 0, 1)
    assert read.records.select("co2e", "co2", "ch4", "n2o", "_line").row(0) == (
        "3.03", "3", "0.01", "0.02", 4,
    )  # fmt: skip


def test_a_blank_cell_is_counted_and_is_no_zero(tmp_path):
    read = edition(flat(tmp_path / "a.xlsx", record(FUEL, 3.03, 3.0, None, None)))

    assert read.blank == 2
    assert read.records.select("ch4", "n2o").row(0) == (None, None)


def test_a_bound_is_no_number(tmp_path):
    read = edition(flat(tmp_path / "a.xlsx", record(FUEL, "< 1")))

    assert read.records.select("_code", "_value").row(0) == ("TL224", "< 1")


def test_a_number_without_its_levels_is_not_passed_over(tmp_path):
    row = record(FUEL, 0.3)
    row[0][1:6] = [None] * 5

    assert edition(flat(tmp_path / "a.xlsx", row)).records.height == 1


def test_a_measure_that_nobody_knows_is_refused(tmp_path):
    row = record(FUEL, 0.3)
    row[0][-2] = "`"

    assert edition(flat(tmp_path / "a.xlsx", row)).records["_code"].to_list() == ["TL236"]


def test_rounding_of_the_print_is_no_contradiction(tmp_path):
    good = record(FUEL, 0.15751, 0.15749, 0.00001, 0.00003)
    bad = record(FUEL.replace("litres", "kg"), 0.15751, 0.15749, 0.00001, 0.00009)

    assert edition(flat(tmp_path / "a.xlsx", good, bad)).records["_code"].to_list() == [
        None, "TL226",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Factors by Category", "Other"])
def test_other_headings_are_no_flat_file(tmp_path, name):
    with pytest.raises(TanluError) as raised:
        edition(sheets(tmp_path / "a.xlsx", {name: [["Scope", "Level 1"], ["x", "y"]]}))

    assert raised.value.code == "TL220"
