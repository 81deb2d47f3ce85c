"""Every row of the log comes into the ledger once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from threading import Event

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.store import open_workspace
from tanlu.store.stream import drain, open_stream_log, segments
from tanlu.store.stream.appending import SETTLING, locked
from tanlu.store.stream.draining import _Drain
from tests.store.stream.feeds import readings, refusals


def filled(workspace, groups: int = 6):
    """Give a log with so many groups of ten readings and a quarantined row."""
    log = open_stream_log(workspace, segment_bytes=6_000)
    for number in range(groups):
        log.append(
            {"reading": readings(10 * number, 10), "quarantine": refusals(number, 1)},
        )
        log.sync()
    return log


def seqs(workspace) -> list[int]:
    return workspace.scan("reading").collect()["seq"].to_list()


def test_all_rows_of_all_tables_come_into_the_ledger(workspace, result) -> None:
    log = filled(workspace)

    assert result(drain(workspace)) == {"rows": 66, "commits": 1, "version": 1}
    assert seqs(workspace) == list(range(60))
    assert workspace.scan("quarantine").collect()["source_line"].to_list() == list(range(6))
    assert log.drained == log.place
    (line,) = workspace.log("append")
    assert line["source"]["stream"]["to"] == list(log.place)
    assert line["tables"] == ["quarantine", "reading"]


def test_values_come_as_they_were(workspace) -> None:
    filled(workspace)
    list(drain(workspace))

    assert workspace.scan("reading").collect().equals(readings(0, 60))


def test_batches_are_not_larger_than_asked_for(workspace) -> None:
    filled(workspace)
    done = [step.done for step in drain(workspace, batch_rows=25)]

    assert done == [22, 44, 66, 66]
    assert [line["parts"][0]["rows"] for line in workspace.log("append")] == [20, 20, 20]


def test_a_group_larger_than_a_batch_is_one_batch(workspace) -> None:
    filled(workspace)

    assert [step.done for step in drain(workspace, batch_rows=1)] == [11, 22, 33, 44, 55, 66, 66]


def test_the_progress_shows_what_is_behind(workspace) -> None:
    filled(workspace)
    first = next(drain(workspace, batch_rows=25))

    assert (first.step, first.done, first.total) == ("drain", 22, 66)


def test_a_drain_goes_on_where_another_stopped(workspace) -> None:
    log = filled(workspace)
    list(islice(drain(workspace, batch_rows=25), 1))
    log.append({"reading": readings(60, 10)})
    log.sync()
    list(drain(open_workspace(workspace.path)))
    list(drain(workspace))

    assert seqs(workspace) == list(range(70))
    assert len(workspace.log("append")) == 2


def test_a_ledger_without_streams_has_nothing_to_drain(workspace, result) -> None:
    assert result(drain(workspace)) == {"rows": 0, "commits": 0, "version": 0}
    assert not (workspace.path / "streams").exists()


def test_what_is_not_synced_is_not_drained(workspace) -> None:
    log = filled(workspace, 1)
    log.append({"reading": readings(10, 10)})
    list(drain(workspace))
    before = seqs(workspace)
    log.sync()
    list(drain(workspace))

    assert before == list(range(10))
    assert seqs(workspace) == list(range(20))


def test_without_a_writer_all_that_is_whole_is_drained(workspace) -> None:
    log = filled(workspace, 1)
    log.append({"reading": readings(10, 10)})
    log.close()
    (log.folder / "synced").unlink()
    with (log.folder / "00000001.wal").open("ab") as file:
        file.write(b"TLWF torn")
    list(drain(workspace))

    assert seqs(workspace) == list(range(20))


def test_a_frame_in_a_segment_that_its_writer_just_began_is_drained(workspace) -> None:
    log = open_stream_log(workspace, segment_bytes=1)
    log.append({"reading": readings(0, 10)})
    log.sync()
    list(drain(workspace))
    log.append({"reading": readings(10, 10)})
    said = (log.folder / "synced").read_bytes()
    log.close()
    # the writer died before it synced: its mark names the new segment and no more rows
    (log.folder / "synced").write_bytes(said)
    list(drain(workspace))

    assert seqs(workspace) == list(range(20))


def test_a_drain_that_looks_for_the_end_of_the_log_is_not_a_writer(workspace, monkeypatch) -> None:
    log = filled(workspace, 1)
    log.close()
    (log.folder / "synced").unlink()
    real, looks, goes = segments.recover, Event(), Event()

    def recover(*words):
        looks.set()
        goes.wait(60)
        return real(*words)

    monkeypatch.setattr(segments, "recover", recover)
    with ThreadPoolExecutor(2) as pool:
        drained = pool.submit(list, drain(open_workspace(workspace.path)))
        assert looks.wait(60)
        opened = pool.submit(open_stream_log, workspace, wait_s=0.0)
        # it waits for who only looks, however long another writer is waited for
        with pytest.raises(TimeoutError):
            opened.exception(0.2)
        goes.set()
        drained.result(60)
        opened.result(60).close()

    assert seqs(workspace) == list(range(10))


def test_a_writer_that_begins_is_left_alone_by_a_drain(workspace) -> None:
    log = filled(workspace, 1)
    log.close()
    (log.folder / "synced").unlink()
    beginning = locked(log.folder, SETTLING, 0.0)
    before = [step.done for step in drain(workspace)]
    beginning.release()
    list(drain(workspace))

    assert before == [0]
    assert seqs(workspace) == list(range(10))


def test_only_one_may_drain(workspace) -> None:
    filled(workspace)
    first = drain(workspace, batch_rows=25)
    next(first)

    with pytest.raises(TanluError) as refused:
        next(drain(open_workspace(workspace.path)))
    assert refused.value.code == "TL660"
    first.close()
    list(drain(workspace))
    assert seqs(workspace) == list(range(60))


def test_a_value_that_the_ledger_refuses_does_not_hold_up_the_others(workspace) -> None:
    log = open_stream_log(workspace)
    seq = pl.col("seq")
    log.append(
        {
            "reading": readings(0, 10).with_columns(
                device=pl.when(seq == 3).then(pl.lit("a\nb")).otherwise("device"),
                value=pl.when(seq == 5).then(float("inf")).otherwise("value"),
            )
        }
    )
    log.sync()
    list(drain(workspace))

    assert seqs(workspace) == [0, 1, 2, 4, 6, 7, 8, 9]
    assert workspace.scan("quarantine").collect()["code"].to_list() == ["TL604", "TL605"]
    assert log.lag().rows == 0


def test_following_waits_for_few_rows_and_takes_many_at_once(workspace) -> None:
    log = filled(workspace, 1)
    following = drain(workspace, follow=True, batch_rows=22, quiet_s=3600.0)
    assert (next(following).done, seqs(workspace)) == (0, [])
    log.append({"reading": readings(10, 10)})
    log.append({"reading": readings(20, 1)})
    log.sync()

    assert next(following).done == 22
    assert next(following).done == 22
    following.close()


def test_following_takes_few_rows_that_waited(workspace) -> None:
    filled(workspace, 1)
    following = drain(workspace, follow=True, quiet_s=0.0)

    assert next(following).done == 11
    assert next(following).total == 11
    following.close()


def test_a_clock_that_was_set_back_does_not_hold_up_what_came_before(
    workspace, monkeypatch
) -> None:
    filled(workspace, 1)
    hour_ns = 3_600 * 10**9
    now_ns = time.time_ns() - hour_ns
    monkeypatch.setattr("tanlu.store.stream.draining.time.time_ns", lambda: now_ns)
    following = drain(workspace, follow=True, quiet_s=20.0)

    assert next(following).done == 11
    following.close()


def test_following_waits_for_whoever_writes_the_ledger(workspace, monkeypatch) -> None:
    monkeypatch.setattr("tanlu.store.workspace.Workspace.writer.__wrapped__.__defaults__", (0.0,))
    filled(workspace, 1)
    other = open_workspace(workspace.path)
    following = drain(workspace, follow=True, quiet_s=0.0)
    with other.writer():
        assert next(following).done == 0
        following.close()
        with pytest.raises(TanluError) as refused:
            next(drain(workspace))
        assert refused.value.code == "TL602"

    list(drain(workspace))
    assert seqs(workspace) == list(range(10))


def test_rows_that_are_gone_before_a_frame_are_missed(workspace) -> None:
    log = filled(workspace, 8)
    log.close()
    # as when an older ledger is put under a log whose first segments were removed
    (log.folder / "00000001.wal").unlink()

    with pytest.raises(TanluError) as refused:
        list(drain(workspace))
    assert refused.value.code == "TL663"


def test_rows_that_another_drain_took_meanwhile_are_not_taken_again(workspace, monkeypatch) -> None:
    filled(workspace)
    real = _Drain.batch
    meanwhile = [True]

    def batch(self, before, limit):
        found = real(self, before, limit)
        if meanwhile and meanwhile.pop():
            # as one does whose lock the file system did not pass on
            self.write(found[0], before.place, found[1])
        return found

    monkeypatch.setattr(_Drain, "batch", batch)
    list(drain(workspace))

    assert seqs(workspace) == list(range(60))


def test_while_the_mark_says_nothing_a_drain_waits_for_the_writer(workspace) -> None:
    log = filled(workspace, 1)
    list(drain(workspace))
    (log.folder / "synced").write_bytes(b"x" * 36)
    before = [step.done for step in islice(drain(workspace), 3)]
    log.append({"reading": readings(10, 10)})
    log.sync()
    list(drain(workspace))

    assert before == [0]
    assert seqs(workspace) == list(range(20))


def test_what_was_quarantined_and_retracted_is_gone_and_what_came_later_stays(workspace) -> None:
    log = open_stream_log(workspace)
    taken_back = pl.DataFrame({"of": ["quarantine"], "key": ["quarantine_id"], "id": ["q1"]})
    log.append({"quarantine": refusals(0, 3)})
    log.append({"reading": readings(0, 1), "retraction": taken_back})
    log.append({"quarantine": refusals(1, 1), "reading": readings(1, 1)})
    log.sync()
    list(drain(workspace))

    rows = workspace.scan("quarantine").collect()["source_line"].to_list()
    assert rows == [0, 2, 1]
    assert len(workspace.log("append")) == 2
    assert seqs(workspace) == [0, 1]


def test_a_folder_that_cannot_be_written_has_a_code(workspace, monkeypatch) -> None:
    filled(workspace, 1).close()
    (workspace.path / "streams/synced").unlink()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr("os.pwrite", refuse)
    with pytest.raises(TanluError) as refused:
        list(drain(workspace))
    assert refused.value.code == "TL614"


def test_the_progress_counts_what_came_meanwhile(workspace, monkeypatch) -> None:
    log = filled(workspace, 1)
    real = _Drain.write

    def write(self, *words):
        real(self, *words)
        log.append({"reading": readings(10, 10)})
        log.sync()

    monkeypatch.setattr(_Drain, "write", write)
    first = next(drain(workspace))

    assert (first.done, first.total) == (11, 21)
