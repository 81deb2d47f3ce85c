"""Rules are read from TOML; what could never hold is found before a device is touched."""

from __future__ import annotations

import copy
import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.command import Rules, Watched
from tanlu.monitor.command.rules import matches
from tests.house import tree

GOOD = {
    "actions": {"light": {"unit": "%", "minimum": 0, "maximum": 100}},
    "grants": [{"who": "a", "device": "*", "action": "light"}],
    "interlocks": [{
        "name": "night", "device": "*", "action": "light", "maximum": 20,
        "when": {"device": "{device}", "stream": "light_lx", "at_most": 5},
    }],
    "limits": [{"name": "all", "device": "*", "action": "light", "total": 500}],
}  # fmt: skip


WORDS = st.sampled_from(
    ["actions", "grants", "interlocks", "limits", "light", "unit", "minimum", "maximum", "who",
     "device", "action", "when", "less", "name", "total", "stream", "rest", "x"]
)  # fmt: skip


def _with(path: str, value: object) -> dict[str, object]:
    told = copy.deepcopy(GOOD)
    *way, last = path.split("/")
    place: object = told
    for step in way:
        place = place[int(step) if step.isdigit() else step]  # type: ignore[index]
    place[last] = value  # type: ignore[index]
    return told


def test_rules_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "commands.toml"
    text = '[actions.light]\nunit = "%"\nminimum = 0\nmaximum = 100\n'
    path.write_text(text + '[[grants]]\nwho = "a*"\ndevice = "*"\naction = "light"\n', "utf-8")

    assert Rules.load(path).granted("abc", "any", "light") == 8


@pytest.mark.parametrize("text", [None, "[", "x = 1", "grants = 5", "actions = 1"])
def test_a_file_that_is_none_has_a_code(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "commands.toml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(TanluError, match="TL365"):
        Rules.load(path)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("actions/light/minimum", 101),
        ("actions/light/minimum", "0"),
        ("actions/light/minimum", True),
        ("actions/light/maximum", float("nan")),
        ("actions/light/rest", 101),
        ("actions/light/pause_s", -1),
        ("actions/light/hold_max_s", 0),
        ("actions/light/colour", "red"),
        ("actions/light/asks_per_hour", 1.5),
        ("actions/light", 5),
        ("grants/0/action", "dark"),
        ("grants/0/priority_max", 17),
        ("grants/0/who", 5),
        ("interlocks/0/action", "dark"),
        ("interlocks/0/when", 5),
        ("interlocks/0/when/colour", 5),
        ("interlocks/0/minimum", 30),
        ("interlocks/0/maximum", -1),
        ("limits/0/total", "all"),
        ("limits/0/action", "dark"),
        ("extra", 5),
    ],
)
def test_what_could_never_hold_is_said(path: str, value: object) -> None:
    Rules.of(GOOD)
    with pytest.raises(TanluError, match="TL365"):
        Rules.of(_with(path, value))


def test_the_rules_of_the_manual_hold_together_in_either_tongue() -> None:
    told = []
    for tongue in ("en", "zh"):
        page = tree.ROOT / "docs" / tongue / "howto" / "act-on-devices.md"
        text = page.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
        told.append(Rules.of(tomllib.loads(text)))

    assert told[0] == told[1]
    assert len(told[0].interlocks) == len(told[0].limits) == 1


def test_what_is_missing_is_said() -> None:
    with pytest.raises(TanluError, match=r"TL365.*maximum is missing"):
        Rules.of({"actions": {"light": {"unit": "%", "minimum": 0}}})


def test_a_pattern_is_a_name_or_the_beginning_of_one() -> None:
    told = [matches(*each) for each in (("a", "a"), ("a", "ab"), ("a*", "ab"), ("*", ""))]

    assert told == [True, False, True, True]


@given(value=st.none() | st.floats(), low=st.none() | st.floats(-5, 5))
def test_a_condition_holds_unless_a_number_says_that_it_does_not(
    value: float | None, low: float | None
) -> None:
    holds = Watched("d", "s", at_least=low).holds(value)
    known = value is not None and not math.isnan(value)

    assert holds == (not known or low is None or value >= low)  # type: ignore[operator]


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, ANY, max_size=4))
def test_whatever_is_declared_holds_together_or_is_said(told: dict[str, object]) -> None:
    try:
        Rules.of(told).check()
    except TanluError as error:
        assert error.code == "TL365"  # noqa: PT017 - rules that hold are as good
