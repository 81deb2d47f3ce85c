"""The latest of every channel, in columns."""

from __future__ import annotations

import math

import polars as pl

from tanlu.serve.live import channels as module
from tanlu.serve.live.channels import Channels

S = 1_000_000


def rows(*told, stream="power_w"):
    columns = ["device", "seq", "at", "value"]
    table = pl.DataFrame(told, schema=columns, orient="row").with_columns(
        pl.col("at") * S, pl.col("value").cast(pl.Float64), stream=pl.lit(stream)
    )
    return table.with_columns(received=pl.col("at") + 7)


def latest(channels):
    return {row["device"]: row["value"] for row in channels.latest().iter_rows(named=True)}


def test_the_newest_by_time_stands_however_late_others_come():
    channels = Channels()
    channels.take(rows(("a", 1, 10, 1), ("b", 1, 10, 5), ("a", 2, 11, 2)))
    changed = channels.take(rows(("a", 0, 9, 99), ("b", 2, 12, 6)))
    assert latest(channels) == {"a": 2.0, "b": 6.0}
    assert channels.names["device"][changed.tolist()].to_list() == ["b"]


def test_the_same_device_in_two_streams_is_two_channels():
    channels = Channels()
    channels.take(pl.concat([rows(("a", 1, 1, 1)), rows(("a", 1, 1, 2), stream="soc_percent")]))
    assert len(channels) == 2
    assert channels["value"].tolist() == [1.0, 2.0]


def test_a_register_tells_its_change_a_second():
    channels = Channels()
    channels.take(rows(("a", 1, 10, 100), ("b", 1, 10, 5)))
    assert all(math.isnan(rate) for rate in channels["rate"])
    channels.take(rows(("a", 2, 12, 106), ("a", 3, 13, 116)))
    assert channels["rate"][0] == 10.0
    channels.take(rows(("a", 4, 17, 120)))
    assert channels["rate"][0] == 1.0


def test_missing_numbers_are_counted_until_they_come():
    channels = Channels()
    channels.take(rows(("a", 5, 1, 0), ("a", 6, 2, 0), ("a", 9, 3, 0), ("b", 1, 1, 0)))
    assert channels.missing()["missing"].to_list() == [2]
    channels.take(rows(("a", 7, 4, 0), ("a", 3, 5, 0)))
    assert channels.missing()["missing"].to_list() == [1]
    assert channels.missing()["devices"].to_list() == [2]


def test_names_beyond_the_room_are_counted_and_not_kept(monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    channels = Channels()
    channels.take(rows(*((f"d{n}", 1, 1, n) for n in range(5))))
    channels.take(rows(("d0", 2, 2, 7), ("new", 1, 2, 8)))
    assert (len(channels), channels.beyond) == (3, 3)
    assert latest(channels) == {"d0": 7.0, "d1": 1.0, "d2": 2.0}


def test_many_channels_grow_and_keep_what_they_had():
    channels = Channels()
    channels.take(rows(("first", 1, 1, 42)))
    channels.take(rows(*((f"d{n}", 1, 1, n) for n in range(5000))))
    assert len(channels) == 5001
    assert channels["value"][0] == 42.0
    assert channels.missing()["missing"].sum() == 0
