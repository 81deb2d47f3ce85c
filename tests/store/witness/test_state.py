"""The memory of a witness moves on only from the tree that a request began with."""

from __future__ import annotations

import multiprocessing
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from tanlu.errors import TanluError
from tanlu.store.witness.state import Fork, Seen, WitnessState

ORIGIN = "log.example/a"


def seen(size: int, mark: int = 0) -> Seen:
    return Seen(size, bytes([mark]) * 32, b"note %d" % size)


@pytest.fixture
def state(tmp_path):
    made = WitnessState(tmp_path / "state.sqlite")
    yield made
    made.close()


def test_a_log_that_was_never_seen_is_none(state) -> None:
    assert state.seen(ORIGIN) is None
    assert state.origins() == []


def test_a_log_moves_from_what_stands_to_what_comes(state) -> None:
    assert state.advance(ORIGIN, None, seen(3)) is None
    assert state.advance(ORIGIN, seen(3), seen(7)) is None

    assert state.seen(ORIGIN) == seen(7)
    assert state.origins() == [ORIGIN]


@pytest.mark.parametrize("was", [None, seen(2), seen(3, mark=1)])
def test_whoever_began_elsewhere_is_told_what_stands(state, was) -> None:
    state.advance(ORIGIN, None, seen(3))

    assert state.advance(ORIGIN, was, seen(9)) == seen(3)
    assert state.seen(ORIGIN) == seen(3)


def test_a_row_that_vanished_is_no_row_to_go_on_from(state) -> None:
    assert state.advance(ORIGIN, seen(3), seen(9)) == Seen(0, b"", b"")
    assert state.seen(ORIGIN) is None


def test_what_was_answered_is_there_after_opening_anew(state, tmp_path) -> None:
    state.advance(ORIGIN, None, seen(3))

    assert WitnessState(tmp_path / "state.sqlite").seen(ORIGIN) == seen(3)


def test_of_many_threads_from_one_tree_exactly_one_goes_on(state) -> None:
    state.advance(ORIGIN, None, seen(1))
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda n: state.advance(ORIGIN, seen(1), seen(n)), range(2, 34)))

    assert told.count(None) == 1
    winner = told.index(None) + 2
    assert state.seen(ORIGIN) == seen(winner)
    assert {each for each in told if each} == {seen(winner)}


def _climb(path, rounds: int) -> int:
    state, won = WitnessState(path), 0
    for _ in range(rounds):
        was = state.seen(ORIGIN)
        if state.advance(ORIGIN, was, seen(was.size + 1)) is None:
            won += 1
    return won


def test_two_processes_never_take_the_same_step(state, tmp_path) -> None:
    state.advance(ORIGIN, None, seen(0))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        won = pool.starmap(_climb, [(state.path, 40)] * 2)

    assert state.seen(ORIGIN).size == sum(won)


def test_forks_are_kept_once_and_not_without_end(state) -> None:
    for number in [*range(20), 0]:
        state.keep_fork(Fork(ORIGIN, b"first", b"second %02d" % number))

    assert state.forks() == [Fork(ORIGIN, b"first", b"second %02d" % n) for n in range(16)]


def test_a_file_that_is_no_database_is_refused_by_name(tmp_path) -> None:
    tmp_path.joinpath("state").write_bytes(b"no database" * 100)

    with pytest.raises(TanluError, match="TL630"):
        WitnessState(tmp_path / "state")


def test_a_row_that_cannot_be_written_is_refused_by_name(state) -> None:
    sqlite3.connect(state.path).execute("DROP TABLE seen")

    with pytest.raises(TanluError, match="TL630"):
        state.advance(ORIGIN, None, seen(1))
