"""Rows: each leg in time and with its amount and interval."""

from __future__ import annotations

import re

from examples.trace import order

from tanlu.report.svg import Canvas
from tanlu.report.tracing.rows import draw_rows
from tanlu.report.words import Words


def drawn(facts, language: str = "en") -> Canvas:
    canvas = Canvas("rows", 1000)
    draw_rows(canvas, Words(language), facts["legs"], order.ORDER, 0.0)
    return canvas


def test_every_leg_has_its_row_and_what_is_not_quantified_says_so(facts) -> None:
    said = [words for _, _, words, _, _ in drawn(facts).words]

    assert said.count("Road") == 4
    assert said.count("not quantified") == 1
    assert "10.2" in said


def test_the_whiskers_hold_the_bar_between_them(facts) -> None:
    text = "".join(drawn(facts).pieces)
    low, high = map(float, re.findall(r'd="M([\d.]+) [\d.]+ V[^"]* H([\d.]+) ', text)[-1])
    bars = [
        (float(x), float(width))
        for x, width in re.findall(
            r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="11', text
        )
    ]
    x, width = max(bars, key=lambda bar: bar[1] if bar[0] > 600 else 0)

    assert low < x + width < high


def test_legs_are_headed_by_their_thing(facts) -> None:
    said = [words for _, _, words, _, _ in drawn(facts, "zh").words]

    assert "material:ore-1 · 其原料" in said
    assert "waybill:JD7001 · 自身" in said


def test_nothing_is_written_outside(facts) -> None:
    assert all(0 <= x <= 1000 for x, *_ in drawn(facts).words)
