"""The sections of a sheet: pictures, in and out, and no amount that is not in the facts."""

from __future__ import annotations

import pytest
from tests.account.lifecycle.systems import HEAD, KETTLE, STEEL
from tests.report.product.books import books

from tanlu.account.lifecycle import read_system
from tanlu.report import picture
from tanlu.report.product import product
from tanlu.report.words import texts


def test_the_stages_are_drawn_as_bars_and_the_flow_as_sankey() -> None:
    charts = {s.chart.kind: s.chart for s in product("S1", books()).sections if s.chart}

    assert set(charts) == {"bar", "sankey"}
    assert all(picture(chart).startswith("<svg") for chart in charts.values())


def test_a_stage_without_data_has_no_bar() -> None:
    head = product("S1", books()).sections[0]

    assert head.chart is not None
    assert head.chart.categories == ("Warehousing", "Trunk transport", "Delivery", "Returns")


def test_the_links_of_the_flow_carry_the_total_into_the_product() -> None:
    document = product("S1", books())
    chart = next(s.chart for s in document.sections if s.chart and s.chart.kind == "sankey")
    into = sum(value for _, target, value in chart.links if target.startswith("→ "))

    assert into == pytest.approx(float(document.facts["co2e_kg"]))


def test_offsets_are_said_to_be_out() -> None:
    scope = next(s for s in product("S1", books()).sections if s.title.startswith("What is in"))

    assert ("Offsets and avoided emissions", "none: never part of a product footprint") in (
        scope.rows
    )


def test_a_sum_by_other_rules_does_not_call_itself_iso_14067() -> None:
    scope = next(s for s in product("S1", books()).sections if s.title.startswith("What is in"))

    assert "not a footprint after ISO 14067" in scope.text


def test_every_table_has_as_many_cells_as_columns() -> None:
    for language in ("en", "zh"):
        for section in product("S1", books(), language=language).sections:
            assert {len(row) for row in section.rows} <= {len(section.columns)}


def test_the_words_of_a_sheet_are_told_in_both_tongues() -> None:
    mine = {key: said for key, said in texts().items() if key.startswith(("product.", "stage."))}

    assert len(mine) > 60
    assert [key for key, (en, zh) in mine.items() if not en or not zh] == []


@pytest.mark.engine
@pytest.mark.parametrize(("single", "unsure"), [("4 kg", False), ("0.5 kg", True)])
def test_a_saving_whose_interval_holds_zero_is_said_to_be_unsure(single: str, unsure: bool) -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
    carton = STEEL.replace('"steel"', '"carton"').replace('"1 kg"', '"1 item"')
    carton = carton.replace('mass = "2 kg"', f'mass = "{single}"\ngsd2 = 2.0')
    box = '[box]\nmake = "steel"\nsingle = "carton"\nlife = 5\n'
    sheet = product(read_system(HEAD + STEEL + KETTLE + carton + box))
    said = next(s for s in sheet.sections if s.title.startswith("Does the reusable box"))

    assert unsure == ("holds zero" in (said.text or ""))
