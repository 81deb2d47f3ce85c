"""The manifest tells up to where the log was drained."""

from __future__ import annotations

import pytest

from tanlu.store import open_workspace
from tanlu.store.stream.drained import Drained, floor, source
from tanlu.store.stream.frames import Place
from tanlu.store.stream.kept import write
from tanlu.store.stream.segments import NOWHERE, End
from tests.store.stream.feeds import readings

FIRST, SECOND = End(Place(1, 640), 10, 576), End(Place(2, 64), 25, 900)


def test_an_untouched_ledger_has_drained_nothing(workspace) -> None:
    assert Drained(workspace).end() == NOWHERE


def test_the_newest_commit_of_a_drain_counts(workspace) -> None:
    drained = Drained(workspace)
    workspace.append("reading", readings(0, 10), source=source(Place(0, 0), FIRST))
    assert drained.end() == FIRST
    other = open_workspace(workspace.path)
    other.append("reading", readings(10, 15), source=source(FIRST.place, SECOND))
    other.append("reading", readings(25, 1), source={"file": "x"})
    other.append("reading", readings(26, 1))

    assert drained.end() == SECOND
    assert Drained(workspace).end() == SECOND


def test_a_commit_says_which_frames_it_took() -> None:
    assert source(FIRST.place, SECOND) == {
        "stream": {"from": [1, 640], "to": [2, 64], "rows": 25, "bytes": 900}
    }


@pytest.mark.parametrize(("kept", "wanted"), [(Place(1, 64), (1, 640)), (Place(3, 64), (3, 64))])
def test_what_ledger_or_snapshot_have_was_acknowledged(tmp_path, kept: Place, wanted) -> None:
    assert floor(tmp_path, FIRST) == (1, 640)
    write(tmp_path, kept, b"")

    assert floor(tmp_path, FIRST) == wanted
