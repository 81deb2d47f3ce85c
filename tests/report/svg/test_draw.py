"""Every kind of chart becomes a well-formed picture that stands alone."""

from __future__ import annotations

import itertools
import math
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.report import picture
from tanlu.terms import Chart

SVG = "{http://www.w3.org/2000/svg}"
CHARTS = (
    Chart("bar", "Lanes", "t", ("a", "b"), (("WTW", (3.0, 1.0)),)),
    Chart("stack", "Modes", "t", ("Road", "Air"), (("TTW", (3.0, 1.0)), ("WTT", (1.0, 0.0)))),
    Chart("stack", "Data", "t", ("all",), (("Measured", (3.0,)), ("Default", (1.0,)))),
    Chart("line", "Days", "t", ("2026-10-01", "2026-10-02"), (("Road", (3.0, 1.0)),)),
    Chart("sankey", "Flow", "t", links=(("A →", "Road", 3.0), ("Road", "→ A", 3.0))),
    Chart("tiles", "Where", "t", ("CN-SH 上海", "CN-XJ 新疆"), (("WTW", (3.0, math.nan)),)),
)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: f"{chart.kind}-{chart.title}")
@pytest.mark.parametrize("width", [334, 720])
def test_a_picture_is_well_formed_and_loads_nothing(chart: Chart, width: int) -> None:
    drawn = picture(chart, width)
    root = ET.fromstring(drawn)

    assert f"{SVG}svg" == root.tag
    assert chart.title == root.get("aria-label")
    assert "href" not in drawn
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: f"{chart.kind}-{chart.title}")
@pytest.mark.parametrize("width", [334, 720])
def test_no_text_leaves_the_picture(chart: Chart, width: int) -> None:
    root = ET.fromstring(picture(chart, width))
    height = float(root.get("height"))

    assert [
        text.text for text in root.iter(f"{SVG}text")
        if not (0 <= float(text.get("x")) <= width and 0 <= float(text.get("y")) <= height)
    ] == []  # fmt: skip


# a microgram is the least that is counted
@given(st.lists(st.one_of(st.just(0.0), st.floats(1e-15, 1e15)), min_size=1, max_size=40))
@settings(max_examples=50)
def test_labels_of_a_sankey_never_touch(values: list[float]) -> None:
    links = tuple((f"n{i} →", "Road", value) for i, value in enumerate(values))
    root = ET.fromstring(picture(Chart("sankey", "Flow", "t", links=links)))

    left = sorted({
        float(text.get("y")) for text in root.iter(f"{SVG}text") if (text.text or "")[0] == "n"
    })  # fmt: skip
    assert all(b - a >= 14 for a, b in itertools.pairwise(left))


def test_a_sankey_with_a_loop_still_ends() -> None:
    chart = Chart("sankey", "Loop", "t", links=(("a", "b", 1.0), ("b", "a", 1.0)))

    assert picture(chart).startswith("<svg")


@pytest.mark.parametrize("kind", ["bar", "stack", "line", "curve", "sankey", "tiles"])
def test_a_chart_of_nothing_is_an_empty_picture(kind: str) -> None:
    assert picture(Chart(kind, "nothing", "t")).endswith("</svg>")


def test_a_kind_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(TanluError) as refused:
        picture(Chart("gauge", "?", "t"))

    assert refused.value.code == "TL802"
