"""What a watcher keeps leads to the same roots as the log itself."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.store.witness import Watched
from tanlu.terms.proof import tree

LEAVES = tree.row([b"entry %d" % n for n in range(600)])


@pytest.fixture
def kept(tmp_path):
    made = Watched(tmp_path / "state")
    made.keep(b"note", hashes=tiled(600), statements=[(0, b"key")], refused=[(7, "TL130")])
    yield made
    made.close()


def tiled(size: int, first: int = 0) -> dict[int, bytes]:
    return {
        number: LEAVES[number * 8192 : min((number + 1) * 8192, size * 32)]
        for number in range(first, -(-size // 256))
    }


def test_a_fresh_state_knows_nothing(tmp_path) -> None:
    state = Watched(tmp_path / "state")

    assert (state.note, state.statements(), state.refused(), state.ahead()) == (None, [], [], {})
    assert state.root(0) == tree.EMPTY


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513, 600])
def test_every_older_root_is_still_known(kept, size) -> None:
    assert kept.root(size) == tree.root(LEAVES[: size * 32])
    assert kept.leaves(size) == LEAVES[: size * 32]


def test_a_tile_that_grew_takes_the_place_of_its_part(tmp_path) -> None:
    state = Watched(tmp_path / "state")
    state.keep(b"a", hashes=tiled(300), statements=[], refused=[])
    state.keep(b"b", hashes=tiled(600, 1), statements=[(300, b"key")], refused=[])

    assert (state.note, state.root(600)) == (b"b", tree.root(LEAVES))
    assert state.roots(2) == tree.root(LEAVES[:8192]) + tree.root(LEAVES[8192:16384])
    assert state.tile(9) == b""


def test_it_is_there_after_opening_anew(kept) -> None:
    again = Watched(kept.path)

    assert (again.note, again.statements(), again.refused()) == (
        b"note", [(0, b"key")], [(7, "TL130")],
    )  # fmt: skip


def test_a_change_that_fails_changes_nothing(kept) -> None:
    with pytest.raises(TanluError, match="TL630"):
        kept.keep(b"other", hashes={}, statements=[(1, None)], refused=[])

    assert kept.note == b"note"


def test_who_is_ahead_is_told_anew_each_time(kept) -> None:
    kept.keep_ahead({"a": 7, "b": 9})
    kept.keep_ahead({"b": 10})

    assert kept.ahead() == {"b": 10}
