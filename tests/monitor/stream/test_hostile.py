"""Bodies that were made to end the server: each is taken or quarantined, and a restart agrees."""

from __future__ import annotations

import json
from datetime import timedelta

import polars as pl
import pytest

from tanlu.monitor.stream import Body, Pipeline, feeds
from tanlu.monitor.stream import pipeline as pipelines
from tanlu.monitor.stream.bodies import ARROW, JSON
from tests.monitor.stream.places import NOW, body, drained, encoded, pipeline, row

FAR = 2**62
BARE = {"device": ["a", "b"], "seq": [1.5, 2.0], "at": [NOW, NOW], "value": [1.0, 2.0]}
COLUMNS = {
    "bytes": pl.Series([b"\xff", b""]),
    "spans": pl.Series([timedelta(1)] * 2),
    "nested bytes": pl.Series([[b"\xff"], []]),
    "nested times": pl.Series([[FAR], []]).cast(pl.List(pl.Datetime("ms"))),
}
LABELS = {
    "deep": "[" * 100_000,
    "deeper than a reader goes": '{"a":' * 300 + "1" + "}" * 300,
    "half a character": '{"a":"\\ud800"}',
    "half a character as a name": '{"\\ud800":1}',
    "no number": '{"a":NaN}',
    "no finite number": '{"a":1e999}',
    "a number of 5,000 digits": '{"a":' + "1" * 5000 + "}",
}


def again(made: Pipeline) -> pl.DataFrame:
    """The gaps as the next process finds them."""
    made.log.close()
    after = pipeline(made.registry.workspace.path)
    gaps = after.gaps()
    after.log.close()
    return gaps


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_column_that_json_cannot_show_costs_only_the_row_at_fault(tmp_path, kind) -> None:
    made = pipeline(tmp_path / "w")
    table = pl.DataFrame(BARE).with_columns(COLUMNS[kind].alias("more"))
    [receipt] = made.take([body(encoded(table, ARROW), ARROW)])

    assert receipt[:4] == (2, 1, 0, 1)
    assert drained(made, "quarantine")["value"].to_list() == ["1.5"]


def test_a_time_that_is_no_time_costs_only_its_own_body(tmp_path) -> None:
    made = pipeline(tmp_path / "w")
    far = pl.Series([FAR, -FAR]).cast(pl.Datetime("ms"))
    bad = pl.DataFrame(BARE).with_columns(far.alias("at"))
    receipts = made.take([body(encoded(bad, ARROW), ARROW), body([row()])])

    assert [each.rows_new for each in receipts] == [0, 1]
    assert set(receipts[0].codes) <= {"TL352", "TL353", "TL356"}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_of_whatever_content_are_kept_and_read_back(tmp_path, kind) -> None:
    made = pipeline(tmp_path / "w")
    told = {"device": "e", "type": "object", "subject": "s", "labels": LABELS[kind]}
    rows = [{**told, "seq": seq, "at": NOW + seq} for seq in (1, 3)]
    [receipt] = made.take([Body("tag_read", JSON, json.dumps(rows).encode(), NOW)])
    gaps = made.gaps()

    assert receipt.rows_new == 2
    assert gaps["first_seq"].to_list() == [2]
    assert again(made).equals(gaps)
    assert drained(made, "event").height == 2


def test_names_of_streams_that_anybody_makes_up_come_to_an_end(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pipelines, "MOST_STREAMS", 2)
    made = pipeline(tmp_path / "w")
    receipts = made.take([body([row()], stream=name) for name in "abcabd"])
    made.refuse("e", b"?", "TL352", "no frame", NOW)

    assert [each[1:] for each in receipts] == [
        (1, 0, 0, {}), (1, 0, 0, {}), (0, 0, 1, {"TL360": 1}),
        (0, 1, 0, {}), (0, 1, 0, {}), (0, 0, 1, {"TL360": 1}),
    ]  # fmt: skip
    assert list(made.feeds) == ["a", "b"]
    assert drained(made, "quarantine").height == 3


def test_names_of_devices_come_to_an_end_over_all_streams(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(feeds, "MOST_NAMES", 3)
    made = pipeline(tmp_path / "w")
    told = [row("a"), row("b")]
    receipts = made.take([body(told), body(told, stream="power_w"), body(told, stream="more")])

    assert [each.codes for each in receipts] == [{}, {"TL360": 1}, {"TL360": 2}]
