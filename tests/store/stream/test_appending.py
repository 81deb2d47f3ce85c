"""What was acknowledged is there; what was not is there as a whole or not at all."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.stream import Lag, Place, StreamLog, appending, drain, open_stream_log
from tests.store.stream.feeds import readings, refusals

GROUP = 10


def fill(log: StreamLog, first: int, groups: int) -> list[Place]:
    """Append groups of ten readings and acknowledge each."""
    places = []
    for number in range(first, first + groups):
        places.append(log.append({"reading": readings(number * GROUP, GROUP)}))
        log.sync()
    return places


def numbers(log: StreamLog, since: Place | None = None) -> list[int]:
    """Give the numbers of the readings that the log has."""
    return [seq for _, tables in log.replay(since) for seq in tables["reading"]["seq"]]


def code_of(call) -> str:
    with pytest.raises(TanluError) as refused:
        call()
    return refused.value.code


def test_a_log_opened_again_has_all_groups_in_order(workspace) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 5)
    log.close()

    assert numbers(open_stream_log(workspace)) == list(range(50))


def test_all_tables_of_a_group_come_together(workspace) -> None:
    log = open_stream_log(workspace)
    place = log.append({"reading": readings(0, 3), "quarantine": refusals(0, 2)})
    found = list(log.replay())

    assert [at for at, _ in found] == [place]
    assert {name: table.height for name, table in found[0][1].items()} == {
        "reading": 3,
        "quarantine": 2,
    }


def test_a_group_without_rows_is_not_written(workspace) -> None:
    log = open_stream_log(workspace)
    before = log.place

    assert log.append({"reading": readings(0, 0)}) == before
    assert log.append({}) == before
    assert list(log.replay()) == []


def test_columns_of_another_table_are_refused_and_the_log_goes_on(workspace) -> None:
    log = open_stream_log(workspace)

    assert code_of(lambda: log.append({"reading": pl.DataFrame({"colour": [1]})})) == "TL101"
    fill(log, 0, 1)
    assert numbers(log) == list(range(10))


def test_segments_follow_each_other(workspace) -> None:
    log = open_stream_log(workspace, segment_bytes=5_000)
    places = fill(log, 0, 20)
    log.close()
    again = open_stream_log(workspace, segment_bytes=5_000)

    assert places == sorted(places)
    assert again.place == places[-1]
    assert places[-1].segment > 3
    assert numbers(again) == list(range(200))
    for at, place in enumerate(places):
        assert numbers(again, place) == list(range(10 * at + 10, 200))


def test_only_one_may_have_the_log(workspace) -> None:
    log = open_stream_log(workspace)

    assert code_of(lambda: open_stream_log(workspace, wait_s=0.0)) == "TL660"
    log.close()
    open_stream_log(workspace, wait_s=0.0).close()


TAKER = """
import sys, time
from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.stream import open_stream_log
try:
    log = open_stream_log(open_workspace(sys.argv[1]), wait_s=0.0)
except TanluError as error:
    print(error.code, flush=True)
else:
    print("has it", flush=True)
    sys.stdin.readline()
