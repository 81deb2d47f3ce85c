"""Chance from a counter: repeatable, even, and the same as SplitMix64 written out."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.simulate.draw import bits, cut, lognormal, mixed, shares, thousandths

MASK = (1 << 64) - 1
# first outputs of SplitMix64 with state 0: the vector in the tests of most of its ports
SPLITMIX_OF_ZERO = (0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F)


def written_out(counter: int, key: int) -> int:
    state = (counter * 0x9E3779B97F4A7C15 + key) & MASK
    state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & MASK
    return state ^ (state >> 31)


def test_splitmix_gives_its_published_vector() -> None:
    assert tuple(written_out(k, 0) for k in (1, 2, 3)) == SPLITMIX_OF_ZERO


@given(st.integers(0, MASK), st.integers(0, 1 << 40), st.integers(0, 99))
def test_columns_mix_like_integers(counter: int, seed: int, stream: int) -> None:
    drawn = bits(pl.Series([counter], dtype=pl.UInt64), seed, stream)

    assert written_out(counter, mixed(seed, stream)) == drawn.item()


def test_bits_are_even() -> None:
    drawn = bits(pl.int_range(0, 200_000, dtype=pl.UInt64, eager=True), 3, 1)

    for first in (0, 16, 32, 48):
        counts = cut(drawn, first, 8).value_counts()["count"]
        chi = ((counts - 781.25) ** 2 / 781.25).sum()
        assert 150 < chi < 380  # 255 degrees of freedom, beyond 1e-6 on either side


@pytest.mark.parametrize("stream", [1, 2, 3])
def test_streams_are_independent(stream: int) -> None:
    n = pl.int_range(0, 100_000, dtype=pl.UInt64, eager=True)
    pair = pl.DataFrame({"a": cut(bits(n, 9, stream), 0, 8), "b": cut(bits(n, 9, 50), 0, 8)})

    assert abs(pair.select(pl.corr("a", "b")).item()) < 0.02


@given(st.lists(st.floats(0.001, 100), min_size=1, max_size=40))
def test_shares_fill_the_table_to_one_cell(weights: list[float]) -> None:
    cells = shares(weights, 4096)

    assert len(cells) == 4096
    for k, weight in enumerate(weights):
        assert abs(cells.count(k) - 4096 * weight / sum(weights)) < 1.000001


def test_quantiles_rise_around_the_median() -> None:
    cells = lognormal(1000, 0.5)

    assert cells == sorted(cells)
    assert cells[2047] <= 1000 <= cells[2048]


def test_thousandths_have_no_tail() -> None:
    whole = pl.Series([312_400, 1_634, 999, 123_456_789])

    assert thousandths(whole).to_list() == [312.4, 1.634, 0.999, 123_456.789]
