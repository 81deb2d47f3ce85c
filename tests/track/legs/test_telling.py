"""Classes, codes and labels of activities."""

import json

import polars as pl

from tanlu.account import assumption
from tanlu.track.legs import legs
from tanlu.track.legs.telling import told_class
from tests.track.legs.made import HOUR, START, events, leg, moves, scan

A, B = (52.0, 13.0), (52.0, 14.0)


def one(mode: str = "truck", told: str | None = None, **more: object):
    moved, fixes = moves([leg("d", 1, mode, (A, B), (START, START + 3 * HOUR), **more)])
    labels = None if told is None else f'{{"vehicle_class":"{told}"}}'
    table = events(scan("waybill:1", "d", START - HOUR, "add", mass_mg=10**9, labels=labels))
    return legs(moved, fixes, events=table)


def test_a_class_that_was_told_holds_where_it_fits_the_mode():
    found = one(told="truck.artic.44t").activities

    assert found.select("vehicle_class", "assumptions").row(0) == ("truck.artic.44t", None)


def test_a_class_against_a_sure_mode_is_a_finding_and_the_mode_holds():
    found = one(told="train.container")

    assert found.activities.select("kind", "vehicle_class").row(0) == (
        "transport.road", "truck.average",
    )  # fmt: skip
    assert found.findings["code"].to_list() == ["TL415"]


def test_a_class_against_an_unsure_mode_holds():
    found = one(told="train.container", mode_ppm=600_000)

    assert found.activities["kind"][0] == "transport.rail"
    assert found.activities["assumptions"][0] == "A-TRACK-MODE"


def test_what_nobody_told_is_an_assumption_that_accounts_know():
    found = one(bridged_m=40_000).activities.row(0, named=True)

    codes = found["assumptions"].split(";")
    assert codes == ["A-TRACK-CLASS", "A-TRACK-GAP"]
    assert [assumption(code).sigma_ln > 0 for code in codes] == [True, True]
    assert found["quality"] == 3


def test_labels_are_canonical_json_with_the_evidence():
    text = one().activities["labels"][0]
    held = json.loads(text)

    assert json.dumps(held, sort_keys=True, separators=(",", ":")) == text
    assert held["track.segment_id"] == "d-1"
    assert held["track.mode_ppm"] == "990000"


def test_no_class_is_the_usual_one():
    rows = pl.DataFrame(
        {"mode": ["van"], "mode_ppm": [10**6], "vehicle_class": [None]},
        schema_overrides={"vehicle_class": pl.String},
    )

    assert told_class(rows).select("kind", "vehicle_class", "_usual").row(0) == (
        "transport.road", "van.average", True,
    )  # fmt: skip
