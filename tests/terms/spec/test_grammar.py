"""A specification may come from a stranger: whatever is not the grammar is TL105."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.spec import CalcSpec, expand_exp, load, parse
from tanlu.terms.spec.grammar import MAX_STEPS, canonical_bytes


def _spec(**changes):
    raw = {
        "spec": "leg",
        "version": "1",
        "inputs": {"mass_t": "float64", "km": "float64", "kind": "string"},
        "steps": [
            {"name": "tkm", "type": "float64", "expression": ["mul", "mass_t", "km"]},
            {"name": "ug", "type": "int64", "keep": True, "expression": ["round", "tkm"]},
        ],
    }
    return raw | changes


def _step(**changes):
    return _spec(steps=[{"name": "x", "expression": ["mul", "mass_t", "km"]} | changes])


def test_a_specification_is_read_with_its_steps_in_order():
    spec = parse(json.dumps(_spec()))
    assert isinstance(spec, CalcSpec)
    assert [(step.name, step.type) for step in spec.steps] == [("tkm", "float64"), ("ug", "int64")]
    assert spec.outputs == ("ug",)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"spec": "x"}',
        "[" * 100_000,
        '{"spec": NaN}',
        '{"spec": "a", "spec": "b", "version": "1", "inputs": {}, "steps": []}',
        '"\\ud800"',
        _spec(spec=1),
        _spec(version=None),
        _spec(more=1),
        _spec(meaning=1.0),
        _spec(inputs=[]),
        _spec(inputs={"a; drop table t": "float64"}),
        _spec(inputs={"a": "decimal"}),
        _spec(inputs={"A": "float64"}),
        _spec(inputs={"a": None}),
        _spec(inputs={f"c{each}": "float64" for each in range(501)}),
        _spec(steps=[]),
        _spec(steps={}),
        _spec(steps=["x"]),
        _spec(steps=[{"name": "x"}]),
        _step(name="mass_t"),
        _step(name="X y"),
        _step(name=3),
        _step(meaning=3),
        _step(keep="yes"),
        _step(keeps=True),
        _step(type="int64"),
        _step(type="string"),
        _step(type="decimal"),
        _step(type=None),
        _step(expression=None),
        _step(expression="later"),
        _step(expression="x"),
        _step(expression=["round", "km"], type="string"),
        _spec(steps=[{"name": f"s{each}", "expression": "km"} for each in range(MAX_STEPS + 1)]),
    ],
)
def test_whatever_is_not_the_grammar_is_refused(raw):
    with pytest.raises(TanluError, match="TL105"):
        parse(raw if isinstance(raw, str) else json.dumps(raw))


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["mass_t", "km", "kind", "add", "if", "round", "n", "s", "1e999", "0x1"]),
        st.text(max_size=3),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["n", "s", "name", "x"]), inner, max_size=2),
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_other_error_leaves_the_parser_whatever_the_expression(expression):
    try:
        spec = parse(json.dumps(_step(expression=expression)))
    except TanluError as error:
        assert error.code == "TL105"  # noqa: PT017 -- the law is about either outcome
    else:
        assert spec.steps[0].type == "float64"


@given(JSON)
def test_no_other_error_leaves_the_parser_whatever_the_step_or_the_whole(value):
    for raw in (value, _spec(steps=value), _spec(inputs=value), _spec(steps=[value])):
        with pytest.raises(TanluError, match="TL105"):
            parse(json.dumps(raw))


def test_only_canonical_bytes_load_and_their_hash_is_stable():
    spec = parse(json.dumps(_spec(), indent=2))
    again = load(spec.canonical)
    assert spec.sha256 == again.sha256
    assert spec.canonical == canonical_bytes(_spec())
    with pytest.raises(TanluError, match="TL105"):
        load(json.dumps(_spec(), indent=2).encode())


def test_an_integer_step_may_be_declared_a_double_but_never_the_other_way():
    spec = parse(json.dumps(_step(expression=["round", "km"], type="float64")))
    assert spec.steps[0].type == "float64"
    with pytest.raises(TanluError, match="TL105"):
        parse(json.dumps(_step(expression="km", type="int64")))


def test_the_expansion_of_exp_is_plain_arithmetic_that_the_grammar_accepts():
    spec = parse(json.dumps(_step(expression=expand_exp("km"))))
    assert spec.steps[0].type == "float64"
