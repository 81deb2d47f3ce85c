"""Scores: four parts by a stated formula, less a grade for the device."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tanlu.monitor.quality import figures
from tanlu.terms import schema
from tests.monitor.quality.made import (
    BEGIN,
    DAY,
    HOUR,
    MINUTE,
    device,
    devices,
    five,
    judged,
    stream,
    told,
    wave,
)  # fmt: skip

GOOD = {"key": "ab", "key_grade": "secure_element"}
# one day, between two others
DAY_TWO = date(1970, 1, 1).fromordinal(date(1970, 1, 1).toordinal() + 20_601)


def score(readings: pl.DataFrame, name: str = "d", **columns: object) -> dict[str, object]:
    """The score of a device on the second of three days."""
    of = devices(device(name, **(GOOD | columns)))
    scores = judged(readings, stream(minimum=-40.0, maximum=60.0), devices=of).scores
    schema("quality").check(scores)
    return scores.filter(device=name, day=DAY_TWO).row(0, named=True)


def test_a_day_without_fault_has_the_full_score() -> None:
    found = score(told({"d": wave()}))

    assert (found["expected"], found["came"], found["missing"]) == (1440, 1440, 0)
    assert found["score_ppm"] == 1_000_000


def test_missing_readings_lower_completeness_and_the_score_by_its_weight() -> None:
    found = score(told({"d": wave()}, lost={"d": range(1440, 1440 + 360)}))

    assert (found["came"], found["missing"]) == (1080, 360)
    assert found["completeness_ppm"] == 750_000
    assert found["score_ppm"] == 1_000_000 - 250_000 * 4 // 10


def test_a_day_without_any_reading_still_counts_for_nothing_missing_elsewhere() -> None:
    readings = told({"d": wave()}, lost={"d": range(1440, 2880)})
    scores = judged(readings).scores

    assert scores["missing"].to_list() == [0, 1440, 0]
    assert scores["score_ppm"].to_list()[1] == 0


def test_a_value_that_cannot_be_is_neither_valid_nor_plausible() -> None:
    found = score(told({"d": wave()}, spoil={"d": lambda k, v: -99.0 if 1500 <= k < 1644 else v}))

    assert (found["invalid"], found["doubtful"]) == (144, 144)
    assert (found["validity_ppm"], found["plausibility_ppm"]) == (900_000, 900_000)
    assert found["score_ppm"] == 1_000_000 - 20_000 - 30_000


def test_late_readings_lower_timeliness() -> None:
    readings = told({"d": wave()}, late=lambda name, k: HOUR if 1500 <= k < 1644 else MINUTE)
    found = score(readings)

    assert (found["late"], found["timeliness_ppm"]) == (144, 900_000)
    assert found["score_ppm"] == 990_000


def test_what_is_not_known_when_it_was_received_is_left_out_of_the_score() -> None:
    found = score(told({"d": wave()}).with_columns(received=pl.lit(None, pl.Int64)))

    assert found["timeliness_ppm"] is None
    assert found["score_ppm"] == 1_000_000


def test_a_key_in_software_no_key_and_an_overdue_calibration_lower_the_grade() -> None:
    readings = told({"d": wave()})

    assert score(readings, key_grade="software")["score_ppm"] == 950_000
    assert score(readings, key=None, key_grade=None)["score_ppm"] == 900_000
    assert score(readings, calibration_due=BEGIN)["score_ppm"] == 900_000
    assert score(readings, calibration_due=BEGIN + 9 * DAY)["score_ppm"] == 1_000_000


def test_days_are_cut_in_the_zone_of_the_ledger() -> None:
    scores = judged(told({"d": wave()}, days=1), zone="Asia/Shanghai").scores

    assert scores["came"].to_list() == [960, 480]


@pytest.mark.parametrize(
    ("zone", "begin", "hours"),
    [
        ("Europe/Berlin", "2026-03-28", 23),
        ("Europe/Berlin", "2026-10-24", 25),
        # the clock leaves midnight itself out, or has it twice
        ("America/Santiago", "2026-09-05", 23),
        ("Asia/Shanghai", "2026-03-28", 24),
        ("Australia/Lord_Howe", "2026-10-03", 23.5),
    ],
)
def test_a_day_expects_the_hours_that_its_zone_has(zone: str, begin: str, hours: float) -> None:
    start = pl.Series([begin]).str.to_datetime(time_unit="us").dt.replace_time_zone(zone)
    first = int(start.dt.convert_time_zone("UTC").to_physical()[0])
    readings = told({"d": wave()}, days=3).with_columns(pl.col("at") - BEGIN + first)
    found = judged(readings, stream(step_us=MINUTE), zone=zone).scores.sort("day")

    assert found["expected"][1] == hours * 60
    assert (found["missing"][1], found["completeness_ppm"][1]) == (0, 1_000_000)


def test_figures_are_means_by_the_readings_that_were_expected() -> None:
    scores = judged(told(five(), lost={"d0": range(1440, 2880)})).scores
    found = figures(scores).row(0, named=True)

    assert (found["came"], found["missing"]) == (5 * 4320 - 1440, 1440)
    assert found["completeness_ppm"] == round(1e6 * (15 - 1) / 15)
    assert figures(scores, "device").height == 5
