"""Against guessing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tanlu.errors import TanluError
from tanlu.serve.access.around import brakes
from tanlu.serve.access.around.brakes import Brakes


class _App:
    class state:  # noqa: N801
        public = None


class _From:
    app = _App

    def __init__(self, address):
        self.client = type("Client", (), {"host": address})
        self.headers = {}


@pytest.fixture
def clock():
    class Clock:
        at = 1000.0

        def __call__(self):
            return self.at

    return Clock()


def _waits(made, place, name):
    try:
        made.attempt(place, name)
    except TanluError as error:
        return error.fields["after_s"] if error.code == "TL477" else -1
    return 0


def test_who_is_wrong_often_waits_longer_each_time(clock):
    made, here = Brakes(clock), _From("192.0.2.1")
    assert [_waits(made, here, "ann") for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    waits = []
    for _ in range(12):
        clock.at += (waited := _waits(made, here, "ann"))
        waits.append(waited)
        assert _waits(made, here, "ann") == 0
    assert waits[:5] == [1, 2, 4, 8, 16]
    assert waits[-1] == 300
    clock.at += brakes.FORGET_S + 1
    assert _waits(made, here, "ann") == 0


def test_who_was_right_is_free_again_and_others_are_not_held_up(clock):
    made, here, there = Brakes(clock), _From("192.0.2.1"), _From("192.0.2.2")
    for _ in range(5):
        made.attempt(here, "ann")
    assert _waits(made, here, "ann") > 0
    assert _waits(made, there, "ann") == 0
    clock.at += 1
    made.attempt(here, "ann")
    made.right(here, "ann")
    assert _waits(made, here, "ann") == 0


def test_one_address_cannot_try_one_password_with_all_names(clock):
    made, here = Brakes(clock), _From("192.0.2.1")
    tried = [_waits(made, here, f"name {number}") for number in range(60)]
    assert tried.count(0) == 40


def test_one_name_tried_from_many_addresses_waits_half_a_minute_at_most(clock):
    made = Brakes(clock)
    for number in range(200):
        clock.at += _waits(made, _From(f"192.0.{number}.1"), "ann")
    assert 0 < _waits(made, _From("198.51.100.1"), "ann") <= 30


def test_many_at_once_are_no_way_round(clock):
    made, here = Brakes(clock), _From("192.0.2.1")
    with ThreadPoolExecutor(16) as pool:
        tried = list(pool.map(lambda _: _waits(made, here, "ann"), range(100)))
    assert tried.count(0) == 5


def test_the_memory_of_slips_has_an_end(clock, monkeypatch):
    monkeypatch.setattr(brakes, "MOST", 30)
    made = Brakes(clock)
    for number in range(200):
        _waits(made, _From(f"192.0.2.{number}"), f"name {number}")
    assert len(made._slips) == 30
