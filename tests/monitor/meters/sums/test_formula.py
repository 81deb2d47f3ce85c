"""Formulas are sums and differences of meters, and nothing else."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.meters.sums.formula import Term, parsed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("main - pv + feed_in", [(1, "main"), (-1, "pv"), (1, "feed_in")]),
        ("-a", [(-1, "a")]),
        ("0.5 * a - b * 2", [(Fraction(1, 2), "a"), (-2, "b")]),
        ("meter-01 - meter-02", [(1, "meter-01"), (-1, "meter-02")]),
        ('"总表 1" + 分表', [(1, "总表 1"), (1, "分表")]),
    ],
)
def test_a_sum_is_read_as_its_terms(text: str, expected: list[tuple[Fraction, str]]) -> None:
    assert parsed(text) == tuple(Term(Fraction(factor), name) for factor, name in expected)


def test_a_term_may_name_its_stream_and_all_that_lies_below() -> None:
    assert parsed("main@energy_wh - subs(main)") == (
        Term(Fraction(1), "main", "energy_wh"),
        Term(Fraction(-1), "main", None, below=True),
    )
    assert parsed("subs(main @ pv_wh)")[0].stream == "pv_wh"
    assert parsed("subs - a")[0] == Term(Fraction(1), "subs")


@pytest.mark.parametrize(
    "text",
    ["", "a b", "a +", "+ - a", "2 *", "a * b", "a / b", "a ** 2", "subs(a", "(a)", "a@",
     "1e999 * a", "__import__('os')", "a;b", "lambda: 1", "a\x00b", "[a]", "9" * 30 + " * a"],
)  # fmt: skip
def test_anything_else_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(TanluError, match="TL377"):
        parsed(text)


@given(st.text(alphabet="ab1.+-*()@ \"'\\%$subs", max_size=40))
def test_no_text_does_more_than_be_read_or_refused(text: str) -> None:
    found: object = None
    with contextlib.suppress(TanluError):
        found = parsed(text)

    assert found is None or found
