"""Made-up specifications and frames for the suite of engines."""

from __future__ import annotations

import json
import math
import struct

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


def edges() -> tuple[CalcSpec, pl.DataFrame]:
    """Give every operator as a step of its own, and rows with every edge."""
    numbers = [None, 0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e300, -1e300, 9.2e18, 9.3e18, 1e-308]
    table = frame(
        [
            {"i": i, "j": j, "x": x, "y": y, "s": "a", "t": None}
            for x in numbers
            for y in numbers
            for i, j in ((None, 3), (2**62 + 1, -5))
        ]
    )
    names = {
        "add": ["add", "x", "y", "i"], "sub": ["sub", "x", "y"], "mul": ["mul", "x", "y", "x"],
        "from_nothing": ["sub", {"n": "0"}, "x"], "and_nothing": ["add", "x", {"n": "0"}],
        "nothing_and": ["add", {"n": "0"}, "x", "y"], "less_nothing": ["sub", "x", {"n": "0"}],
        "div": ["div", "x", "y"], "by_seven": ["div", "x", {"n": "7"}], "neg": ["neg", "x"],
        "sqrt": ["sqrt", "x"], "exp": ["exp", "x"], "whole": ["round", "x"],
        "least": ["min", "x", "y"], "most": ["max", "x", "y"],
        "nan_least": ["min", "x", ["mul", ["sub", "i", "i"], ["mul", {"n": "1e300"}, "x", "x"]]],
        "nan_less": ["lt", ["mul", ["mul", "x", "x", "x"], {"n": "0"}], "y"],
        "nan_same": ["eq", ["mul", ["mul", "x", "x", "x"], {"n": "0"}], "y"],
        "nan_other": ["ne", ["mul", ["mul", "x", "x", "x"], {"n": "0"}], "y"],
        "whole_branch": ["if", ["lt", "x", "y"], "i", "j"],
        "mixed_branch": ["if", ["lt", "x", "y"], "i", {"n": "0"}],
        "not_known": ["not", ["and", ["eq", "s", "t"], ["lt", "x", "y"]]],
    }  # fmt: skip
    types = {"whole": "int64", "whole_branch": "int64"}
    types |= dict.fromkeys(("nan_less", "nan_same", "nan_other", "not_known"), "bool")
    steps = [
        {"name": name, "type": types.get(name, "float64"), "expression": value, "keep": True}
        for name, value in names.items()
    ]
    raw = {"spec": "edges", "version": "1", "inputs": INPUTS, "steps": steps}
    return parse(json.dumps(raw)), table


def bits(table: pl.DataFrame) -> list[tuple]:
    # the sign and the payload of what is no number are not part of the promise
    return [
        tuple(
            ("nan" if math.isnan(v) else struct.pack("<d", v)) if isinstance(v, float) else v
            for v in row
        )
        for row in table.rows()
    ]
