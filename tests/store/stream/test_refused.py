"""What the ledger refuses is quarantined, each row once."""

from __future__ import annotations

import json

import polars as pl

from tanlu.store.stream.refused import sorted_out
from tests.store.stream.feeds import readings, refusals


def spoilt() -> pl.DataFrame:
    seq = pl.col("seq")
    return readings(0, 5).with_columns(
        device=pl.when(seq == 1).then(pl.lit("a\nb")).otherwise("device"),
        stream=pl.when(seq == 3).then(pl.lit("s\x7f")).otherwise("stream"),
        value=pl.when(seq == 4).then(float("nan")).otherwise("value"),
    )


def test_rows_are_parted_and_none_is_lost() -> None:
    found = sorted_out({"reading": spoilt()})

    assert found["reading"]["seq"].to_list() == [0, 2]
    assert found["quarantine"].select("code", "column").rows() == [
        ("TL604", "device"),
        ("TL604", "stream"),
        ("TL605", "value"),
    ]
    raws = [json.loads(raw) for raw in found["quarantine"]["raw"]]
    assert [raw["seq"] for raw in raws] == [1, 3, 4]
    assert raws[0]["device"] == "a\nb"
    assert found["quarantine"]["quarantine_id"].n_unique() == 3


def test_what_is_refused_can_be_committed(workspace) -> None:
    workspace.commit(sorted_out({"reading": spoilt(), "quarantine": refusals(0, 2)}))

    assert workspace.scan("quarantine").collect().height == 5


def test_a_quarantined_row_with_a_control_character_stays_one() -> None:
    rows = refusals(0, 1).with_columns(raw=pl.lit("a\x00b"))

    assert sorted_out({"quarantine": rows})["quarantine"]["raw"].to_list() == ["a\ufffdb"]


def test_sound_rows_stay_as_they_are() -> None:
    assert sorted_out({"reading": readings(0, 3)})["reading"].equals(readings(0, 3))
