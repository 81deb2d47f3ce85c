"""Random numbers of a block are its own, whoever asks for them and when."""

from __future__ import annotations

import math

import polars as pl
import pytest

from tanlu.account.doubt.blocks import DRAWS, OWNERS, blocks, generator, own_sums

np = pytest.importorskip("numpy", reason="EXTRA ABSENT: tanlu[account] is not installed")


def rows(count: int, sigma: float = 0.1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "own": [f"o{n:04}" for n in range(count)],
            "own_sigma": [sigma] * count,
            "line": [n % 3 for n in range(count)],
            "exact": pl.Series([10**9 + n for n in range(count)], dtype=pl.Int128),
        }
    )


def test_a_block_draws_the_same_again_and_no_two_draw_alike() -> None:
    seen = [
        generator(seed, stream, block, draw).standard_normal(4).tolist()
        for seed in (1, 2) for stream in (0, 1) for block in (0, 1) for draw in (0, 1)
    ]  # fmt: skip
    again = generator(2, 1, 1, 1).standard_normal(4).tolist()

    assert again == seen[-1]
    assert len({tuple(each) for each in seen}) == 16


def test_any_whole_number_is_a_seed() -> None:
    draws = [generator(seed, 0, 0, 0).standard_normal() for seed in (-1, 0, 2**64 + 5)]

    assert len(set(draws)) == 3


def test_every_owner_stands_in_one_block_with_all_of_its_amount() -> None:
    made = list(blocks(rows(OWNERS + 7)))

    assert [len(each.sigma) for each in made] == [OWNERS, 7]
    whole = sum(float(each.amounts.sum()) for each in made) * math.exp(0.005)
    assert whole == pytest.approx(sum(10**9 + n for n in range(OWNERS + 7)), rel=1e-6)


def test_the_order_of_rows_does_not_count() -> None:
    table = rows(300)
    first, second = (list(blocks(each)) for each in (table, table.reverse()))

    for one, other in zip(first, second, strict=True):
        assert np.array_equal(own_sums(one, 1, 0), own_sums(other, 1, 0))


def test_the_mean_of_the_draws_is_the_amount() -> None:
    (block,) = blocks(rows(1, sigma=0.2))
    drawn = np.concatenate([own_sums(block, 1, draw)[0] for draw in range(40)])
    error = 0.2 / math.sqrt(40 * DRAWS)

    assert drawn.mean() / 10**9 == pytest.approx(1, abs=4 * error)
    assert np.log(drawn).std() == pytest.approx(0.2, rel=0.02)
