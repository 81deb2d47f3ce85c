"""Errors: one catalogue, both tongues, fields filled in, safe to pass between processes."""

from __future__ import annotations

import copy
import csv
import re
from importlib import resources
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError, catalogue, filled, reason, say

ORDER = ("cli", "terms", "factors", "monitor", "track", "account", "store", "verify", "report")
VALUE = r"(?<!\{)\{(\w+)\}"
ROOMS = {digit: {room} for digit, room in enumerate((*ORDER, "simulate"))}
ROOMS[8].add("share")
ROOMS[4].add("serve")
ROOMS[9] |= {"serve", "share", "ui"}


def _fields(text):
    return {name for _, name, _, _ in Formatter().parse(text or "") if name}


def test_every_code_is_well_formed_in_order_and_of_its_room():
    codes = list(catalogue())
    assert sorted(codes) == codes
    for code, entry in catalogue().items():
        assert re.fullmatch(r"TL\d{3}", code)
        assert entry.room in ROOMS[int(code[2])]


def test_both_tongues_say_the_same_fields():
    for entry in catalogue().values():
        assert entry.what
        assert entry.what_zh
        assert bool(entry.hint) == bool(entry.hint_zh)
        assert _fields(entry.what) == _fields(entry.what_zh), entry.code
        assert _fields(entry.hint) == _fields(entry.hint_zh), entry.code


def test_a_sentence_has_its_code_its_value_and_its_hint():
    said = "[TL103] unknown unit 'kilo'; did you mean kg?"
    assert said == say("TL103", value="kilo", nearest="kg")
    assert say("TL103", language="zh", value="kilo", nearest="kg").endswith("；是否为 kg？")


def test_an_error_keeps_its_fields_and_speaks_both_tongues():
    error = TanluError("TL103", value="kilo", nearest="kg")
    assert (error.code, error.fields) == ("TL103", {"value": "kilo", "nearest": "kg"})
    assert str(error) == error.say() == error.say("en")
    assert "未知单位“kilo”" in error.say("zh")


def test_a_field_that_was_forgotten_stays_visible():
    assert "<value>" in say("TL103", nearest="kg")


def test_an_unknown_code_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        say("TL000")


@given(st.sampled_from(sorted(catalogue())), st.text())
def test_no_value_breaks_a_sentence_and_a_copy_is_the_same_error(code, value):
    error = TanluError(code, value=value, language=value, code_=value)
    twin = copy.copy(error)
    assert value in error.say("zh") or "{value}" not in catalogue()[code].what_zh
    assert (error.code, error.fields, str(error)) == (twin.code, twin.fields, str(twin))


@pytest.mark.parametrize(
    ("why", "en", "zh"),
    [
        ("[Errno 21] Is a directory: 'a.csv'", "Is a directory", "它是文件夹"),
        ("Permission denied (os error 13): a/b", "Permission denied", "没有权限"),
        ("it has no sheet 'May'", "it has no sheet 'May'", "它没有工作表“May”"),
        ("nobody knows", "nobody knows", "nobody knows"),
        ("the meter says: no such data, wrong password",) * 2
        + ("电表应答异常：无请求数据、密码错误或未授权",),
        ("several reasons: no number; no key is enrolled, or it was revoked",) * 2
        + ("多种原因：不是数字；未登记公钥，或公钥已吊销",),
        ("it ended: cut, somewhere", "it ended: cut, somewhere", "它已结束：cut, somewhere"),
    ],
)
def test_why_is_said_in_both_tongues_without_numbers_of_the_system(why, en, zh):
    error = TanluError("TL301", value="a.csv", why=why)

    assert error.say("en") == f"[TL301] file 'a.csv' cannot be read: {en}"
    assert error.say("zh") == f"[TL301] 文件“a.csv”无法读取：{zh}"


def test_every_reason_has_one_chinese_form_and_is_said_in_it() -> None:
    text = resources.files("tanlu").joinpath("reasons.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))
    said = say("TL705", language="zh", value="end", why="no end record, or bytes behind it")

    assert [row for row in rows if len(row) != 2 or not all(row)] == []
    assert "没有结束记录" in said
    # no row is shadowed by one before it, and none loses or makes up a value
    told = [(re.sub(VALUE, r"<\1>", why), re.sub(VALUE, r"<\1>", why_zh))
            for why, why_zh in rows[1:]]  # fmt: skip
    assert [why for why, why_zh in told if reason(why, "zh") != why_zh.format()] == []


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 rows are open"), (1, "1 row is open"), ("1", "1 row is open"), (2, "2 rows are open"),
     (21, "21 rows are open"), ("1,001", "1,001 rows are open")],
)  # fmt: skip
def test_one_thing_has_a_word_of_its_own(count: object, said: str) -> None:
    assert filled("{count} {count:row is|rows are} open", {"count": count}) == said


def test_a_field_may_stand_within_a_choice() -> None:
    steps = "{count:The step|All {count} steps}"

    assert [filled(steps, {"count": n}) for n in (1, 7)] == ["The step", "All 7 steps"]


def test_other_forms_are_those_of_python() -> None:
    assert filled("{share:.1f} % of {name}", {"share": 7.25, "name": "CO₂e"}) == "7.2 % of CO₂e"


def test_a_field_that_is_not_given_is_a_fault() -> None:
    with pytest.raises(KeyError):
        filled("{count} {count:row|rows}", {})
