"""The exact interpreter: three-valued logic, symmetric rounding, nothing non-finite."""

from __future__ import annotations

import json
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.terms.spec import evaluate, infer, interpret, parse

from .formulas import COLUMNS, ROWS, formulas, same

ROW = {"a": 2.5, "b": None, "m": 3, "n": -7, "s": "ttw", "u": None}


def _n(value):
    return {"n": repr(float(value))}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (["add", "a", "m", _n(1)], 6.5),
        (["sub", "a", "m"], -0.5),
        (["div", "a", _n(0)], None),
        (["div", "a", _n(-0.0)], None),
        (["sqrt", _n(-1)], None),
        (["sqrt", _n(9)], 3.0),
        (["neg", "n"], 7.0),
        (["min", "a", "m"], 2.5),
        (["max", "b", "m"], 3),
        (["max", "m", "b"], None),
        (["add", "a", "b"], None),
        (["if", ["gt", "a", "b"], "a", "m"], 3),
        (["if", ["is_null", "b"], "a", "m"], 2.5),
        (["coalesce", "b", "a"], 2.5),
        (["eq", "s", {"s": "ttw"}], True),
        (["ne", "s", "u"], None),
        (["concat", "s", {"s": ":"}, "s"], "ttw:ttw"),
        (["concat", "s", "u"], None),
        (["and", ["is_null", "a"], ["gt", "a", "b"]], False),
        (["and", ["is_null", "b"], ["gt", "a", "b"]], None),
        (["or", ["is_null", "b"], ["gt", "a", "b"]], True),
        (["not", ["gt", "a", "b"]], None),
    ],
)
def test_operators_follow_three_valued_logic(expression, expected):
    assert expected == evaluate(expression, ROW)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.5, 1),
        (-0.5, -1),
        (2.5, 3),
        (-2.5, -3),
        (0.49, 0),
        (-0.49, 0),
        (9.2e18, 9200000000000000000),
        (9.3e18, None),
        (-9.3e18, None),
        (math.nan, None),
        (math.inf, None),
    ],
)
def test_round_goes_half_away_from_zero_and_stays_in_int64(value, expected):
    assert expected == evaluate(["round", "x"], {"x": value})


@given(st.floats(-9.2e18, 9.2e18))
def test_a_negative_twin_cancels_its_row(value):
    assert evaluate(["round", "x"], {"x": value}) == -evaluate(["round", "x"], {"x": -value})


@given(st.floats(-(2.0**51), 2.0**51))
def test_round_is_within_half_of_the_exact_value(value):
    assert abs(Fraction(value) - evaluate(["round", "x"], {"x": value})) <= Fraction(1, 2) + (
        Fraction(1, 2**53)
    )


def test_two_integers_compare_as_integers_and_a_mixture_as_doubles():
    large = {"m": 2**53 + 1, "n": 2**53, "a": float(2**53)}
    assert evaluate(["eq", "m", "n"], large) is False
    assert evaluate(["eq", "m", "a"], large) is True


@given(st.floats(-8, 8))
def test_exp_is_right_to_nine_digits_for_arguments_up_to_eight(x):
    assert pytest.approx(math.exp(x), rel=1e-9) == evaluate(["exp", "x"], {"x": x})


@given(st.floats(-1, 1))
def test_exp_of_an_interval_is_right_to_twelve_digits(x):
    # exp(1.96 sigma) with sigma below 0.5 stands behind every interval
    assert pytest.approx(math.exp(x), rel=2e-11) == evaluate(["exp", "x"], {"x": x})


def _spec(expression):
    kind = infer(expression, COLUMNS)
    steps = [
        {"name": "x", "type": kind, "expression": expression, "keep": True},
        {"name": "y", "type": kind, "expression": "x", "keep": True},
    ]
    raw = {"spec": "t", "version": "1", "inputs": COLUMNS, "steps": steps}
    return parse(json.dumps(raw))


@given(formulas(), ROWS)
def test_a_step_is_of_its_type_and_never_nan_or_infinite(expression, row):
    spec = _spec(expression)
    (found,) = interpret(spec, [row])
    types = {"float64": float, "int64": int, "string": str, "bool": bool}
    value = found["x"]
    assert value is None or type(value) is types[spec.steps[0].type]
    assert not isinstance(value, float) or math.isfinite(value)
    assert not isinstance(value, int) or abs(value) <= 2**63
    assert same(value, found["y"])


@given(formulas(), ROWS)
def test_the_same_row_gives_the_same_bits_again(expression, row):
    spec = _spec(expression)
    first, second = interpret(spec, [row, row])
    assert repr(first) == repr(second)


def test_a_nonfinite_input_counts_as_null():
    spec = _spec(["is_null", "a"])
    assert list(interpret(spec, [{"a": math.nan}, {"a": math.inf}])) == [{"x": True, "y": True}] * 2


def test_a_computed_overflow_does_not_decide_a_comparison():
    over = ["mul", {"n": "1e300"}, {"n": "1e300"}]
    assert evaluate(["gt", over, {"n": "1"}], {}) is None
    assert evaluate(["min", over, {"n": "1"}], {}) == 1.0


def test_an_absent_column_reads_as_null_and_trace_gives_every_step():
    raw = {
        "spec": "t",
        "version": "1",
        "inputs": {"a": "float64"},
        "steps": [
            {"name": "x", "expression": ["coalesce", "a", _n(4)]},
            {"name": "y", "type": "int64", "expression": ["round", "x"], "keep": True},
        ],
    }
    spec = parse(json.dumps(raw))
    assert list(interpret(spec, [{}])) == [{"y": 4}]
    assert list(interpret(spec, [{}], trace=True)) == [{"x": 4.0, "y": 4}]
