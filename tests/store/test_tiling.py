"""The tree of a log as tiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store.tiling import Growth, Tiles, faults
from tanlu.terms.proof import tiles, tree

SIZES = st.one_of(st.integers(0, 1200), st.sampled_from([255, 256, 257, 511, 512, 65_535, 65_537]))


def entries(count: int) -> list[bytes]:
    return [b"%d" % number for number in range(count)]


def stored(count: int, cuts: tuple[int, ...] = ()) -> dict[str, bytes]:
    """The files of a log that had a checkpoint at each cut and at its end."""
    said, growth, files = entries(count), Growth(), {}
    for first, end in zip((0, *cuts), (*cuts, count), strict=True):
        grown = growth.grow(tree.row(said[first:end]))
        files |= {tile.path: data for tile, data in grown}
        for at in range(first // 256 * 256, end, 256):
            width = min(256, end - at)
            files[tiles.entries_path(at // 256, width)] = tiles.bundle(said[at : at + width])
    return files


@given(size=SIZES, cuts=st.lists(st.integers(0, 1200), max_size=5))
def test_any_partition_of_the_appends_gives_the_same_root_and_tiles(
    size: int, cuts: list[int]
) -> None:
    marks = tuple(sorted(cut for cut in cuts if cut <= size))
    files = stored(size, marks)
    growth = Tiles(files.get).growth(size)

    assert growth.root == tree.root(tree.row(entries(size)))
    assert {tile.path for tile in tiles.needed(size)} <= set(files)


@given(size=SIZES.filter(bool), data=st.data())
def test_proofs_are_those_of_the_whole_tree(size: int, data: st.DataObject) -> None:
    kept, levels = Tiles(stored(size).get), tree.levels(tree.row(entries(size)))
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))

    assert kept.inclusion(index, size) == tree.inclusion(levels, index)
    assert kept.consistency(old, size) == tree.consistency(levels, old)
    assert kept.root(size) == levels[-1]


def test_a_younger_log_still_proves_what_an_older_checkpoint_says() -> None:
    kept = Tiles(stored(1000, (300, 513)).get)
    for size in (1, 255, 256, 300, 513, 1000):
        levels = tree.levels(tree.row(entries(size)))

        assert kept.root(size) == levels[-1]
        assert kept.inclusion(size - 1, size) == tree.inclusion(levels, size - 1)


def test_an_entry_that_is_not_there_has_no_proof() -> None:
    kept = Tiles(stored(10).get)
    for index, size in ((10, 10), (-1, 10), (0, 0)):
        with pytest.raises(TanluError, match="TL114"):
            kept.inclusion(index, size)
    for old in (0, 11):
        with pytest.raises(TanluError, match="TL114"):
            kept.consistency(old, 10)


def test_a_log_that_holds_has_no_fault() -> None:
    for size in (0, 1, 256, 257, 70_000):
        root = tree.root(tree.row(entries(size)))

        assert list(faults(stored(size).get, size, root)) == []


@pytest.mark.parametrize("size", [5, 300, 600])
def test_each_changed_file_is_named(size: int) -> None:
    root = tree.root(tree.row(entries(size)))
    whole = stored(size)
    for tile in tiles.needed(size):
        data = whole[tile.path]
        changed = data[:-1] + bytes((data[-1] ^ 1,))
        named = {name for name, _ in faults({**whole, tile.path: changed}.get, size, root)}

        # a partial tile and its bundle are only known to differ from each other
        twins = {tiles.Tile(None, tile.number, tile.width).path, tile.path}
        assert named & twins, tile
        assert named <= twins | {"checkpoint"}, tile


def test_a_changed_full_bundle_is_one_fault() -> None:
    root = tree.root(tree.row(entries(600)))
    files = stored(600)
    files["tile/entries/001"] = files["tile/entries/001"][:-1] + b"x"

    assert [name for name, _ in faults(files.get, 600, root)] == ["tile/entries/001"]


def test_files_that_are_gone_are_named() -> None:
    root = tree.root(tree.row(entries(600)))
    for tile in tiles.needed(600):
        files = stored(600)
        del files[tile.path]

        assert (tile.path, "it is gone") in list(faults(files.get, 600, root))


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    files = stored(512, (300,))
    del files["tile/0/001.p/44"], files["tile/entries/001.p/44"]
    kept = Tiles(files.get)

    assert kept.root(300) == tree.root(tree.row(entries(300)))
    assert kept.entries(1, 300) == entries(300)[256:]


def test_a_short_tile_is_no_tile() -> None:
    files = stored(300)
    files["tile/0/000"] = files["tile/0/000"][:-32]
    with pytest.raises(TanluError, match="too few bytes"):
        Tiles(files.get).inclusion(0, 300)
    files["tile/entries/001.p/44"] = b"\x00\x01a"
    with pytest.raises(TanluError, match="too few entries"):
        Tiles(files.get).entries(1, 300)
    files["tile/entries/001.p/44"] = b"\x00\x09a"
    with pytest.raises(TanluError, match="it is no bundle"):
        Tiles(files.get).entries(1, 300)


def test_what_was_read_stays_warm_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tanlu.store.tiling.CACHED", 2)
    kept = Tiles(stored(2000).get)
    for index in range(0, 2000, 100):
        kept.inclusion(index, 2000)

    assert len(kept._warm) == 2
