"""What a reader sees."""

from __future__ import annotations

import polars as pl
from tests.report.ledger import Ledger, network

from tanlu.report import transport


def test_what_flows_into_a_mode_and_out_of_it_is_what_it_emits() -> None:
    document = transport(network())
    chart = next(s.chart for s in document.sections if s.chart and s.chart.kind == "sankey")

    into = sum(value for _, target, value in chart.links if target == "Road")
    out = sum(value for source, _, value in chart.links if source == "Road")
    assert round(into, 6) == round(out, 6)


def test_at_most_eight_places_stand_on_each_side_of_the_flow() -> None:
    document = transport(network())
    chart = next(s.chart for s in document.sections if s.chart and s.chart.kind == "sankey")

    assert len({source for source, _, _ in chart.links if source.endswith("→")}) <= 8


def test_all_34_provinces_are_on_the_tiles_and_silent_ones_are_not_zero() -> None:
    document = transport(network())
    chart = next(s.chart for s in document.sections if s.chart and s.chart.kind == "tiles")

    values = dict(zip(chart.categories, chart.series[0][1], strict=True))
    assert len(values) == 34
    assert values["CN-TW Taiwan"] != values["CN-TW Taiwan"]


def test_every_row_has_a_value_for_each_column() -> None:
    for section in transport(network(), by=("payer", "month")).sections:
        assert all(len(row) == len(section.columns) for row in section.rows)


def test_a_year_is_shown_by_month() -> None:
    ledger = network()
    spread = pl.col("start") + pl.int_range(pl.len()) * 80_000_000_000
    emissions = ledger.tables["emission"].with_columns(spread.alias("start"))
    document = transport(Ledger(activity=ledger.tables["activity"], emission=emissions))

    chart = next(s.chart for s in document.sections if s.chart and s.chart.kind == "line")
    assert {len(day) for day in chart.categories} == {7}
