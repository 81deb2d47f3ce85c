"""Following the log from its files while others write, drain and remove it."""

from __future__ import annotations

import os

import pytest

from tanlu.errors import TanluError
from tanlu.store.stream import Follower, drain, open_stream_log, segments
from tanlu.store.stream.frames import START
from tests.store.stream.feeds import readings


def seqs(groups) -> list[int]:
    return [seq for group in groups for seq in group.tables["reading"]["seq"].to_list()]


def test_each_group_is_seen_once_and_in_order(workspace) -> None:
    log = open_stream_log(workspace, segment_bytes=3_000)
    follower = Follower(workspace)
    seen = []
    for number in range(8):
        log.append({"reading": readings(10 * number, 10)})
        log.sync()
        seen += seqs(follower.groups())
    assert seen == list(range(80))
    assert len(segments.numbers(workspace.path / "streams")) > 2
    assert (list(follower.groups()), follower.missed_rows) == ([], 0)


def test_what_is_not_synced_is_not_seen(workspace) -> None:
    log = open_stream_log(workspace)
    log.append({"reading": readings(0, 10)})
    follower = Follower(workspace)
    assert seqs(follower.groups()) == []
    log.sync()
    assert seqs(follower.groups()) == list(range(10))


def test_where_nobody_ever_wrote_there_is_nothing_and_nothing_is_made(workspace) -> None:
    follower = Follower(workspace)
    assert (list(follower.groups()), follower.lag()) == ([], (0, 0, None))
    assert not (workspace.path / "streams").exists()


def test_it_begins_no_further_back_than_asked(workspace) -> None:
    log = open_stream_log(workspace)
    sizes = []
    for number in range(6):
        before = log.place.offset
        log.append({"reading": readings(10 * number, 10)})
        sizes.append(log.place.offset - before)
    log.sync()
    assert seqs(Follower(workspace).groups()) == list(range(60))
    assert seqs(Follower(workspace, back_bytes=2 * max(sizes)).groups()) == list(range(40, 60))
    assert seqs(Follower(workspace, back_s=-1.0).groups()) == []


def test_a_segment_that_was_removed_is_passed_and_its_rows_are_counted(workspace) -> None:
    log = open_stream_log(workspace, segment_bytes=1)
    follower = Follower(workspace)
    log.append({"reading": readings(0, 10)})
    log.sync()
    assert seqs(follower.groups()) == list(range(10))
    for number in range(1, 5):
        log.append({"reading": readings(10 * number, 10)})
    log.sync()
    list(drain(workspace))
    log.keep(log.place, b"")
    left = segments.numbers(workspace.path / "streams")
    assert left[0] > 2
    seen = seqs(follower.groups())
    assert seen == list(range(50 - len(seen), 50))
    assert follower.missed_rows == 40 - len(seen) > 0


def test_it_goes_on_when_the_writer_died_and_another_came(workspace) -> None:
    log = open_stream_log(workspace)
    log.append({"reading": readings(0, 10)})
    log.sync()
    follower = Follower(workspace)
    assert seqs(follower.groups()) == list(range(10))
    log.append({"reading": readings(10, 10)})
    # what was never synced is cut off by who comes after
    os.truncate(segments.path_of(log.folder, 1), log.place.offset - 7)
    log._lock.release()
    other = open_stream_log(workspace)
    other.append({"reading": readings(20, 10)})
    other.sync()
    assert seqs(follower.groups()) == list(range(20, 30))


def test_damage_is_told_once_and_what_comes_behind_is_seen(workspace) -> None:
    log = open_stream_log(workspace)
    follower = Follower(workspace)
    log.append({"reading": readings(0, 10)})
    log.sync()
    path = segments.path_of(log.folder, 1)
    data = bytearray(path.read_bytes())
    data[START + 60] ^= 1
    path.write_bytes(data)
    with pytest.raises(TanluError, match="TL663"):
        list(follower.groups())
    log.append({"reading": readings(10, 10)})
    log.sync()
    assert seqs(follower.groups()) == list(range(10, 20))
    assert follower.missed_rows == 10


def test_a_log_that_was_put_back_is_begun_anew(workspace) -> None:
    log = open_stream_log(workspace)
    log.append({"reading": readings(0, 10)})
    log.sync()
    log.append({"reading": readings(10, 10)})
    log.sync()
    follower = Follower(workspace)
    follower._place = segments.Place(9, START)
    assert seqs(follower.groups()) == list(range(20))


def test_lag_is_what_the_ledger_has_not(workspace) -> None:
    log = open_stream_log(workspace)
    log.append({"reading": readings(0, 10)})
    log.sync()
    follower = Follower(workspace)
    assert follower.lag().rows == log.lag().rows == 10
    assert follower.lag() == log.lag()
    list(drain(workspace))
    assert follower.lag().rows == 0
