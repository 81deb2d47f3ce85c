"""Types: numbers, texts and conditions do not mix."""

from __future__ import annotations

import pytest
from hypothesis import given

from tanlu.terms.spec import OPERATORS, infer

from .formulas import COLUMNS, formulas

ONE = {"n": "1"}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a", "float64"),
        ("m", "int64"),
        ("s", "string"),
        (ONE, "float64"),
        ({"s": "x"}, "string"),
        (["add", "m", "n"], "float64"),
        (["round", "a"], "int64"),
        (["if", ["lt", "a", "m"], "m", "n"], "int64"),
        (["if", ["lt", "a", "m"], "m", "a"], "float64"),
        (["coalesce", "s", {"s": "none"}], "string"),
        (["coalesce", ["is_null", "s"], ["eq", "s", "u"]], "bool"),
        (["concat", "s", "u", "s"], "string"),
        (["not", ["and", ["is_null", "a"], ["ge", "m", ONE]]], "bool"),
    ],
)
def test_each_operator_gives_its_type(expression, expected):
    assert expected == infer(expression, COLUMNS)


@pytest.mark.parametrize(
    "expression",
    [
        ["add", "a", "s"],
        ["add", "a", ["is_null", "a"]],
        ["mul", "a"],
        ["mul", "a", ["eq", "a", "b"]],
        ["div", "a", "b", "a"],
        ["neg", "s"],
        ["exp", "s"],
        ["round", "s"],
        ["concat", "s", "a"],
        ["concat", "s"],
        ["eq", "s", "a"],
        ["eq", "a", "s"],
        ["eq", ["is_null", "a"], ["is_null", "b"]],
        ["lt", "s", "u"],
        ["if", "a", "a", "b"],
        ["if", ["is_null", "a"], "a", "s"],
        ["if", ["is_null", "a"], ["is_null", "a"], "b"],
        ["coalesce", "a", "s"],
        ["coalesce", "a"],
        ["and", "a", "b"],
        ["not", "a"],
        ["is_null"],
        ["log", "a"],
        ["ADD", "a", "b"],
        [["add"], "a", "b"],
        [],
        {},
        {"n": 1},
        {"n": "nan"},
        {"n": "inf"},
        {"n": "1e999"},
        {"n": "1_000"},
        {"n": " 1"},
        {"n": "1", "s": "x"},
        {"s": 1},
        {"s": "x" * 1001},
        {"x": "1"},
        "missing",
        None,
        True,
        1,
        0.5,
    ],
)
def test_a_mixture_or_a_stranger_is_a_type_error(expression):
    with pytest.raises(TypeError):
        infer(expression, COLUMNS)


def test_depth_and_length_are_limited():
    deep = "a"
    for _ in range(41):
        deep = ["neg", deep]
    for large in (deep, ["add", *["a"] * 2000]):
        with pytest.raises(TypeError, match="deeper"):
            infer(large, COLUMNS)


def test_every_operator_of_the_table_has_a_type():
    samples = {"string": ["s", "u"], "float64": ["a", "b"], "bool": [["is_null", "a"]] * 2}
    for operator, wanted in OPERATORS.items():
        found = 0
        for arguments in samples.values():
            first = [["is_null", "a"]] if operator == "if" else []
            count = (wanted or 2) - len(first)
            try:
                infer([operator, *first, *arguments[:count]], COLUMNS)
            except TypeError:
                continue
            found += 1
        assert found >= 1, operator


@given(formulas())
def test_every_formula_of_the_generator_has_a_type(expression):
    assert infer(expression, COLUMNS) in ("int64", "float64", "string", "bool")
