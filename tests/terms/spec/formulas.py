"""Random formulas that the grammar allows, with random rows for them."""

from __future__ import annotations

import math

from hypothesis import strategies as st

COLUMNS = {"a": "float64", "b": "float64", "m": "int64", "n": "int64", "s": "string", "u": "string"}
TEXTS = st.sampled_from(["", "ttw", "ttw x", "公路", "'; drop table t; --"])
NUMBERS = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -2.5, 1e308, -1e308, 5e-324, 2.0**53]),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-1e6, 1e6),
)
WHOLE = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-1000, 1000))
ROWS = st.fixed_dictionaries(
    {
        name: st.one_of(st.none(), {"float64": NUMBERS, "int64": WHOLE, "string": TEXTS}[kind])
        for name, kind in COLUMNS.items()
    }
)
LITERALS = st.one_of(
    st.sampled_from(["0", "1", "-1", "0.5", "1000000.0", "1e300", "-1e-300"]),
    st.floats(allow_nan=False, allow_infinity=False)
    .map(repr)
    .map(lambda text: text.replace("+", "")),
).map(lambda text: {"n": text})


def _number(depth):
    leaf = st.one_of(st.sampled_from(["a", "b", "m", "n"]), LITERALS)
    if depth == 0:
        return leaf
    inner = st.deferred(lambda: _number(depth - 1))
    two = st.tuples(inner, inner)
    return st.one_of(
        leaf,
        st.tuples(st.sampled_from(["sub", "div", "min", "max"]), two).map(lambda p: [p[0], *p[1]]),
        st.tuples(st.sampled_from(["neg", "sqrt", "exp", "round"]), inner).map(list),
        st.tuples(
            st.sampled_from(["add", "mul", "coalesce"]), st.lists(inner, min_size=2, max_size=4)
        ).map(lambda p: [p[0], *p[1]]),
        st.tuples(truth(depth - 1), two).map(lambda p: ["if", p[0], *p[1]]),
    )


def truth(depth):
    """Conditions."""
    numbers = st.tuples(_number(max(depth - 1, 0)), _number(max(depth - 1, 0)))
    texts = st.tuples(text(0), text(0))
    simple = st.one_of(
        st.tuples(st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), numbers).map(
            lambda p: [p[0], *p[1]]
        ),
        st.tuples(st.sampled_from(["eq", "ne"]), texts).map(lambda p: [p[0], *p[1]]),
        st.sampled_from(list(COLUMNS)).map(lambda name: ["is_null", name]),
    )
    if depth <= 0:
        return simple
    inner = st.deferred(lambda: truth(depth - 1))
    return st.one_of(
        simple,
        inner.map(lambda each: ["not", each]),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(list),
    )


def text(depth):
    """Texts."""
    leaf = st.one_of(st.sampled_from(["s", "u"]), TEXTS.map(lambda each: {"s": each}))
    if depth == 0:
        return leaf
    inner = st.deferred(lambda: text(depth - 1))
    return st.one_of(
        leaf,
        st.tuples(st.sampled_from(["concat", "coalesce"]), inner, inner).map(list),
        st.tuples(truth(depth - 1), inner, inner).map(lambda p: ["if", *p]),
    )


def formulas(depth=3):
    """Expressions of any type."""
    return st.one_of(_number(depth), truth(depth), text(depth))


def same(left, right):
    """Equal values of one type; both nulls are equal."""
    if isinstance(left, float) and isinstance(right, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    return type(left) is type(right) and left == right
