"""Windows against a plain set that forgets nothing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.monitor.stream.counting import kernels
from tanlu.monitor.stream.counting.windows import Windows, fingerprints

SPREAD = st.one_of(
    st.integers(0, 12), st.integers(0, 400), st.integers(0, 3_000), st.integers(0, 10**6)
)
ROWS = st.lists(st.tuples(st.integers(0, 2), SPREAD, st.integers(0, 1)), min_size=1, max_size=120)


def arrays(*columns: list[int]) -> list[np.ndarray[Any, Any]]:
    return [np.array(each, np.int64) for each in columns]


class Oracle:
    """A set for each channel; time is the number, so a clock that goes on never looks restarted."""

    def __init__(self) -> None:
        self.seen: dict[int, dict[int, int]] = {}

    def judge(self, channel: int, number: int, content: int) -> set[int]:
        there = self.seen.setdefault(channel, {})
        if number not in there:
            there[number] = content
            return {kernels.NEW}
        if max(there) - number >= kernels.PRINTS:
            return {kernels.UNCHECKED}
        return {kernels.KNOWN} if there[number] == content else {kernels.CLASH}

    def gaps(self) -> list[tuple[int, int, int]]:
        found = []
        for channel, there in sorted(self.seen.items()):
            numbers = sorted(there)
            for before, then in pairwise(numbers):
                if then - before > 1:
                    found.append((channel, before + 1, then - 1))
        return found


def told(windows: Windows) -> list[tuple[int, int, int]]:
    return [tuple(map(int, each)) for each in zip(*windows.gaps(), strict=True)]


@given(ROWS, st.lists(st.integers(1, 40), max_size=6), st.booleans())
@settings(max_examples=300)
def test_every_number_is_new_once_and_the_gaps_are_what_did_not_come(
    rows: list[tuple[int, int, int]], cuts: list[int], restored: bool
) -> None:
    windows, oracle = Windows(), Oracle()
    at = 0
    for size in [*cuts, len(rows)]:
        part = rows[at : at + size]
        at += size
        channel, seq, content = arrays(*zip(*part, strict=True)) if part else arrays([], [], [])
        verdict = windows.take(channel, seq, seq, fingerprints([content], content.size))
        for row, said in zip(part, verdict, strict=True):
            assert int(said) in oracle.judge(*row)
        if restored:
            again = Windows()
            again.adopt(windows.arrays())
            windows = again

        assert told(windows) == oracle.gaps()
        assert windows.missing() == (
            len(oracle.gaps()),
            sum(last - first + 1 for _, first, last in oracle.gaps()),
        )


@given(st.permutations(range(700)), st.integers(1, 97))
@settings(max_examples=30)
def test_any_order_ends_without_a_gap(order: list[int], size: int) -> None:
    windows = Windows()
    for begin in range(0, 700, size):
        seq = np.array(order[begin : begin + size], np.int64)
        channel = np.zeros(seq.size, np.int64)
        assert not windows.take(channel, seq, seq, seq.view(np.uint64)).any()

    assert told(windows) == []
    assert int(windows.pool[1]) == windows.low.size, "every node is free again"


def one(windows: Windows, seq: int, at: int, content: int = 0) -> int:
    channel, number, when, word = arrays([0], [seq], [at], [content])
    return int(windows.take(channel, number, when, word.view(np.uint64))[0])


def test_a_lower_number_at_a_later_time_is_a_sequence_that_began_anew() -> None:
    windows = Windows()
    for seq in (0, 1, 2, 3, 5):
        one(windows, seq, at=10 * seq)

    assert one(windows, 0, at=60) == kernels.RESTART
    assert one(windows, 4, at=60) == kernels.RESTART
    assert one(windows, 4, at=40) == kernels.NEW
    assert one(windows, 6, at=55) == kernels.NEW


def test_a_leap_that_no_device_makes_is_refused() -> None:
    windows = Windows(jump=1_000)
    one(windows, 7, at=7)

    assert one(windows, 1_008, at=8) == kernels.JUMP
    assert one(windows, 1_007, at=8) == kernels.NEW


def test_a_device_with_too_many_ranges_is_refused_until_gaps_are_filled() -> None:
    windows = Windows(ranges=4)
    for seq in range(0, 3_000, 300):
        said = one(windows, seq, at=seq)
        if said != kernels.NEW:
            break

    assert said == kernels.CROWDED
    assert seq == 1_500
    first_gap = told(windows)[0]
    for number in range(first_gap[1], first_gap[2] + 1):
        assert one(windows, number, at=number) == kernels.NEW
    assert one(windows, 1_500, at=1_500) == kernels.NEW


def test_the_fingerprint_tells_apart_what_differs_in_any_column() -> None:
    at, value = np.array([1, 1, 2], np.int64), np.array([0.5, 0.25, 0.5])
    made = fingerprints([at, value], 3)

    assert len(set(made.tolist())) == 3
    assert fingerprints([at, value], 3).tolist() == made.tolist()


def test_after_the_last_number_there_is_none_and_nothing_wraps() -> None:
    windows = Windows()
    last = 2**63 - 1
    seq = np.array([last, kernels.UNNUMBERED, kernels.UNNUMBERED], np.int64)
    verdict = windows.take(np.zeros(3, np.int32), seq, *arrays([5, 5, 6], [0, 1, 2]))

    assert verdict.tolist() == [kernels.NEW, kernels.JUMP, kernels.JUMP]
    assert seq.tolist() == [last, kernels.UNNUMBERED, kernels.UNNUMBERED]
    assert told(windows) == []


def test_a_leap_down_that_no_device_makes_is_refused_as_one_up_is() -> None:
    windows = Windows(jump=1000)
    order = [2**63 - 1, 0, 2**63 - 1 - 1001, 2**63 - 1 - 1000]
    verdict = windows.take(np.zeros(4, np.int32), *arrays(order, [9, 8, 7, 6], [0, 0, 0, 0]))

    assert verdict.tolist() == [kernels.NEW, kernels.JUMP, kernels.JUMP, kernels.NEW]
    assert windows.missing() == (1, 999)
