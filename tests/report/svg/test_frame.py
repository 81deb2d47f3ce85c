"""Texts are measured before they are drawn; ticks are round."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.report.svg.frame import Canvas, colour, escape, fit, nice_ticks, wide


@given(st.floats(1e-6, 1e12))
def test_ticks_are_few_and_reach_the_top(top: float) -> None:
    ticks = nice_ticks(top)

    assert 2 <= len(ticks) <= 7
    assert ticks[-1] >= top * (1 - 1e-6)


@given(st.text(max_size=60), st.floats(20, 400))
def test_a_fitted_text_is_not_wider_than_its_room(text: str, room: float) -> None:
    assert wide(fit(text, room)) <= room + 1e-9


def test_chinese_is_wider_than_latin() -> None:
    assert wide("上海") > wide("ab")


def test_the_same_word_has_the_same_colour_in_both_tongues() -> None:
    assert [colour("Road", 3), colour("公路", 5)] == ["var(--road)"] * 2


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><x y="', "a&b"])
def test_words_are_escaped_wherever_they_stand(hostile: str) -> None:
    canvas = Canvas(hostile, 100)
    canvas.rect(0, 0, 5, 5, "red", note=hostile)
    canvas.text(0, 0, hostile)
    drawn = canvas.close(20)

    assert hostile not in drawn


def test_a_character_that_xml_forbids_is_replaced() -> None:
    canvas = Canvas("a\x08b", 100)
    canvas.text(0, 0, "c\ud800d")

    assert "a\ufffdb" in canvas.close(10)
    assert "c\ufffdd" in canvas.close(10)


def test_a_hatch_is_there_whatever_the_width_became() -> None:
    canvas = Canvas("hatched", 100)
    canvas.rect(0, 0, 9, 9, "var(--road)", hatched=True)
    canvas.width = 160
    picture = canvas.close(20)
    (asked,) = re.findall(r"url\(#(\w+)\)", picture)

    assert f'<pattern id="{asked}"' in picture


@pytest.mark.parametrize("mark", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_a_mark_that_turns_what_follows_is_not_written(mark: str) -> None:
    assert escape(f"JD{mark}1") == "JD\ufffd1"
