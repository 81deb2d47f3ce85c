from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.disclosed import (
    BLOCK,
    BY_BLOCK,
    BY_RECORD,
    collected,
    implied_root,
    places,
    position,
)
from tanlu.terms.proof import tree

LEAVES = st.integers(1, 200).flatmap(
    lambda size: st.tuples(
        st.just(size), st.sets(st.integers(0, size - 1), min_size=1, max_size=12)
    )
)


def _tree(size: int) -> list[bytes]:
    return tree.levels(tree.row(str(number).encode() for number in range(size)))


def _node(levels: list[bytes]):
    return lambda level, place: levels[level][32 * place : 32 * place + 32]


@given(LEAVES)
def test_the_path_of_several_leaves_leads_to_the_root(case) -> None:
    size, leaves = case
    levels = _tree(size)
    shown = {leaf: tree.leaf(str(leaf).encode()) for leaf in leaves}
    path = collected(size, leaves, _node(levels))

    assert implied_root(size, shown, path) == levels[-1]


@given(LEAVES)
def test_of_one_leaf_it_is_the_path_of_rfc_6962(case) -> None:
    size, leaves = case
    levels = _tree(size)
    for leaf in leaves:
        assert collected(size, [leaf], _node(levels)) == tree.inclusion(levels, leaf)


@given(LEAVES)
def test_it_is_never_longer_than_the_paths_of_each(case) -> None:
    size, leaves = case
    levels = _tree(size)

    assert len(places(size, leaves)) <= sum(len(tree.inclusion(levels, leaf)) for leaf in leaves)


@given(LEAVES, st.data())
def test_any_change_leads_elsewhere(case, data) -> None:
    size, leaves = case
    levels = _tree(size)
    shown = {leaf: tree.leaf(str(leaf).encode()) for leaf in leaves}
    path = collected(size, leaves, _node(levels))
    victim = data.draw(st.sampled_from(sorted(leaves)))
    wrong = [
        implied_root(size, {**shown, victim: tree.leaf(b"x")}, path),
        implied_root(size, shown, [*path, bytes(32)]),
    ]
    if path:
        place = data.draw(st.integers(0, len(path) - 1))
        wrong += [
            implied_root(size, shown, path[:-1]),
            implied_root(size, shown, [*path[:place], bytes(32), *path[place + 1 :]]),
        ]

    assert levels[-1] not in wrong


def test_nothing_and_leaves_beyond_the_tree_lead_nowhere() -> None:
    assert implied_root(4, {}, []) is None
    assert implied_root(4, {4: bytes(32)}, [bytes(32)] * 2) is None
    assert implied_root(4, {-1: bytes(32)}, [bytes(32)] * 2) is None


@pytest.mark.parametrize("kind", [BY_RECORD, BY_BLOCK])
@pytest.mark.parametrize("records", [1, 5, 64, 65, 130])
def test_every_group_of_every_record_has_a_place_of_its_own(kind: str, records: int) -> None:
    found = [position(kind, records, 4, row, group) for row in range(records) for group in range(4)]

    assert sorted(found) == list(range(4 * records))


def test_blocks_keep_a_group_of_neighbours_together() -> None:
    assert [position(BY_BLOCK, 100, 4, row, 0) for row in range(3)] == [0, 1, 2]
    assert position(BY_BLOCK, 100, 4, 0, 3) == 3 * BLOCK
    assert position(BY_BLOCK, 100, 4, 64, 0) == 4 * BLOCK
    # the last block has 36 records
    assert position(BY_BLOCK, 100, 4, 64, 1) == 4 * BLOCK + 36


@pytest.mark.parametrize(("record", "group"), [(-1, 0), (5, 0), (0, -1), (0, 4)])
def test_no_other_record_or_group_has_one(record: int, group: int) -> None:
    with pytest.raises(TanluError, match="TL851"):
        position(BY_BLOCK, 5, 4, record, group)
    with pytest.raises(TanluError, match="TL851"):
        position("tanlu/batch/v3", 5, 4, 0, 0)
