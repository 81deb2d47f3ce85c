"""Tests mirror the tree, and errors and schemas agree with the code."""

from __future__ import annotations

import csv
import re

from tests.house import tree

TESTS = tree.ROOT / "tests"


def test_every_source_file_has_its_test_file() -> None:
    absent = []
    for path in tree.files():
        if path.name in ("__init__.py", "__main__.py"):
            continue
        relative = path.relative_to(tree.SRC)
        if not (TESTS / relative.parent / f"test_{relative.name}").exists():
            absent.append(str(relative))

    assert absent == []


def test_every_error_code_in_the_code_is_in_the_catalogue() -> None:
    used = {
        code
        for path in tree.files()
        for code in re.findall(r"\"(TL\d{3})\"", path.read_text(encoding="utf-8"))
    }

    assert used - _codes() == set()


def test_every_error_code_is_used_somewhere() -> None:
    text = "".join(
        path.read_text(encoding="utf-8")
        for path in tree.SRC.rglob("*")
        if path.suffix in (".py", ".csv", ".json", ".toml") and path.name != "errors.csv"
    )

    assert {code for code in _codes() if code not in text} == set()


def test_errors_speak_both_tongues_with_the_same_fields() -> None:
    wrong = []
    for row in _rows():
        for left, right in (("what", "what_zh"), ("hint", "hint_zh")):
            if bool(row[left]) != bool(row[right]) or _fields(row[left]) != _fields(row[right]):
                wrong.append(row["code"])

    assert wrong == []


def test_error_codes_are_sorted_unique_and_in_their_room() -> None:
    codes = [row["code"] for row in _rows()]
    digit = {
        "cli": "0", "terms": "1", "factors": "2", "monitor": "3", "track": "4", "account": "5",
        "serve": "49", "store": "6", "verify": "7", "report": "8", "share": "89", "simulate": "9",
        "ui": "9",
    }  # fmt: skip

    assert codes == sorted(set(codes))
    assert [row["code"] for row in _rows() if row["code"][2] not in digit[row["room"]]] == []


def _rows() -> list[dict[str, str]]:
    with (tree.SRC / "errors.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _codes() -> set[str]:
    return {row["code"] for row in _rows()}


def _fields(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))
