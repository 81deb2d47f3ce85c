"""Differencing: what several published sums tell together about few who contributed.

A sum is a vector with 1 for each of its summands. Whoever knows some sums knows every linear
combination of them and, of the numbers alone, no more. So they tell about fewer than k contributors
exactly if some combination other than nought rests on fewer than k: that is decided by ranks over
the rationals. Two sets that differ by fewer than k are the simplest case; three sums of which two
make the third but for one contributor, or a withheld cell beside a total, are others.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

__all__ = ["isolated"]

CASES = 20_000
Row = dict[int, Fraction]


def isolated(
    sums: Iterable[Collection[Hashable]],
    k: int,
    who: Callable[[Hashable], Hashable] = lambda summand: summand,
) -> frozenset[Hashable] | None:
    """Give fewer than k contributors about whom the sums together tell, or None.

    Parameters
    ----------
    sums
        The summands of each sum.
    k
        How many contributors anything that is told must rest on.
    who
        Contributor of a summand; the summand itself if not said.

    Returns
    -------
    frozenset or None
        The contributors; an empty set when there are too many cases to decide, which is to be
        taken as a refusal.
    """
    distinct = list(dict.fromkeys(frozenset(each) for each in sums if each))
    people, rows = _classes(distinct, who)
    few = {column for column, names in enumerate(people) if len(names) < k}
    # combinations that rest on the small classes alone
    rows = _reduced(rows, few)[1]
    rank = len(_reduced(rows)[0])
    if not rank:
        return None
    small = list(dict.fromkeys(people[column] for column in sorted(few)))
    if sum(comb(len(small), size) for size in range(1, k)) > CASES:
        return frozenset()
    for names in _unions(small, k):
        inside = {column for column in few if people[column] <= names}
        if len(_reduced(rows, inside)[0]) < rank:
            return names
    return None


def _classes(
    sums: Sequence[frozenset[Hashable]], who: Callable[[Hashable], Hashable]
) -> tuple[list[frozenset[Hashable]], list[Row]]:
    """Give the contributors of each class of summands that stand in the same sums, and the sums."""
    standing: dict[Hashable, list[int]] = defaultdict(list)
    for row, summands in enumerate(sums):
        for summand in summands:
            standing[summand].append(row)
    classes: dict[tuple[int, ...], set[Hashable]] = defaultdict(set)
    for summand, places in standing.items():
        classes[tuple(places)].add(who(summand))
    rows: list[Row] = [{} for _ in sums]
    for column, together in enumerate(classes):
        for row in together:
            rows[row][column] = Fraction(1)
    return [frozenset(names) for names in classes.values()], rows


def _unions(small: Sequence[frozenset[Hashable]], k: int) -> Iterator[frozenset[Hashable]]:
    """Give each set of fewer than k contributors that is made of classes, small ones first."""
    for size in range(1, k):
        for chosen in combinations(small, size):
            names = frozenset().union(*chosen)
            if len(names) < k:
                yield names


def _reduced(
    rows: Sequence[Row], kept: AbstractSet[int] = frozenset()
) -> tuple[list[Row], list[Row]]:
    """Eliminate over all columns but those kept; give the pivot rows and the others."""
    held: dict[int, Row] = {}
    rest = []
    for row in rows:
        left = dict(row)
        # by every pivot there is: what stops at a new column takes a dependent row for a new one
        while (held_in := next((each for each in left if each in held), None)) is not None:
            times = left[held_in] / held[held_in][held_in]
            for each, value in held[held_in].items():
                new = left.get(each, Fraction(0)) - times * value
                left.pop(each, None)
                if new:
                    left[each] = new
        column = next((each for each in left if each not in kept), None)
        if column is None:
            rest.append(left)
        else:
            held[column] = left
    return list(held.values()), rest
