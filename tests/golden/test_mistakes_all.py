"""The thirty mistakes: ``mistakes.csv`` leads from each number to the tests that would find it.

``figures.csv`` does the same for the figures of the founding texts. Begin here to break the house:
a number without a test, a test that is not there, or one that is there and not in the table is a
failure of this file.
"""

from __future__ import annotations

import ast
import csv
import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def rows(name: str = "mistakes") -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def defined_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_mistake_from_1_to_30_has_a_test() -> None:
    counted = Counter(int(row["number"]) for row in rows())

    assert sorted(counted) == list(range(1, 31))


def test_every_test_of_the_tables_of_mistakes_and_of_figures_exists() -> None:
    absent = []
    for row in [*rows(), *rows("figures")]:
        file, _, name = row["test"].partition("::")
        if not (ROOT / file).exists() or name not in defined_in(ROOT / file):
            absent.append(row["test"])

    assert absent == []


def test_every_test_of_a_mistake_is_in_the_table_under_its_number() -> None:
    told = {(row["test"], row["number"]) for row in rows()}
    found = {
        (f"tests/golden/{path.name}::{name}", re.findall(r"\d+", name)[0])
        for path in HERE.glob("test_*.py")
        for name in defined_in(path)
        if name.startswith("test_mistake_")
    }

    assert found - told == set()


def test_every_row_says_the_mistake_and_what_guards_against_it() -> None:
    told = {number: {row["mistake"] for row in rows() if row["number"] == number}
            for number in {row["number"] for row in rows()}}  # fmt: skip

    assert {len(each) for each in told.values()} == {1}
    assert all(row["guard"] for row in rows())
