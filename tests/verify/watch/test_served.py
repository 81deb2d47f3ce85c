"""What a log serves is read with its limits."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import tiles, tree
from tanlu.verify.watch.served import Served
from tests.logs import SmallLog


@pytest.fixture
def log(tmp_path):
    made = SmallLog(tmp_path / "log")
    made.publish([b"entry %d" % n for n in range(600)])
    return made


@pytest.mark.parametrize("first", [0, 1, 255, 256, 599])
def test_bundles_begin_with_the_one_that_holds_the_entry(log, first) -> None:
    bundles = list(Served(str(log.folder)).bundles(first, 600))

    assert [each.number for each in bundles] == list(range(first // 256, 3))
    assert [entry for each in bundles for entry in each.entries] == log.entries[
        first // 256 * 256 :
    ]
    assert bundles[-1].hashes == tree.row(log.entries[512:])


def test_no_entries_are_no_bundles(log) -> None:
    assert list(Served(str(log.folder)).bundles(0, 0)) == []


def test_tiles_that_were_seen_before_are_not_asked_for_again(log) -> None:
    served = Served(str(log.folder))
    leaves = {b.number: b.hashes for b in served.bundles(512, 600)}
    roots = b"".join(tree.root(tree.row(log.entries[n : n + 256])) for n in (0, 256))
    log.folder.joinpath("tile/0/000").write_bytes(b"")
    assert served.wrong_tiles(600, 512, leaves, roots) == []
    log.folder.joinpath("tile/0/002.p/88").write_bytes(b"")
    (wrong,) = served.wrong_tiles(600, 512, leaves, roots)
    assert (wrong.code, wrong.fields["value"]) == ("TL639", "tile/0/002.p/88")


@pytest.mark.slow
def test_tiles_of_the_third_level_are_compared_too(tmp_path) -> None:
    log = SmallLog(tmp_path / "log")
    log.publish([b"%d" % n for n in range(65_600)])
    served = Served(str(log.folder))
    leaves = {b.number: b.hashes for b in served.bundles(0, 65_600)}
    roots = b"".join(tree.root(leaves[number]) for number in range(65_600 // tiles.WIDTH))
    assert served.wrong_tiles(65_600, 0, leaves, roots) == []
    log.folder.joinpath("tile/2/000.p/1").write_bytes(bytes(32))
    (wrong,) = served.wrong_tiles(65_600, 0, leaves, roots)
    assert wrong.fields["value"] == "tile/2/000.p/1"


def test_a_place_without_a_checkpoint_is_no_log(tmp_path) -> None:
    with pytest.raises(TanluError, match="TL631"):
        Served(str(tmp_path)).checkpoint()
