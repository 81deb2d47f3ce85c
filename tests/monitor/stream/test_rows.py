"""Rows as they are stored, and read back for the windows."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from tanlu.monitor.stream import rows
from tanlu.terms import schema

EVENT = pl.DataFrame(
    {"device": ["r"], "seq": [3], "at": [5], "type": ["object"], "subject": ["box:1"],
     "labels": ["not json"]}
)  # fmt: skip


def test_an_event_is_read_back_with_its_device_and_number() -> None:
    stored = rows.stored(EVENT, "event", "scan", np.array([9]), "Asia/Shanghai")

    schema("event").check(schema("event").fit(stored))
    assert json.loads(stored["labels"][0]) == {
        "device": "r", "labels": "not json", "seq": 3, "stream": "scan",
    }  # fmt: skip
    of, stream, part = next(iter(rows.of_frame({"event": stored})))
    assert (of, stream) == ("event", "scan")
    assert part.select("device", "seq").row(0) == ("r", 3)


def test_readings_of_a_group_are_given_by_stream() -> None:
    table = pl.DataFrame({"device": ["a", "b", "a"], "stream": ["x", "y", "x"]})

    found = [(stream, part.height) for _, stream, part in rows.of_frame({"reading": table})]
    assert found == [("x", 2), ("y", 1)]
