"""Thresholds are data with a reason and a source, and a user may change any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.errors import TanluError, catalogue
from tanlu.terms.rules import table
from tanlu.verify.plausibility import limits, name_of
from tanlu.verify.plausibility.checking import RULES
from tanlu.verify.plausibility.limits import ROOM, named, word


def test_every_rule_has_a_name_a_code_and_thresholds() -> None:
    assert set(RULES) == set(named()) == set(limits())
    assert {each.code for each in named().values()} <= set(catalogue())
    assert {each.severity for each in named().values()} <= {"info", "warning", "error"}


def test_every_threshold_has_a_reason_in_both_tongues_and_a_source() -> None:
    for row in table(ROOM, "limits.csv"):
        assert all(row[name] for name in ("value", "unit", "reason", "reason_zh", "source")), row


def test_every_reason_not_to_check_is_said_in_both_tongues() -> None:
    for row in table(ROOM, "words.csv"):
        for tongue in ("en", "zh"):
            assert "{" not in word(row["key"], tongue, rows=3, what="x")


def test_benford_is_off_until_it_is_asked_for() -> None:
    assert limits()["benford"]["on"] == 0
    assert {name for name, at in limits().items() if not at["on"]} == {"benford"}


def test_a_table_changes_what_it_names_and_nothing_else() -> None:
    told = limits({"speed": {"road": 110}})

    assert told["speed"]["road"] == 110
    assert told["speed"]["rail"] == limits()["speed"]["rail"]
    assert limits()["speed"]["road"] == 130


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.toml", "[speed]\nroad = 110\n[benford]\non = 1\n"),
        ("own.csv", "rule,parameter,value,why\nspeed,road,110,ours\nbenford,on,1,asked\n"),
    ],
)
def test_a_file_states_thresholds(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    told = limits(tmp_path / name)

    assert (told["speed"]["road"], told["benford"]["on"]) == (110, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"warp": {"on": 1}}, {"speed": {"warp": 1}}, {"speed": {"road": "fast"}},
        {"speed": {"road": -1}}, {"speed": {"road": float("nan")}}, {"speed": 3},
    ],
)  # fmt: skip
def test_what_is_not_understood_is_refused(wrong: dict[str, dict[str, float]]) -> None:
    with pytest.raises(TanluError, match="TL765"):
        limits(wrong)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.toml", b"[speed"), ("a.csv", b"a,b\n1,2\n"), ("a.csv", b"\xff\xfe\x00"),
     ("a.toml", b"speed = 3\n")],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)

    with pytest.raises(TanluError, match="TL765"):
        limits(tmp_path / name)


def test_a_rule_is_named_by_itself_or_by_its_code() -> None:
    assert name_of("speed", "en") == name_of("TL769", "en") == "speed that the mode cannot reach"
    assert name_of("TL769", "zh") == "超过该运输方式可达的速度"
