"""Paths and bytes of tiles, after the examples of C2SP tlog-tiles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.proof import tiles


def test_index_1234067_lies_where_the_document_says():
    assert tiles.path(0, 1234067) == "tile/0/x001/x234/067"
    assert tiles.entries_path(1234067, 7) == "tile/entries/x001/x234/067.p/7"


def test_a_tree_of_70000_has_the_tiles_that_the_document_counts():
    counted: dict[tuple, int] = {}
    for tile in tiles.needed(70000):
        key = (tile.level, tile.width)
        counted[key] = counted.get(key, 0) + 1

    assert counted == {
        (None, 256): 273, (None, 112): 1, (0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1,
        (2, 1): 1,
    }  # fmt: skip


def test_a_tree_of_256_is_a_full_tile_and_one_of_width_one():
    hashes = [tile for tile in tiles.needed(256) if tile.level is not None]

    assert hashes == [(0, 0, 256), (1, 0, 1)]


@given(st.integers(0, 63) | st.none(), st.integers(0, 10**12), st.integers(1, 256))
def test_every_path_leads_back(level, number, width):
    tile = tiles.Tile(level, number, width)

    assert tiles.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile/0/1", "tile/00/001", "tile/64/001", "tile/0/000.p/0", "tile/0/000.p/256",
        "tile/0/x000/001", "tile/0/../001", "tile/0/001.p/01", "checkpoint",
    ],
)  # fmt: skip
def test_other_paths_are_refused(path):
    with pytest.raises(TanluError, match="TL129"):
        tiles.parse(path)


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_gives_its_entries(entries):
    assert tiles.unbundle(tiles.bundle(entries)) == entries


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x02a", b"\x00\x00" * 257])
def test_a_bundle_that_does_not_come_out_is_refused(data):
    with pytest.raises(TanluError, match="TL129"):
        tiles.unbundle(data)


def test_an_entry_too_long_for_two_bytes_is_refused():
    with pytest.raises(TanluError, match="TL129"):
        tiles.bundle([b"x" * 65536])
