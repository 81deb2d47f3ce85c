from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.differences import isolated


@pytest.mark.parametrize(
    ("sums", "told"),
    [
        (["abcde"], None),
        (["abcd"], "abcd"),
        (["abcdefgh", "abcdefg"], "h"),
        (["abcdefgh", "abcde"], "fgh"),
        (["abcdefghij", "abcde"], None),
        (["abcdefghij", "abcde", "fghij"], None),
        # two that are far apart make a third but for one
        (["abcdef", "ghijkl", "abcdefghijk"], "l"),
        # each two differ by eight, the three tell of one
        (["abcdefgh", "ijklmnop", "abcdefghijklmnopq"], "q"),
        ([], None),
        (["", "abcde"], None),
    ],
)
def test_what_several_sums_tell_together_is_found(sums: list[str], told: str | None) -> None:
    expected = None if told is None else frozenset(told)

    assert isolated([set(each) for each in sums], 5) == expected


def test_a_sum_that_others_make_is_no_new_one_and_hides_nothing() -> None:
    # five totals of which a combination rests on two; and four, one made by others, that tell none
    told = [{1, 4, 5}, {0, 1, 2, 5}, {0, 5, 7}, {2, 3, 4, 5, 7}, {1, 2, 3, 4, 6, 7}]

    assert isolated(told, 3) == frozenset({2, 3})
    assert isolated([{2, 3}, {0, 1, 2, 3}, {0, 3}, {1, 2}], 2) is None


def test_many_sums_are_judged_as_by_ranks_alone() -> None:
    np = pytest.importorskip("numpy")
    luck = Random(3)
    for _ in range(300):
        people, k = luck.randint(3, 9), luck.randint(2, 5)
        sums = [
            {one for one in range(people) if luck.random() < 0.6} for _ in range(luck.randint(3, 6))
        ]
        table = np.array([[one in each for one in range(people)] for each in sums], float)
        rank = np.linalg.matrix_rank(table)
        few = (set(names) for size in range(1, k) for names in combinations(range(people), size))
        told = any(
            np.linalg.matrix_rank(np.delete(table, sorted(names), axis=1)) < rank for names in few
        )
        assert (isolated(sums, k) is not None) == told, sums


def test_a_contributor_with_two_summands_counts_once() -> None:
    # ten cells of two firms: a total of them tells about two
    cells = [(firm, cell) for firm in "ab" for cell in range(5)]

    assert isolated([cells], 5, who=lambda cell: cell[0]) == frozenset("ab")


def test_a_withheld_cell_beside_its_total_is_told() -> None:
    regions = {"north": "abcdef", "south": "bcdefg", "west": "ab"}
    cells = {name: {(firm, name) for firm in firms} for name, firms in regions.items()}
    total = set().union(*cells.values())
    published = [cells["north"], cells["south"], total]

    assert isolated(published, 5, who=lambda cell: cell[0]) == frozenset("ab")
    assert isolated(published[:2], 5, who=lambda cell: cell[0]) is None


def test_more_cases_than_can_be_decided_are_a_refusal() -> None:
    people = [f"{number:02}" for number in range(64)]
    sums = [{name for name in people if int(name) >> bit & 1} for bit in range(6)]
    sums += [set(people), *({name} | set(people[32:]) for name in people[:32])]

    assert isolated(sums, 5) is not None


@given(
    st.lists(st.frozensets(st.integers(0, 5), min_size=1), min_size=1, max_size=3),
    st.integers(2, 4),
)
def test_the_answer_is_that_of_trying_every_combination(sums: list[frozenset[int]], k: int) -> None:
    span = [Fraction(number) for number in range(-3, 4)]
    least = min(
        (
            sum(
                1
                for each in range(6)
                if sum(c for c, s in zip(mix, sums, strict=True) if each in s)
            )
            for mix in product(span, repeat=len(sums))
        ),
        key=lambda size: size or 99,
    )

    assert (isolated(sums, k) is not None) == (0 < least < k)
