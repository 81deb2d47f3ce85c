from __future__ import annotations

import csv

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import load, template
from tests.factors.importers.files import sheets

GOOD = {
    "activity": "transport.road", "vehicle_class": "truck.artic.44t", "energy_carrier": "diesel",
    "place": "CN", "data_year": "2025", "boundary": "ttw", "denominator": "t.km", "co2e": "0.0770",
    "gwp_set": "AR6", "source_title": "Own fuel cards", "source_publisher": "us",
}  # fmt: skip


def filled(tmp_path, *rows):
    """Write a filled template and import it."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    path = tmp_path / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        made = csv.DictWriter(file, names)
        made.writeheader()
        made.writerows(rows)
    return load("template", path)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_empty_template_says_what_it_is_and_makes_no_factor(tmp_path, ending):
    read = load("template", template(tmp_path / f"t.{ending}"))

    assert (read.rows_in, read.blank, read.quarantine.height) == (0, 4, 0)


def test_its_examples_are_factors_once_their_sign_is_removed(tmp_path):
    path = template(tmp_path / "t.csv")
    text = path.read_text(encoding="utf-8-sig").replace("# energy.", "energy.")
    path.write_text(text.replace("# transport.", "transport."), encoding="utf-8")
    read = load("template", path)

    assert (read.factors.height, read.quarantine.height) == (2, 0)
    assert set(read.factors["status"]) == {"official"}


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(TanluError) as raised:
        template(tmp_path / "t.docx")

    assert raised.value.code == "TL237"


def test_a_number_stays_as_it_was_written(tmp_path):
    found = filled(tmp_path, GOOD).factors

    assert found.select("co2e_published", "valid_from", "numerator").row(0) == (
        "0.0770", "2025-01-01", "kg",
    )  # fmt: skip


def test_units_become_those_of_the_house_and_the_published_value_is_told(tmp_path):
    row = {**GOOD, "denominator": "short ton-mile", "co2e": "145.997231821056", "numerator": "g"}
    found = filled(tmp_path, row).factors

    assert found.select("co2e_published", "denominator").row(0) == ("0.1", "t.km")
    assert found["derivation"][0] == "published 145.997231821056 g/short ton-mile"


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        ({"activity": "transport.rode"}, "TL234", "activity"),
        ({"vehicle_class": "lorry"}, "TL234", "vehicle_class"),
        ({"boundary": "wtt?"}, "TL234", "boundary"),
        ({"gwp_set": "AR7"}, "TL234", "gwp_set"),
        ({"denominator": "tkmm"}, "TL225", "denominator"),
        ({"denominator": "ton-mile"}, "TL225", "denominator"),
        ({"co2e": "-0.1"}, "TL229", "co2e"),
        ({"co2e": "0"}, "TL228", "co2e"),
        ({"co2e": "n/a"}, "TL224", "co2e"),
        ({"co2e": ""}, "TL230", "co2e"),
        ({"place": "Atlantis"}, "TL231", "place"),
        ({"place": ""}, "TL230", "place"),
        ({"data_year": "25"}, "TL237", "data_year"),
        ({"valid_from": "2025/1/1"}, "TL237", "valid_from"),
        ({"source_title": ""}, "TL238", "source_title"),
        ({"vehicle_class": ""}, "TL223", "activity"),
    ],
)
def test_each_error_of_a_row_is_told_with_its_column_and_line(tmp_path, change, code, column):
    read = filled(tmp_path, GOOD, {**GOOD, "place": "DE", **change})

    assert read.quarantine.select("code", "column", "line").rows() == [(code, column, 3)]
    assert read.factors.height == 1


def test_a_zero_with_a_reason_is_a_zero(tmp_path):
    row = {**GOOD, "energy_carrier": "electricity", "co2e": "0", "note": "no exhaust"}

    assert filled(tmp_path, row).factors["co2e_published"].to_list() == ["0"]


def test_the_nearest_word_is_offered(tmp_path):
    hint = filled(tmp_path, {**GOOD, "energy_carrier": "deisel"}).quarantine

    assert "did you mean diesel?" in hint["hint"][0]
    assert "是否为 diesel？" in hint["hint_zh"][0]


def test_headings_may_be_chinese_and_a_workbook(tmp_path):
    heads = ["活动分类", "能源载体", "地区", "数据年份", "边界", "分母单位", "化石 CO2", "来源标题"]
    row = ["energy.electricity", "electricity", "广东", 2023, "generation", "kWh", 0.4419, "公告"]
    path = sheets(tmp_path / "a.xlsx", {"因子": [heads, row]})

    assert load("template", path).factors.select("place", "co2_fossil", "data_year").row(0) == (
        "CN-GD", "0.4419", "2023",
    )  # fmt: skip


def test_other_headings_are_no_template(tmp_path):
    with pytest.raises(TanluError) as raised:
        filled(tmp_path, {"a": "1"})

    assert raised.value.code == "TL220"
