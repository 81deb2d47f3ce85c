"""A calculation sheet shows what was calculated, with the numbers of the row."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tanlu.terms.spec import infer, interpret, parse, show, units_of

from .formulas import COLUMNS, ROWS, formulas

UNITS = {"a": "t.km", "b": "g/t.km", "m": "mg", "daf": "1"}
SCOPE = {"a": 12.3, "b": 61.2, "daf": 1.05, "m": 5, "n": -3, "s": "ttw", "gone": None}
KNOWN = {"a": "float64", "b": "float64", "daf": "float64", "m": "int64", "n": "int64"}
KNOWN |= {"s": "string", "gone": "float64"}


def _step(expression, unit=""):
    kind = infer(expression, KNOWN)
    step = {"name": "co2e_g", "type": kind, "unit": unit, "expression": expression}
    raw = {"spec": "t", "version": "1", "inputs": KNOWN, "steps": [step]}
    return parse(json.dumps(raw)).steps[0]


@pytest.mark.parametrize(
    ("expression", "unit", "expected"),
    [
        (["mul", "a", "b", "daf"], "g", "12.3 t·km × 61.2 g/t·km × 1.05 = 790.398 g"),
        (["sub", "a", ["sub", "a", "daf"]], "", "12.3 t·km − (12.3 t·km − 1.05) = 1.05"),
        (["mul", ["add", "a", "daf"], "m"], "", "(12.3 t·km + 1.05) × 5 mg = 66.75"),
        (["div", "a", ["mul", "m", "daf"]], "", "12.3 t·km / (5 mg × 1.05) = 2.342857"),
        (["add", "a", "n"], "", "12.3 t·km + (−3) = 9.3"),
        (["neg", ["add", "m", "n"]], "", "−(5 mg + (−3)) = −2"),
        (["if", ["gt", "a", "b"], "a", ["mul", "b", "daf"]], "", "61.2 g/t·km × 1.05 = 64.26"),
        (["coalesce", "gone", "a"], "t.km", "12.3 t·km"),
        (["add", "gone", "a"], "", "unknown + 12.3 t·km = unknown"),
        (["round", "a"], "ug", "round(12.3 t·km) = 12 ug"),
        (["sqrt", ["mul", "a", "a"]], "", "√(12.3 t·km × 12.3 t·km) = 12.3"),
        (["concat", "s", {"s": "!"}], "", "concat(“ttw”, “!”) = “ttw!”"),
        (["not", ["lt", "a", "b"]], "", "(not (12.3 t·km < 61.2 g/t·km)) = ✗"),
        (["mul", "a", {"n": "1e-9"}], "", "12.3 t·km × 1×10^-9 = 1.23×10^-8"),
        ({"n": "0.5"}, "", "0.5"),
    ],
)
def test_a_line_reads_as_it_was_calculated(expression, unit, expected):
    assert f"co2e_g = {expected}" == show(_step(expression, unit), SCOPE, units=UNITS)


def test_a_line_speaks_chinese():
    line = show(_step(["round", ["min", "gone", "a"]], "ug"), SCOPE, "zh", units=UNITS)
    assert line == "co2e_g = 取整(较小(未知, 12.3 t·km)) = 12 ug"


def test_the_units_of_inputs_come_from_the_schemas_and_of_steps_from_the_step():
    raw = {
        "spec": "t",
        "version": "1",
        "inputs": {"mass_mg": "int64", "rate_slope": "float64", "own": "float64"},
        "steps": [{"name": "x", "unit": "g", "expression": ["mul", "mass_mg", "rate_slope"]}],
    }
    expected = {"mass_mg": "mg", "rate_slope": "x/t.km", "own": "", "x": "g"}
    assert expected == units_of(parse(json.dumps(raw)))


@given(formulas(), ROWS)
def test_every_formula_can_be_shown_for_every_row_in_both_tongues(expression, row):
    step = {"name": "x", "type": infer(expression, COLUMNS), "expression": expression}
    raw = {"spec": "t", "version": "1", "inputs": COLUMNS, "steps": [step]}
    spec = parse(json.dumps(raw))
    scope = row | next(interpret(spec, [row], trace=True))
    for language in ("en", "zh"):
        assert show(spec.steps[0], scope, language).startswith("x = ")
