"""The terminal hears one tongue, programs hear JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from importlib import resources

import pytest

from tanlu.cli.console import Console, default_language, words
from tanlu.terms import Progress


def test_every_word_exists_in_both_tongues_with_the_same_fields() -> None:
    fields = re.compile(r"{(\w+)}")
    wrong = [
        key
        for key, row in words().items()
        if not row["en"]
        or not row["zh"]
        or set(fields.findall(row["en"])) != set(fields.findall(row["zh"]))
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("zh_CN.UTF-8", "zh"), ("en_US.UTF-8", "en"), ("C", "en"), ("de_DE.UTF-8", "en")],
)
def test_the_locale_chooses_the_tongue(
    monkeypatch: pytest.MonkeyPatch, setting: str, expected: str
) -> None:
    monkeypatch.delenv("TANLU_LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", setting)

    assert expected == default_language()


def test_json_mode_prints_one_object_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(language="en", as_json=True)
    console.say("fine")
    console.result({"co2e_kg": "1.5"})

    assert json.loads(capsys.readouterr().out) == {"co2e_kg": "1.5"}


def test_text_mode_speaks_and_prints_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(language="zh", as_json=False)
    console.say("fine")
    console.result({"co2e_kg": "1.5"})

    assert capsys.readouterr().out == "正常\n"


@pytest.mark.parametrize("terminal", [True, False])
def test_following_a_long_verb_gives_its_result(
    monkeypatch: pytest.MonkeyPatch, *, terminal: bool
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    steps = iter([Progress("read", 1, 2), Progress("read", 2, 2, result={"rows": 2})])

    assert Console(language="en", as_json=False).follow(steps) == {"rows": 2}


@pytest.mark.parametrize(
    ("rows", "said"),
    [(1, "not quantified: 1 activity"), (0, "not quantified: 0 activities"),
     (21, "not quantified: 21 activities")],
)  # fmt: skip
def test_one_thing_is_said_as_one(rows: int, said: str) -> None:
    assert Console(language="en", as_json=False).word("unquantified_rows", rows=rows) == said


def test_a_file_gives_no_commands_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(language="en", as_json=False)
    console.write("columns: a\x1b[2J\x07\tb\nc")
    console.warn("\x9b31m")

    assert capsys.readouterr() == ("columns: a?[2J?\tb\nc\n", "?31m\n")


@pytest.mark.parametrize(("encoding", "said"), [("ascii", "? CO?e"), ("gbk", "· CO?e")])
def test_a_terminal_without_the_signs_shows_what_it_can(
    encoding: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding=encoding))
    console = Console(language="en", as_json=True)
    console.write("· CO₂e")
    console.result({"unit": "· CO₂e"})
    console.flush()
    first, second = raw.getvalue().decode(encoding).splitlines()

    assert first == said
    assert json.loads(second) == {"unit": "· CO₂e"}


def test_a_table_stands_in_columns_though_a_chinese_letter_takes_two(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console = Console(language="zh", as_json=False)

    console.tell_table([["方式", "km"], ["货车", "1,381.3"], ["air", "9.0"]])

    assert capsys.readouterr().out.splitlines() == [
        "方式       km",
        "货车  1,381.3",
        "air       9.0",
    ]


def test_no_key_of_a_word_stands_twice() -> None:
    file = resources.files("tanlu.cli").joinpath("words.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        counted = Counter(row["key"] for row in csv.DictReader(lines))

    assert dict.fromkeys(counted, 1) == dict(counted)
