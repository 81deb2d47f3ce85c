from __future__ import annotations

import sys

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers import load
from tanlu.factors.importers.official import mee

pytest.importorskip("pypdf", reason="EXTRA ABSENT: tanlu[factors] is not installed")


@pytest.mark.parametrize(("year", "count"), [(2023, 40), (2024, 11)])
def test_every_number_of_the_notice_is_a_factor(shared, year, count):
    read = load("mee", shared / f"data/factors/cn_mee/mee_{year}.pdf")

    assert (read.rows_in, read.factors.height, read.quarantine.height) == (count, count, 0)


def test_places_and_families_are_those_of_the_pack_of_the_house(shared):
    from tanlu.factors import library

    read = load("mee", shared / "data/factors/cn_mee/mee_2023.pdf").factors
    own = library().factors.filter(pl.col("source_id") == "mee-2023")
    key = ["place", "technology", "boundary", "method"]
    both = read.join(own, on=key, nulls_equal=True, suffix="_own")

    assert both.height == 40
    assert both["co2_fossil"].to_list() == both["co2_fossil_own"].to_list()


def test_a_footprint_is_no_inventory_factor(shared):
    read = load("mee", shared / "data/factors/cn_mee/mee_2024.pdf").factors
    whole = read.filter(pl.col("technology").is_null())

    assert set(read["method"]) == {"footprint"}
    assert whole.select("co2e_published", "co2_fossil", "boundary").rows() == [
        ("0.5777", None, "cradle_grave")
    ]


def test_a_line_that_nobody_knows_is_refused(monkeypatch, tmp_path):
    told = "表 2 2025 年区域电力平均二氧化碳排放因子\n华北 0.63\n火星 0.5\n华东 待定\n表 9 2025 年其他\n华中 0.5"
    monkeypatch.setattr(mee, "_pages", lambda path: [told])
    path = tmp_path / "a.pdf"
    path.write_bytes(b"x")
    read = mee.load(path)

    assert read.factors.height == 1
    assert sorted(read.quarantine["code"]) == ["TL224", "TL231", "TL236"]


def test_the_extra_is_named_where_it_is_absent(monkeypatch, tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.4")
    monkeypatch.setitem(sys.modules, "pypdf", None)

    with pytest.raises(TanluError) as raised:
        load("mee", path)

    assert raised.value.code == "TL002"
    assert "tanlu[factors]" in str(raised.value)
