"""The draw: exact, repeatable by anyone, and fair."""

from __future__ import annotations

import random
from hashlib import sha256

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tanlu.verify.assurance.sampling.draw import certain, commitment, draw, seed_of

SEED = sha256(b"seed").digest()


def units(sizes: list[int]) -> pl.DataFrame:
    names = [f"u{number:05}" for number in range(len(sizes))]
    return pl.DataFrame({"id": names, "size": sizes}, schema={"id": pl.String, "size": pl.Int64})


def by_hand(sizes: dict[str, int], points: int, seed: bytes, label: str) -> dict[str, int | None]:
    """The draw once more with nothing but the standard library, from the text of the module."""
    left = {key: size for key, size in sizes.items() if size > 0}
    drawn: dict[str, int | None] = {}
    for key in sorted(left, key=lambda key: (-left[key], key)):
        if points == 0 or left[key] * points < sum(left.values()):
            break
        drawn[key] = None
        del left[key]
        points -= 1
    total = sum(left.values())
    for i in range(points if left else 0):
        u = int.from_bytes(sha256(seed + label.encode() + b"\n" + b"%d" % i).digest(), "big")
        point, end = (i * total + u % total) // points, 0
        for key in sorted(left):
            end += left[key]
            if point < end:
                drawn[key] = (drawn.get(key) or 0) + 1
                break
    return drawn


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.integers(1, 30))
def test_anyone_draws_the_same_by_hand(sizes: list[int], points: int) -> None:
    frame = units(sizes)
    found = dict(draw(frame, points, SEED, "forward").rows.select("id", "hits").iter_rows())

    assert by_hand(dict(frame.iter_rows()), points, SEED, "forward") == found


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=40), st.integers(1, 10))
def test_the_order_of_the_rows_changes_nothing(sizes: list[int], points: int) -> None:
    frame = units(sizes)
    mixed = list(range(len(sizes)))
    random.Random(1).shuffle(mixed)

    assert draw(frame, points, SEED, "a").rows.equals(draw(frame[mixed], points, SEED, "a").rows)


def test_amounts_beyond_64_bits_add_up() -> None:
    huge = 2**62
    found = draw(units([huge] * 40), 10, SEED, "forward")

    assert found.total == 40 * huge
    assert found.rows["hits"].sum() == 10


def test_a_unit_as_large_as_the_interval_is_taken_whole() -> None:
    found = draw(units([1000, *[1] * 100]), 10, SEED, "forward")

    assert found.rows.filter(pl.col("hits").is_null())["id"].to_list() == ["u00000"]
    assert (found.total, found.points) == (100, 9)


def test_all_is_looked_at_where_there_are_no_more_units_than_points() -> None:
    found = draw(units([5, 3, 2]), 10, SEED, "forward")

    assert found.rows.height == 3
    assert (found.total, found.points) == (0, 0)
    assert certain(pl.Series([5, 3, 2]), 10) == (3, 7)


def test_what_has_no_size_is_never_drawn() -> None:
    found = draw(units([0] * 50 + [1] * 50), 20, SEED, "forward")

    assert found.rows.filter(pl.col("size") == 0).height == 0


def test_another_seed_or_label_draws_others() -> None:
    frame = units([1] * 1000)
    one = draw(frame, 30, SEED, "forward").rows["id"].to_list()

    assert one != draw(frame, 30, SEED, "reverse").rows["id"].to_list()
    assert one != draw(frame, 30, seed_of(SEED, b"n"), "forward").rows["id"].to_list()


def test_a_unit_is_hit_in_proportion_to_its_size() -> None:
    frame = units([3, *[1] * 97])
    hits = 0
    for number in range(2000):
        rows = draw(frame, 10, sha256(b"%d" % number).digest(), "a").rows
        hits += rows.filter(pl.col("id") == "u00000")["hits"].sum() or 0

    # 10 points of a total of 100, of which the unit has 3: 0.3 hits a draw
    assert abs(hits / 2000 - 0.3) < 0.04


def test_a_further_draw_leaves_out_what_was_taken_whole_and_takes_nothing_whole() -> None:
    frame = units([1000, *[1] * 100])
    first = draw(frame, 10, SEED, "forward")
    whole = first.rows.filter(pl.col("hits").is_null())["id"]
    second = draw(frame, 3, SEED, "forward/2", whole)

    assert second.total == first.total
    assert second.rows["hits"].null_count() == 0
    assert "u00000" not in second.rows["id"].to_list()


def test_the_seed_needs_the_root_and_the_nonce() -> None:
    assert commitment(b"n" * 32) == sha256(b"n" * 32).digest()
    assert seed_of(b"r" * 32, b"n" * 32) == sha256(b"r" * 32 + b"n" * 32).digest()