"""


def test_of_several_processes_one_gets_the_log(workspace, root) -> None:
    takers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, str(workspace.path)],
            env={"PYTHONPATH": f"{root / 'src'}:{root}"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [taker.stdout.readline().strip() for taker in takers if taker.stdout]
    for taker in takers:
        taker.communicate("\n")

    assert sorted(said) == ["TL660", "TL660", "TL660", "has it"]


# ── what the disk does ──


def broken(monkeypatch, name: str, number: int, after: int = 0) -> None:
    """Let a call of the system fail, after so many that do not."""
    real, left = getattr(os, name), [after]

    def call(*words: object) -> object:
        if left[0]:
            left[0] -= 1
            return real(*words)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, name, call)


@pytest.mark.parametrize(
    ("name", "number", "code"),
    [
        ("fdatasync", errno.EIO, "TL661"),
        ("fdatasync", errno.ENOSPC, "TL662"),
        ("write", errno.ENOSPC, "TL662"),
        ("write", errno.EDQUOT, "TL662"),
        ("write", errno.EIO, "TL661"),
    ],
)
def test_a_refusing_disk_closes_the_log_for_good(
    workspace, monkeypatch, name: str, number: int, code: str
) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 2)
    with monkeypatch.context() as broke:
        broken(broke, name, number)
        assert code_of(lambda: fill(log, 2, 1)) == code

    assert code_of(lambda: log.append({"reading": readings(0, 1)})) == "TL661"
    assert code_of(log.sync) == "TL661"
    log.close()
    again = open_stream_log(workspace)
    assert numbers(again) == list(range(20))
    fill(again, 2, 1)
    assert numbers(again) == list(range(30))


def test_rows_that_were_synced_but_could_not_be_marked_stay(workspace, monkeypatch) -> None:
    log = open_stream_log(workspace)
    with monkeypatch.context() as broke:
        broken(broke, "pwrite", errno.ENOSPC)
        assert code_of(lambda: fill(log, 0, 1)) == "TL662"

    # the sender was told nothing and sends them again: the windows know them by then
    assert numbers(open_stream_log(workspace)) == list(range(10))


def test_a_disk_that_cannot_be_read_is_damage(workspace, monkeypatch) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 2)
    broken(monkeypatch, "pread", errno.EIO)

    assert code_of(lambda: numbers(log)) == "TL663"


def test_half_a_group_on_a_full_disk_is_taken_back(workspace, monkeypatch) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 1)
    real = os.write

    def half(handle: int, data: memoryview) -> int:
        if len(data) < 400:
            raise OSError(errno.ENOSPC, "full")
        return real(handle, data[: len(data) // 2])

    with monkeypatch.context() as broke:
        broke.setattr(os, "write", half)
        assert code_of(lambda: fill(log, 1, 1)) == "TL662"

    assert numbers(open_stream_log(workspace)) == list(range(10))


@pytest.mark.parametrize(
    ("name", "after"), [("fdatasync", 0), ("fsync", 0), ("rename", 0), ("fsync", 1), ("open", 3)]
)
def test_a_segment_that_cannot_be_begun_loses_nothing(
    workspace, monkeypatch, name: str, after: int
) -> None:
    log = open_stream_log(workspace, segment_bytes=1)
    fill(log, 0, 1)
    with monkeypatch.context() as broke:
        broken(broke, name, errno.EIO, after)
        assert code_of(lambda: fill(log, 1, 1)) == "TL661"

    again = open_stream_log(workspace, segment_bytes=1)
    assert numbers(again) == list(range(10))
    fill(again, 1, 2)
    assert numbers(again) == list(range(30))
    assert list(again.folder.glob(".*")) == []


LIMITED = """
import resource, sys
from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.stream import open_stream_log
from tests.store.stream.test_appending import fill
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = open_stream_log(open_workspace(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
number = 0
try:
    while True:
        fill(log, number, 1)
        number += 1
except TanluError as error:
    print(error.code, number)
"""


def test_a_file_that_may_not_grow_is_a_full_disk(workspace, root) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(workspace.path)],
        env={"PYTHONPATH": f"{root / 'src'}:{root}"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    code, acknowledged = done.stdout.split()

    assert code == "TL662"
    assert int(acknowledged) > 5
    assert numbers(open_stream_log(workspace)) == list(range(10 * int(acknowledged)))


# ── what a loss of power does ──


def written(folder) -> tuple[object, bytes]:
    """Give a workspace with one segment of five groups, and the bytes of that segment."""
    workspace = open_workspace(folder / "ledger", create=True)
    log = open_stream_log(workspace)
    fill(log, 0, 5)
    log.close()
    return workspace, (log.folder / "00000001.wal").read_bytes()


def whole_or_code(workspace) -> list[int] | str:
    try:
        log = open_stream_log(workspace)
    except TanluError as error:
        return error.code
    found = numbers(log)
    fill(log, len(found) // GROUP, 1)
    assert numbers(log) == list(range(len(found) + GROUP))
    log.close()
    return found


@given(st.data())
def test_any_cut_or_change_gives_whole_groups_or_a_code(tmp_path_factory, data) -> None:
    workspace, raw = written(tmp_path_factory.mktemp("power"))
    folder = workspace.path / "streams"
    lost = data.draw(st.booleans(), "the power is lost, and what is synced is not known")
    if lost:
        (folder / "synced").unlink()
    changed = bytearray(raw)
    at = data.draw(st.integers(0, len(raw) - 1))
    if data.draw(st.booleans()):
        del changed[at:]
        changed += data.draw(st.binary(max_size=100) | st.just(bytes(4096)))
    else:
        changed[at] ^= data.draw(st.integers(1, 255))
    if bytes(changed) == raw:
        return
    (folder / "00000001.wal").write_bytes(bytes(changed))
    found = whole_or_code(workspace)

    if bytes(changed[: len(raw)]) == raw:
        assert found == list(range(50))
    elif lost:
        assert found in ["TL663", *(list(range(10 * groups)) for groups in range(5))]
    else:
        assert found == "TL663"


@given(st.integers(64, 3_000), st.integers(1, 255))
def test_a_group_before_others_is_never_taken_for_a_torn_end(tmp_path_factory, at, change) -> None:
    workspace, raw = written(tmp_path_factory.mktemp("middle"))
    (workspace.path / "streams/synced").unlink()
    third = (len(raw) - 64) // 5 * 3
    changed = bytearray(raw)
    changed[min(at, third)] ^= change
    (workspace.path / "streams/00000001.wal").write_bytes(bytes(changed))

    assert whole_or_code(workspace) == "TL663"


@pytest.mark.parametrize("damage", ["cut", "flip", "gone", "grown", "first"])
def test_damage_of_an_earlier_segment_is_said(workspace, damage: str) -> None:
    log = open_stream_log(workspace, segment_bytes=1_500)
    fill(log, 0, 9)
    log.close()
    path = log.folder / "00000002.wal"
    raw = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        raw[5 if damage == "first" else 200] ^= damage in ("flip", "first")
        path.write_bytes(bytes(raw[: -8 if damage == "cut" else None]) + b"x" * (damage == "grown"))

    assert code_of(lambda: numbers(open_stream_log(workspace))) == "TL663"
    assert code_of(lambda: list(drain(workspace))) == "TL663"


def test_a_log_whose_segments_are_all_gone_is_not_begun_anew(workspace) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 1)
    log.close()
    (log.folder / "00000001.wal").unlink()

    assert code_of(lambda: open_stream_log(workspace)) == "TL663"


def test_a_log_that_ends_before_the_ledger_is_refused(workspace) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 1)
    short = (log.folder / "00000001.wal").read_bytes()
    fill(log, 1, 1)
    log.close()
    list(drain(workspace))
    (log.folder / "synced").unlink()
    (log.folder / "00000001.wal").write_bytes(short)

    assert code_of(lambda: open_stream_log(workspace)) == "TL663"


def test_a_log_of_another_workspace_is_refused(workspace, tmp_path) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 1)
    log.close()
    other = open_workspace(tmp_path / "other", create=True)
    log.folder.rename(other.path / "streams")

    assert code_of(lambda: open_stream_log(other)) == "TL663"


def test_a_new_log_goes_on_behind_what_the_ledger_has(workspace) -> None:
    log = open_stream_log(workspace)
    fill(log, 0, 2)
    log.close()
    list(drain(workspace))
    for path in log.folder.iterdir():
        path.unlink()
    again = open_stream_log(workspace)

    assert again.place.segment == 2
    assert again.lag() == Lag(0, 0, None)
    fill(again, 2, 1)
    list(drain(workspace))
    assert workspace.scan("reading").collect()["seq"].to_list() == list(range(30))


# ── what is remembered ──


def test_a_state_is_kept_with_its_place(workspace) -> None:
    log = open_stream_log(workspace)
    first, second = fill(log, 0, 2)
    log.keep(first, b"windows")
    log.close()
    again = open_stream_log(workspace)

    assert again.kept() == (first, b"windows")
    assert numbers(again, first) == list(range(10, 20))
    assert second == again.place


def test_a_state_of_what_is_not_there_is_refused(workspace) -> None:
    log = open_stream_log(workspace)

    assert code_of(lambda: log.keep(Place(1, 65), b"")) == "TL664"


def test_what_is_kept_is_synced_before(workspace) -> None:
    log = open_stream_log(workspace)
    place = log.append({"reading": readings(0, 1)})
    log.keep(place, b"state")
    lost = open_workspace(workspace.path)

    # the mark tells other processes what is durable
    assert [step.done for step in drain(lost)][-1] == 1


def test_a_segment_goes_when_ledger_and_state_have_it(workspace) -> None:
    log = open_stream_log(workspace, segment_bytes=1_500)
    places = fill(log, 0, 9)

    def there() -> list[str]:
        return sorted(path.name for path in log.folder.glob("*.wal"))

    every = there()
    log.keep(log.place, b"all")
    assert there() == every
    list(drain(workspace))
    log.keep(places[2], b"some")
    assert there() == [name for name in every if int(name[:8]) >= places[2].segment]
    log.keep(log.place, b"all")
    assert there() == every[-1:]
    log.close()
    again = open_stream_log(workspace)
    assert again.place == places[-1]
    fill(again, 9, 1)
    assert numbers(again, places[-1]) == list(range(90, 100))


def test_a_segment_goes_after_the_line_of_the_ledger_is_on_the_disk(workspace, monkeypatch) -> None:
    log = open_stream_log(workspace, segment_bytes=1)
    fill(log, 0, 2)
    list(drain(workspace))
    told, real = [], os.fdatasync

    def fdatasync(handle: int) -> None:
        told.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    monkeypatch.setattr(appending, "remove", lambda path: told.append(str(path)))
    log.keep(log.place, b"all")

    # the drain may be between its write and its sync
    assert told == [str(workspace.path / "manifest.jsonl"), str(log.folder / "00000001.wal")]


# ── what is behind ──


def test_the_lag_counts_what_the_ledger_has_not(workspace) -> None:
    log = open_stream_log(workspace, segment_bytes=1_500)
    assert log.lag() == Lag(0, 0, None)
    assert log.drained == Place(0, 0)
    fill(log, 0, 4)
    before = log.lag()
    list(drain(workspace))
    assert log.drained == log.place
    assert log.lag() == Lag(0, 0, None)
    fill(log, 4, 2)
    after = log.lag()

    assert before.rows == 40
    assert before.bytes == 2 * after.bytes
    assert after.rows == 20
    assert before.oldest_us is not None
    assert after.oldest_us is not None
    assert before.oldest_us < after.oldest_us


def test_what_was_perhaps_never_synced_is_written_again(workspace, monkeypatch) -> None:
    log = open_stream_log(workspace)
    (synced,) = fill(log, 0, 1)
    end = log.append({"reading": readings(10, 10)})
    os.close(log._handle)
    log._lock.release(broken=True)
    told, real = [], os.pwrite

    def pwrite(handle: int, data: bytes, at: int) -> int:
        told.append((at, at + len(data)))
        return real(handle, data, at)

    with monkeypatch.context() as spied:
        spied.setattr(os, "pwrite", pwrite)
        again = open_stream_log(workspace)

    # after a sync that failed the cache may hold as clean what the disk has not
    assert (synced.offset, end.offset) in told
    assert numbers(again) == list(range(20))
    again.close()
    told.clear()
    with monkeypatch.context() as spied:
        spied.setattr(os, "pwrite", pwrite)
        open_stream_log(workspace)
    assert [span for span in told if span[0] >= 64] == []
