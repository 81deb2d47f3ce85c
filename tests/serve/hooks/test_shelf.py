"""The rows of hooks."""

from __future__ import annotations

import random

import pytest

from tanlu.errors import TanluError
from tanlu.serve.hooks import emit
from tanlu.serve.hooks.shelf import MOST_HOOKS, Shelf, delay_us
from tanlu.store.relational.tables.hooks import DELIVERIES, MESSAGES


def test_waits_grow_and_vary_and_end():
    draw = random.Random(1)
    waits = [delay_us(tries, draw) / 1e6 for tries in range(1, 30)]
    assert 4 <= waits[0] <= 6
    assert max(waits) <= 6 * 3600 * 1.2
    assert len({delay_us(5, draw) for _ in range(9)}) > 5


def test_a_hook_is_never_shown_with_its_secret_again(home):
    shelf = Shelf(home.state)
    made = shelf.subscribe("home", "https://a.example/", ["job.done", "job.done"], "我")
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["job.done"]
    for told in (shelf.hook("home", made["id"]), *shelf.hooks("home")):
        assert not {name for name in told if "secret" in name}


def test_events_that_there_are_not_and_more_hooks_than_may_be_are_refused(home):
    shelf = Shelf(home.state)
    for events in ([], ["nothing"]):
        with pytest.raises(TanluError, match="TL495"):
            shelf.subscribe("home", "https://a.example/", events)
    for _ in range(MOST_HOOKS):
        shelf.subscribe("home", "https://a.example/", ["test"])
    with pytest.raises(TanluError, match="TL971"):
        shelf.subscribe("home", "https://a.example/", ["test"])
    assert shelf.subscribe("other", "https://a.example/", ["test"])


def test_nothing_of_a_hook_is_reached_from_another_organisation(home):
    shelf = Shelf(home.state)
    name = shelf.subscribe("home", "https://a.example/", ["test"])["id"]
    for reach in (
        lambda: shelf.hook("other", name), lambda: shelf.rotate("other", name),
        lambda: shelf.drop("other", name), lambda: shelf.test("other", name),
        lambda: shelf.change("other", name, on=False), lambda: shelf.again("other", name),
        lambda: shelf.deliveries("other", name, None, None, 9),
    ):  # fmt: skip
        with pytest.raises(TanluError, match="TL494"):
            reach()


def test_what_was_told_long_ago_is_removed(home, monkeypatch):
    shelf = Shelf(home.state)
    name = shelf.subscribe("home", "https://a.example/", ["test"])["id"]
    shelf.test("home", name)
    with home.state.everywhere() as state:
        state.change(DELIVERIES, {"state": "done"})
    assert shelf.tidy() == 0
    from tanlu.serve.hooks import shelf as room

    later = room.now_us() + 6 * room.KEPT_US
    monkeypatch.setattr("tanlu.serve.hooks.shelf.now_us", lambda: later)
    assert shelf.tidy() == 1
    with home.state.everywhere() as state:
        assert state.count(DELIVERIES) == state.count(MESSAGES) == 0


def test_a_hook_that_is_removed_is_told_nothing_more(home):
    shelf = Shelf(home.state)
    name = shelf.subscribe("home", "https://a.example/", ["test"])["id"]
    shelf.test("home", name)
    shelf.drop("home", name)
    assert shelf.due(set(), 9) == []
    with pytest.raises(TanluError, match="TL494"):
        shelf.hook("home", name)


def test_a_hook_that_is_far_behind_hides_no_other(home):
    """However much waits for one that does not answer, of another organisation too."""
    shelf = Shelf(home.state)
    slow = shelf.subscribe("home", "https://slow.example/", ["park.alarm"])["id"]
    with home.state.of("home") as scoped:
        for _ in range(1200):
            emit(scoped, "park.alarm", {})
    quick = shelf.subscribe("other", "https://quick.example/", ["park.alarm"])["id"]
    with home.state.of("other") as scoped:
        emit(scoped, "park.alarm", {})
    assert [row["hook"] for row in shelf.due(set(), 8)] == [slow, quick]
    assert [row["hook"] for row in shelf.due({("home", slow)}, 8)] == [quick]
    assert [row["hook"] for row in shelf.due(set(), 1)] == [slow]
    assert shelf.due({("home", slow)}, 0) == []
