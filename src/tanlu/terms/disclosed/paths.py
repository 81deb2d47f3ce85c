"""Paths of several leaves at once, and where the leaf of a record's group stands.

Leaves that stand side by side share their way to the root, so one proof of all of them is far
shorter than a proof of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.errors import TanluError
from tanlu.terms.proof import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

__all__ = [
    "BLOCK",
    "BY_BLOCK",
    "BY_RECORD",
    "collected",
    "implied_root",
    "places",
    "position",
    "standing",
]

BY_RECORD = "tanlu/batch/v1"
BY_BLOCK = "tanlu/batch/v2"
BLOCK = 64


def position(kind: str, records: int, groups: int, record: int, group: int) -> int:
    """Give the place of a leaf in the salted tree of a part.

    ``tanlu/batch/v1``: ``groups·record + group``. ``tanlu/batch/v2``: blocks of 64 records (the
    last one has the rest); in a block first the leaves of group 0, then those of group 1 and so
    on, so that one group of records side by side is one piece of the tree.

    Raises
    ------
    TanluError
        TL851 when there is no such record or group, or no such kind.
    """
    if kind not in (BY_RECORD, BY_BLOCK):
        raise TanluError("TL851", value=kind, why="no such kind of tree")
    if not (0 <= record < records and 0 <= group < groups):
        raise TanluError("TL851", value=f"{record}.{group}", why="no such record or group")
    if kind == BY_RECORD:
        return groups * record + group
    first = record - record % BLOCK
    height = min(BLOCK, records - first)
    return groups * first + group * height + record % BLOCK


def standing(kind: str, records: int, groups: int, place: int) -> tuple[int, int]:
    """Give the record and the group of which a leaf is; the inverse of `position`.

    Raises
    ------
    TanluError
        TL851 when there is no such leaf or kind.
    """
    first = place // (groups * BLOCK) * BLOCK if kind == BY_BLOCK else 0
    height = min(BLOCK, records - first) if kind == BY_BLOCK else 1
    group, record = divmod(place - groups * first, max(height, 1))
    found = (first + record, group) if kind == BY_BLOCK else divmod(place, groups)
    if position(kind, records, groups, *found) != place:
        raise TanluError("TL851", value=place, why="no such leaf")
    return found


def places(size: int, leaves: Iterable[int]) -> list[tuple[int, int]]:
    """Give which nodes prove leaves of a tree: (level, place), level by level, left to right."""
    return [(level, place ^ 1) for level, place, beside in _steps(size, leaves) if beside == "path"]


def implied_root(size: int, leaves: Mapping[int, bytes], path: Sequence[bytes]) -> bytes | None:
    """Give the root to which leaf hashes lead with the nodes of `places`, or None if not."""
    if not leaves or not all(0 <= leaf < size for leaf in leaves):
        return None
    hashed = {(0, leaf): each for leaf, each in leaves.items()}
    left = iter(path)
    for level, place, beside in _steps(size, leaves):
        mine = hashed.pop((level, place))
        if beside == "path":
            other = next(left, None)
        elif beside == "known":
            other = hashed.pop((level, place ^ 1))
        else:
            hashed[level + 1, place >> 1] = mine
            continue
        if other is None:
            return None
        pair = (other, mine) if place & 1 else (mine, other)
        hashed[level + 1, place >> 1] = tree.node(*pair)
    (root,) = hashed.values()
    return root if next(left, None) is None else None


def collected(size: int, leaves: Iterable[int], node: Callable[[int, int], bytes]) -> list[bytes]:
    """Give the hashes that prove leaves, each found by its level and place."""
    return [node(*place) for place in places(size, leaves)]


def _steps(size: int, leaves: Iterable[int]) -> Iterable[tuple[int, int, str]]:
    """Give each node on the way up and where its sibling is from: path, known or alone."""
    known, level = sorted(set(leaves)), 0
    while size > 1:
        here = set(known)
        for place in known:
            beside = place ^ 1
            if beside >= size:
                yield level, place, "alone"
            elif beside not in here:
                yield level, place, "path"
            elif place & 1 == 0:
                yield level, place, "known"
        known = sorted({place >> 1 for place in known})
        size, level = (size + 1) // 2, level + 1
