"""Made-up specifications and frames for the suite of engines."""

from __future__ import annotations

import json

import polars as pl
from hypothesis import strategies as st

from tanlu.terms.spec import CalcSpec, parse

INPUTS = {"i": "int64", "j": "int64", "x": "float64", "y": "float64", "s": "string", "t": "string"}
NUMBERS = ("0", "1", "-2.5", "7", "1000", "0.1", "1e6", "3.7e-9", "1e300")

numbers = st.one_of(
    st.sampled_from(["i", "j", "x", "y"]),
    st.builds(lambda text: {"n": text}, st.sampled_from(NUMBERS)),
)
texts = st.one_of(
    st.sampled_from(["s", "t"]),
    st.builds(lambda text: {"s": text}, st.sampled_from(["a", "", "it's \\n", "碳"])),
)


def _with(operator: str, *arguments: st.SearchStrategy) -> st.SearchStrategy:
    return st.tuples(st.just(operator), *arguments).map(list)


def _grow_number(child: st.SearchStrategy) -> st.SearchStrategy:
    condition = conditions(child)
    return st.one_of(
        *(_with(name, child, child) for name in ("add", "sub", "mul", "div", "min", "max")),
        *(_with(name, child) for name in ("neg", "sqrt", "exp", "round")),
        _with("add", child, child, child),
        _with("coalesce", child, child),
        _with("if", condition, child, child),
    )


def conditions(child: st.SearchStrategy) -> st.SearchStrategy:
    simple = st.one_of(
        *(_with(name, child, child) for name in ("eq", "ne", "lt", "le", "gt", "ge")),
        _with("is_null", child),
        _with("is_null", texts),
        _with("eq", texts, texts),
    )
    return st.one_of(
        simple, _with("not", simple), _with("and", simple, simple), _with("or", simple, simple)
    )


amounts = st.recursive(numbers, _grow_number, max_leaves=8)


@st.composite
def specs(draw) -> CalcSpec:
    first, second = draw(amounts), draw(amounts)
    steps = [
        {"name": "one", "type": "float64", "expression": first},
        {"name": "two", "type": "bool", "expression": draw(conditions(amounts)), "keep": True},
        {"name": "three", "expression": ["if", "two", "one", second], "keep": True},
        {"name": "four", "type": "int64", "expression": ["round", "three"], "keep": True},
        {
            "name": "five",
            "type": "string",
            "expression": ["concat", draw(texts), ["if", "two", draw(texts), draw(texts)]],
            "keep": True,
        },
    ]
    raw = {"spec": "made_up", "version": "1", "inputs": INPUTS, "steps": steps}
    return parse(json.dumps(raw))


def one_step(expression: object, kind: str = "float64") -> CalcSpec:
    step = {"name": "out", "type": kind, "expression": expression, "keep": True}
    raw = {"spec": "one", "version": "1", "inputs": INPUTS, "steps": [step]}
    return parse(json.dumps(raw))


rows = st.fixed_dictionaries(
    {
        "i": st.one_of(st.none(), st.sampled_from([0, 1, -7]), st.integers(-(2**63), 2**63 - 1)),
        "j": st.one_of(st.none(), st.integers(-100, 100)),
        "x": st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        "y": st.one_of(st.none(), st.sampled_from([0.0, -0.0, 0.5, 2.5, -2.5, 9.2e18, 1e-300])),
        "s": st.one_of(st.none(), st.sampled_from(["a", "b", ""])),
        "t": st.one_of(st.none(), st.sampled_from(["a", "碳路", "it's"])),
    }
)
TYPES = {
    "i": pl.Int64, "j": pl.Int64, "x": pl.Float64, "y": pl.Float64, "s": pl.String, "t": pl.String
}  # fmt: skip


def frame(values: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(values, schema=TYPES)


frames = st.lists(rows, min_size=1, max_size=12).map(frame)
