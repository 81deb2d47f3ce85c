"""What a reader sees: sections in order, one unit, every category by name."""

from __future__ import annotations

from tests.report.organisation.group import boundary
from tests.report.organisation.test_inventory import book

from tanlu.report.organisation import organisation
from tanlu.report.organisation.sections import Sheet
from tanlu.report.words import Words


def test_the_flow_leads_from_entity_over_scope_to_category() -> None:
    document = organisation(book(), None, boundary())
    flow = next(s.chart for s in document.sections if s.chart and s.chart.kind == "sankey")
    links = {(a, b): value for a, b, value in flow.links}

    assert links["express", "Scope 1"] == 70.0
    assert links["Scope 3", "15 Investments"] == 3.0


def test_the_bars_show_each_scope() -> None:
    document = organisation(book(), None, boundary(), language="zh")
    bars = next(s.chart for s in document.sections if s.chart and s.chart.kind == "bar")

    assert dict(zip(bars.categories, bars.series[0][1], strict=True)) == {
        "范围一": 70.0, "范围二（基于位置）": 40.0, "范围三": 34.0,
    }  # fmt: skip


def test_all_fifteen_categories_stand_in_the_table() -> None:
    document = organisation(book(), None, boundary())
    table = next(s for s in document.sections if s.title.startswith("All fifteen"))

    assert [str(row[0]).split(" ")[0] for row in table.rows] == [str(n) for n in range(1, 16)]
    assert [row[1] for row in table.rows].count("not told of") == 11


def test_a_refrigerant_is_called_by_its_number() -> None:
    sheet = Sheet(Words("en"), {"co2e_location_kg": "1"})

    assert [sheet.gas(name) for name in ("R-404A", "CO2", "N2O")] == ["R-404A", "Fossil CO₂", "N₂O"]
