"""How the numbers of a column are written."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.monitor.propose.figures import figures_of


@pytest.mark.parametrize(
    ("texts", "decimal", "thousands"),
    [
        (["1", "2.5"], None, None),
        (["1,240.5", "3"], None, ","),
        (["1,234,567"], None, ","),
        (["1,240", "2.5"], None, ","),
        (["1,5", "2,25"], ",", None),
        (["1.234,5", "7"], ",", "."),
        (["１，２４０．５"], None, ","),
    ],
)
def test_signs_that_are_clear(texts: list[str], decimal: str | None, thousands: str | None) -> None:
    found = figures_of(pl.Series(texts))

    assert (found.decimal, found.thousands, found.unclear) == (decimal, thousands, None)


@pytest.mark.parametrize("texts", [["1,240"], ["1,240", "2,500", "7"], ["1,5", "1,240.5"]])
def test_a_comma_that_can_be_read_both_ways_is_left_open(texts: list[str]) -> None:
    assert figures_of(pl.Series(texts)).unclear is not None


def test_words_for_nothing_are_told_from_other_words() -> None:
    found = figures_of(pl.Series(["1", "N/A", "-", "待称重", "See line 3"]))

    assert set(found.nothing) == {"N/A", "-"}
    assert found.others == ("待称重",)


def test_typed_columns_have_no_signs() -> None:
    assert figures_of(pl.Series([1.5])).decimal is None
