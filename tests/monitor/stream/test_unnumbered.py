"""Who gives no numbers gets them here; a retry is known by its content, after a death too."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.devices import Registry
from tanlu.monitor.stream import Body, Pipeline
from tanlu.monitor.stream.counting.kernels import KNOWN, NEW, RING, UNNUMBERED
from tanlu.monitor.stream.counting.windows import Windows, fingerprints
from tanlu.store import open_workspace, restore
from tanlu.store.stream import drain, open_stream_log

NOW = 1_790_000_000_000_000


def body(*rows: dict[str, Any], stream: str = "power_w") -> Body:
    return Body(stream, "application/json", json.dumps(rows).encode(), NOW)


def row(at: int, value: float, device: str = "cp/1", **more: Any) -> dict[str, Any]:
    return {"device": device, "at": NOW + at, "value": value, **more}


def logged(log: Any) -> pl.DataFrame:
    return pl.concat([tables["reading"] for _, tables in log.replay(None) if "reading" in tables])


@pytest.fixture
def workspace(tmp_path):
    return open_workspace(tmp_path / "park", create=True)


def test_rows_without_numbers_are_numbered_in_order_and_flagged(workspace):
    with_log = open_stream_log(workspace)
    pipeline = Pipeline(with_log, Registry.of(workspace))

    [first] = pipeline.take([body(row(0, 1.0), row(1, 2.0), row(1, 3.0))])
    [again] = pipeline.take([body(row(1, 2.0), row(1, 3.0), row(2, 4.0))])

    assert (first.rows_new, first.rows_known) == (3, 0)
    assert (again.rows_new, again.rows_known) == (1, 2)
    rows = logged(with_log)
    assert rows["seq"].to_list() == [0, 1, 2, 3]
    assert rows["value"].to_list() == [1.0, 2.0, 3.0, 4.0]
    assert rows["quality"].to_list() == [16] * 4
    assert pipeline.gaps().is_empty()
    with_log.close()


def test_a_retry_is_known_after_a_death_with_and_without_a_snapshot(workspace):
    for kept in (False, True):
        log = open_stream_log(workspace)
        pipeline = Pipeline(log, Registry.of(workspace))
        told = [row(at, float(at), device=f"d{kept}") for at in range(100)]
        pipeline.take([body(*told)])
        if kept:
            pipeline.keep()
        log.close()

        log = open_stream_log(workspace)
        again = Pipeline(log, Registry.of(workspace))
        [receipt] = again.take([body(*told, row(100, 1.0, device=f"d{kept}"))])
        log.close()

        assert (receipt.rows_new, receipt.rows_known) == (1, 100)


def test_numbered_and_unnumbered_rows_may_come_in_one_body(workspace):
    log = open_stream_log(workspace)
    pipeline = Pipeline(log, Registry.of(workspace))

    [receipt] = pipeline.take(
        [body(row(0, 1.0, seq=7), row(1, 2.0), row(2, 3.0, seq=-4), row(3, 4.0, quality=1))]
    )

    assert (receipt.rows_new, receipt.codes) == (3, {"TL355": 1})
    rows = logged(log)
    assert rows["seq"].to_list() == [7, 8, 9]
    assert rows["quality"].to_list() == [None, 16, 17]
    log.close()


def test_tags_seen_at_one_instant_are_two_events(workspace):
    log = open_stream_log(workspace)
    pipeline = Pipeline(log, Registry.of(workspace))
    events = [
        {"device": "dock-1", "at": NOW, "type": "object", "subject": f"epc:{tag}"} for tag in "ab"
    ]

    [first] = pipeline.take([body(*events, stream="tag_read")])
    log.close()
    log = open_stream_log(workspace)
    [again] = Pipeline(log, Registry.of(workspace)).take([body(*events, stream="tag_read")])
    log.close()

    assert (first.rows_new, first.rows_known) == (2, 0)
    assert (again.rows_new, again.rows_known) == (0, 2)


def test_a_ledger_that_was_restored_knows_what_it_has(workspace, tmp_path):
    log = open_stream_log(workspace)
    pipeline = Pipeline(log, Registry.of(workspace))
    told = [
        body(row(0, 1.0, seq=1), row(1, 2.0, seq=2), row(9, 5.0, seq=9)),
        body(row(0, 1.0), row(1, 1.0), stream="own"),
        body({"device": "d", "at": NOW, "type": "object", "subject": "a"}, stream="tag_read"),
    ]
    pipeline.take(told)
    gaps = pipeline.gaps()
    log.close()
    for _ in drain(workspace):
        pass
    archive = tmp_path / "park.tar"
    for _ in workspace.export(archive):
        pass
    for _ in restore(archive, tmp_path / "again"):
        pass
    other = open_workspace(tmp_path / "again")
    log = open_stream_log(other)

    again = Pipeline(log, Registry.of(other))
    receipts = again.take([*told, body(row(5, 3.0, seq=5))])

    assert [(each.rows_new, each.rows_known) for each in receipts] == [
        (0, 3), (0, 2), (0, 1), (1, 0),
    ]  # fmt: skip
    assert gaps["count"].to_list() == [6]
    assert again.gaps()["count"].to_list() == [2, 3]
    log.close()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30)), max_size=200))
def test_what_came_within_the_last_256_rows_is_known_and_all_else_is_new(told):
    windows, seen = Windows(), {}
    channel = np.array([ch for ch, _ in told], np.int64)
    at = np.array([when for _, when in told], np.int64)
    seq = np.full(at.size, UNNUMBERED, np.int64)

    verdict = windows.take(channel, seq, at, fingerprints([at], at.size))

    for place, (ch, when) in enumerate(told):
        there = seen.setdefault(ch, [])
        assert verdict[place] == (KNOWN if when in there[-RING:] else NEW)
        assert seq[place] == (there.index(when) if when in there else len(there))
        if verdict[place] == NEW:
            there.append(when)
    assert windows.missing() == (0, 0)


def test_a_retry_longer_than_the_ring_doubles_nothing_and_loses_nothing(workspace):
    log = open_stream_log(workspace)
    pipeline = Pipeline(log, Registry.of(workspace))
    told = body(*[row(at, float(at)) for at in range(1000)])

    [first] = pipeline.take([told])
    log.close()
    log = open_stream_log(workspace)
    pipeline = Pipeline(log, Registry.of(workspace))
    [again] = pipeline.take([told])
    [late] = pipeline.take([body(row(900, -1.0), row(5, -1.0))])

    assert first.rows_new == 1000
    assert again[1:] == (0, RING, 1000 - RING, {"TL361": 1000 - RING})
    assert late[1:] == (1, 0, 1, {"TL361": 1})
    assert logged(log)["value"].to_list() == [*map(float, range(1000)), -1.0]
    log.close()
