"""The threat model names tests that there are, and the same in both tongues."""

from __future__ import annotations

import ast
import re

import pytest

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def _named(root, tongue):
    text = (root / "docs" / tongue / "explain" / "threat-model.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    controls = [row for row in rows if row.split("|")[1].strip() not in ("threat", "威胁")]
    return controls, NAMED.findall(text)


@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_each_control_names_a_test_and_each_named_test_is_there(root, tongue):
    controls, named = _named(root, tongue)
    assert len(controls) > 30
    assert [row for row in controls if not NAMED.search(row)] == []
    absent = []
    for path, name in named:
        file = root / path
        tree = ast.parse(file.read_text("utf-8")) if file.is_file() else ast.Module([], [])
        found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if name not in found:
            absent.append(f"{path}::{name}")
    assert absent == []


def test_both_tongues_name_the_same_tests_in_the_same_order(root):
    assert _named(root, "en")[1] == _named(root, "zh")[1]


def test_every_attack_that_is_tested_stands_in_the_model(root):
    named = {name for _, name in _named(root, "en")[1]}
    tree = ast.parse((root / "tests/serve/access/test_attacks.py").read_text("utf-8"))
    tests = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    left = {name for name in tests if name.startswith("test_")} - named
    assert left == set()
