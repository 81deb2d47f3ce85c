"""tanlu command: asked, listed, ended and undone on simulated devices, call by call."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.cli.books import Tongue

RULES = """\
[actions.light_level]
unit = "%"
minimum = 0
maximum = 100
rest = 40

[[grants]]
who = "building"
device = "hall/*"
action = "light_level"
"""
ASK = ("command", "ask", "hall/1", "light_level")
AS = ("--by", "building", "--simulate")


@pytest.fixture
def hall(empty: Tongue) -> Tongue:
    empty.ask("device", "enrol", "hall/1")
    (empty.ledger / "commands.toml").write_text(RULES, encoding="utf-8")
    return empty


def test_a_command_is_asked_listed_and_ended(hall: Tongue) -> None:
    assert hall.ask(*ASK, 80, "--id", "a", *AS)["step"] == "confirmed"
    assert hall.ask(*ASK, 80, "--id", "a", *AS)["step"] == "confirmed"
    assert hall.ask("command", "end", "a", *AS)["step"] == "undone"
    rows = hall.ask("command", "list", "hall/1")["commands"]

    told = [(row["step"], row["value"]) for row in rows]
    # the second one renewed the first: its time began anew
    assert told == [
        ("asked", 80.0), ("sent", 80.0), ("confirmed", 80.0), ("asked", 80.0), ("ended", 80.0),
        ("undone", 40.0), ("confirmed", 40.0),
    ]  # fmt: skip
    assert "undone" in hall.say("command", "list")
    assert "撤销" in hall.say("command", "list", language="zh")


def test_what_is_over_is_undone_by_a_later_call(
    hall: Tongue, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall.ask(*ASK, 80, "--for", 60, *AS)
    later = time.time_ns() + 61 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    told = hall.ask("command", "tick", "--simulate")

    assert (told["steps"], told["holding"]) == (3, [])


def test_a_refusal_has_its_code_and_stands_in_the_list(hall: Tongue) -> None:
    for words in ((120, *AS), (50, "--by", "visitor", "--simulate")):
        assert hall.ask(*ASK, *words, expect=1)["error"]["code"] == "TL366"
    steps = [row["step"] for row in hall.ask("command", "list")["commands"]]
    assert steps == ["asked", "refused"] * 2
    said = hall.ask("command", "end", "nothing", *AS, expect=1)

    assert said["error"]["code"] == "TL367"


def test_without_simulation_nothing_is_reached_and_that_is_said(hall: Tongue) -> None:
    assert "--simulate" in hall.ask(*ASK, 80, expect=2)["error"]["message"]
    assert hall.ask("command", "list")["commands"] == []
    assert "no command yet" in hall.say("command", "list")


def test_rules_that_are_not_there_have_a_code(hall: Tongue, tmp_path: Path) -> None:
    done = hall.ask(*ASK, 80, "--rules", tmp_path / "none.toml", *AS, expect=1)

    assert done["error"]["code"] == "TL365"


def test_a_refusal_says_why_in_either_tongue(hall: Tongue) -> None:
    told = {
        tongue: hall.ask(*ASK, 120, *AS, "--language", tongue, expect=1)["error"]["message"]
        for tongue in ("en", "zh")
    }

    assert "light_level: at most 100" in told["en"]
    assert "light_level：不得高于 100" in told["zh"]
    assert "light_level：不得高于 100" in hall.say("command", "list", language="zh")


def test_what_was_refused_is_refused_when_it_is_asked_again(hall: Tongue) -> None:
    for _ in range(2):
        assert hall.ask(*ASK, 120, "--id", "a", *AS, expect=1)["error"]["code"] == "TL366"
