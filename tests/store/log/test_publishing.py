"""A copy of a log somewhere else."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from tanlu.errors import TanluError
from tanlu.store.log import TileLog, publish, storage_at
from tanlu.terms.proof import tree
from tanlu.terms.proof.keys import SigningKey
from tests.store.log.test_tiled import Memory, begun


@pytest.fixture
def log() -> TileLog:
    made = begun()
    for _ in range(3):
        made.append([b"x"] * 300)
        made.checkpoint()
    return made


def last(steps) -> dict:
    return [step.result for step in steps][-1]


@pytest.mark.parametrize("kind", ["folder", "objects"])
def test_a_copy_is_the_log_for_its_readers(log, tmp_path: Path, kind: str) -> None:
    if kind == "objects":
        pytest.importorskip("fsspec")
    place = str(tmp_path / "copy") if kind == "folder" else f"memory://{uuid4().hex}"
    told = last(publish(log, storage_at(place)))
    copy = TileLog(storage_at(place))

    assert told == {"files": 9, "size": 900}
    assert copy.signed == log.signed
    assert list(copy.faults()) == []
    assert copy.inclusion(899) == log.inclusion(899)


def test_only_what_is_new_is_written(log) -> None:
    target = Memory()
    last(publish(log, target))
    assert last(publish(log, target))["files"] == 0
    log.append([b"y"])
    assert last(publish(log, target))["files"] == 0
    log.checkpoint()
    written = []
    real = target.write

    def noted(files) -> None:
        written.extend(name for name, _ in files)
        real(files)

    target.write = noted

    assert last(publish(log, target))["files"] == 2
    assert written == ["tile/entries/003.p/133", "tile/0/003.p/133", "origin", "checkpoint"]


@pytest.mark.parametrize("steps", range(12))
def test_whoever_dies_while_publishing_leaves_a_copy_that_holds(log, steps: int) -> None:
    target = Memory()
    last(publish(log, target))
    log.append([b"z"] * 700)
    log.checkpoint()
    target.left = steps
    try:
        last(publish(log, target))
    except KeyboardInterrupt:
        assert list(TileLog(Memory(target.files)).faults()) == []
    target.left = None
    last(publish(log, target))

    assert TileLog(target).signed == log.signed
    assert list(TileLog(target).faults()) == []


def test_a_copy_of_another_history_is_never_overwritten(log) -> None:
    other = begun()
    other.append([b"other"] * 5)
    other.checkpoint()
    foreign = TileLog.begin(Memory(), "other.example/books", SigningKey(bytes(32)))
    longer = begun()
    longer.append([b"x"] * 1000)
    longer.checkpoint()
    for code, copy in (("TL623", other), ("TL616", foreign), ("TL623", longer)):
        target = Memory()
        last(publish(copy, target))
        before = dict(target.files)
        with pytest.raises(TanluError, match=code):
            last(publish(log, target))
        assert target.files == before
    assert log.published.root == tree.root(tree.row([b"x"] * 900))
