from __future__ import annotations

import math

import pytest

from tanlu.terms import Chart
from tanlu.ui.charts.parts import categories, hatched, paint, plain, rounded, said


def test_a_role_of_the_chart_is_stronger_than_the_word_of_the_reports() -> None:
    chart = Chart("bar", "t", "t", roles=(("Road", "rail"), ("X", "default")))

    assert paint(chart, "Road", 0) == "var(--rail)"
    assert paint(chart, "Sea", 0) == "var(--sea)"
    assert paint(chart, "anything", 9) == "var(--c1)"
    assert hatched(chart, "X")
    assert not hatched(chart, "Road")


@pytest.mark.parametrize(
    ("value", "top", "shown"),
    [(512.4449, 512.4449, 512.4), (0.123456, 0.5, 0.1235), (1234567.8, 1234567.8, 1234568),
     (3.0, 0.0, 3.0)],
)  # fmt: skip
def test_a_value_has_the_digits_that_can_be_seen(value: float, top: float, shown: float) -> None:
    assert rounded(value, top) == shown


def test_an_unknown_value_is_none_and_a_dash() -> None:
    assert rounded(math.nan, 5.0) is None
    assert said(math.nan, 5.0, "t") == "–"


def test_days_of_one_year_lose_it() -> None:
    assert categories(("2026-01-01", "2026-01-02"))["data"] == ["01-01", "01-02"]
    assert categories(("2025-12-31", "2026-01-01"))["data"] == ["2025-12-31", "2026-01-01"]


def test_no_text_begins_a_style() -> None:
    assert plain("{a|b}") == "（a｜b）"
