"""The tokens themselves: words can be read on every ground they stand on, in both themes."""

from __future__ import annotations

import pytest

from tanlu.ui.charts.drawing import colours

WORDS = ("ink", "soft", "green", "amber", "red")
GROUNDS = ("paper", "card", "wash")
TAGS = (("green", "green-wash"), ("amber", "amber-wash"), ("red", "red-wash"), ("card", "green"),
        ("card", "ink"), ("card", "red"))  # fmt: skip


def light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(one: str, other: str) -> float:
    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_every_ground(theme: str) -> None:
    found = colours()[theme]
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS] + list(TAGS)
    pale = {
        pair: round(value, 2)
        for pair in pairs
        if (value := ratio(found[pair[0]], found[pair[1]])) < 4.5
    }

    assert pale == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_value_can_be_read_on_every_step_of_the_ramp(theme: str) -> None:
    found = colours()[theme]
    pale = {
        step: round(value, 2)
        for step in range(6)
        if (value := ratio(found[f"on{step}"], found[f"i{step}"])) < 4.5
    }

    assert pale == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_of_a_chart_stand_out_from_their_card(theme: str) -> None:
    found = colours()[theme]
    names = ["road", "rail", "sea", "air", "hub", "scope1", "scope3", "measured", "c0", "c1"]
    pale = {n: round(v, 2) for n in names if (v := ratio(found[n], found["card"])) < 3}

    assert pale == {}
