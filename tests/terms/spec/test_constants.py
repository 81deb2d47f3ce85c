"""What a specification is made of does not change, and its numbers are shown whole."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from tanlu.account import spec
from tanlu.terms.spec import evaluate, expand_exp, infer, parse, show
from tanlu.terms.spec.show import _number


def test_steps_and_specifications_are_frozen() -> None:
    found = spec()

    for record in (found, found.steps[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            record.name = "other"


@pytest.mark.parametrize("x", [-1.0, -0.25, 0.0, 0.1, 1.0, 2.5])
def test_exp_is_one_fixed_expansion(x: float) -> None:
    # six halvings: (Σ (x/64)^k / k!)^64 is what every engine computes, to nine digits e^x
    found = evaluate(["exp", "x"], {"x": x})
    small = evaluate(expand_exp("x"), {"x": x})

    assert found == pytest.approx(math.exp(x), rel=1e-9)
    assert small == pytest.approx(math.exp(x / 64), rel=1e-12)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(123_456_789, "123456789"), (1.0, "1"), (0.1234567891, "0.1234568"), (-2, "−2"),
     (1.5e-9, "1.5×10^-9")],
)  # fmt: skip
def test_whole_numbers_are_shown_whole(value: float, shown: str) -> None:
    assert _number(value).replace("−9", "-9") == shown.replace("−9", "-9")


def test_a_step_of_doubles_gives_doubles_and_one_of_whole_numbers_whole_ones() -> None:
    from tanlu.terms.spec import interpret

    said = {"unit": "1", "meaning": "m", "含义": "m", "reference": "r", "keep": True}
    steps = [
        {**said, "name": "double", "type": "float64", "expression": "n"},
        {**said, "name": "whole", "type": "int64", "expression": ["round", "double"]},
    ]
    made = parse(
        json.dumps({"spec": "x", "version": "1", "inputs": {"n": "int64"}, "steps": steps})
    )
    (row,) = interpret(made, [{"n": 3}])

    assert [type(row[name]) for name in ("double", "whole")] == [float, int]


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        (["mul", "a", ["neg", ["mul", "a", "b"]]], "x = 2 × (−(2 × 3)) = −12"),
        (["sub", "a", ["neg", "b"]], "x = 2 − (−3) = 5"),
        (["is_null", "a"], "x = (2 = unknown) = ✗"),
        (["is_null", "gone"], "x = (unknown = unknown) = ✓"),
    ],
)
def test_signs_and_blanks_are_shown_so_that_they_can_be_read_back(
    expression: list[object], shown: str
) -> None:
    names = dict.fromkeys(("a", "b", "gone"), "float64")
    kind = infer(expression, names)
    step = {"name": "x", "unit": "", "type": kind, "expression": expression}
    raw = {"spec": "t", "version": "1", "inputs": names, "steps": [step]}
    made = parse(json.dumps(raw)).steps[0]

    assert show(made, {"a": 2.0, "b": 3.0, "gone": None}) == shown
