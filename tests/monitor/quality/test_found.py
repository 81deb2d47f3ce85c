"""A finding is told with device, stream, span and the figures that show why."""

from __future__ import annotations

import json

import polars as pl
import pytest

from tanlu.monitor.quality import explain
from tanlu.monitor.quality.judging import Judged
from tanlu.terms import schema
from tests.monitor.quality.made import BEGIN, MINUTE, five, judged, stream, told, wave


@pytest.fixture(scope="module")
def seen() -> Judged:
    readings = told({"d": wave()}, spoil={"d": lambda k, v: -50.0 if k == 100 else v})
    return judged(readings, stream(minimum=-40.0, maximum=60.0))


def test_a_finding_has_the_schema_of_findings(seen: Judged) -> None:
    schema("finding").check(seen.findings)

    assert seen.findings.height == 1


def test_a_finding_names_code_device_stream_and_how_many_readings(seen: Judged) -> None:
    row = seen.findings.row(0, named=True)

    assert (row["code"], row["severity"]) == ("TL380", "error")
    assert (row["subject"], row["column"], row["count"]) == ("device:d", "signal", 1)


def test_the_evidence_is_canonical_json_with_value_interval_statistic_and_limit(
    seen: Judged,
) -> None:
    text = seen.findings["evidence"].item()
    told_ = json.loads(text)

    assert text == json.dumps(told_, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert told_["value"] == -50.0
    assert (told_["lower"], told_["upper"]) == (-40.0, 60.0)
    assert told_["statistic"] == pytest.approx(1.1)
    assert (told_["since"], told_["until"]) == (BEGIN + 100 * MINUTE, BEGIN + 100 * MINUTE)
    assert told_["limit"] == {"wide": 1.5}


def test_the_same_span_has_the_same_identity_whatever_else_is_judged(seen: Judged) -> None:
    more = told({"d": wave(), "e": wave(3)}, spoil={"d": lambda k, v: -50.0 if k == 100 else v})
    again = judged(more, stream(minimum=-40.0, maximum=60.0))

    assert again.findings["finding_id"].to_list() == seen.findings["finding_id"].to_list()


def test_a_span_that_goes_on_keeps_its_identity() -> None:
    readings = told(five(), spoil={"d1": lambda k, v: 21.5 if k >= 2000 else v})
    short = judged(readings.filter(pl.col("seq") < 2500)).findings["finding_id"].to_list()

    assert short == [f"TL382|stuck|signal|d1|{BEGIN + 2000 * MINUTE}"]
    assert judged(readings).findings["finding_id"].to_list() == short


def test_a_finding_is_explained_in_both_tongues(seen: Judged) -> None:
    row = seen.findings.row(0, named=True)

    assert "-50.0 [-40.0 … 60.0]" in explain(row)
    assert "读数缺失或不可能" in explain(row, "zh")
