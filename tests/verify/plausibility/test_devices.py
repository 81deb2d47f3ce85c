"""Counters, tracks and odometers."""

from __future__ import annotations

import csv
import io
import itertools
import math
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.verify.plausibility.asked import HOUR_US, NOON_US, only, reasons, rows, subjects, table
from tests.verify.plausibility.faults import measured, of

METRE_E7 = 1e7 / (math.pi * 6_371_008.8 / 180)


@pytest.mark.parametrize("fault", of("meter", "replaced", "odometer"))
def test_a_planted_fault_is_found_and_no_other_device_is_accused(fault: str) -> None:
    share, innocent, _ = measured(fault)

    assert (share, innocent) == (1.0, set())


def counter(*values: float | None, stream: str = "power_total") -> pl.DataFrame:
    return table("reading", *({"device": "d", "seq": k, "at": k, "stream": stream, "value": value}
                              for k, value in enumerate(values)))  # fmt: skip


@pytest.mark.parametrize(
    ("values", "rolled", "anew"),
    [
        ((1.0, 2.0, 2.0, 3.0), 0, 0),
        ((100.0, 200.0, 190.0, 210.0), 1, 0),
        ((100.0, 200.0, 3.0, 10.0), 0, 1),
        ((100.0, None, 90.0), 1, 0),
        ((100.0, 99.99999, 101.0), 0, 0),
    ],
)
def test_a_counter_only_grows_or_begins_anew(
    values: tuple[float | None, ...], rolled: int, anew: int
) -> None:
    told = counter(*values)

    assert subjects(only("meter", rows({}), readings=told)) == ["device:d"] * rolled
    assert subjects(only("replaced", rows({}), readings=told)) == ["device:d"] * anew


def test_a_temperature_may_fall() -> None:
    made = only("meter", rows({}), readings=counter(20.0, 10.0, stream="air_c"))

    assert (subjects(made), reasons(made, "meter")) == ([], {"nothing": None})


def track(metres: list[float], step_s: int = 10, device: str = "v") -> pl.DataFrame:
    """Fixes due north, one every few seconds."""
    return table("position", *(
        {"device": device, "seq": k, "at": NOON_US + k * step_s * 1_000_000,
         "lat_e7": 310_000_000 + round(metre * METRE_E7), "lon_e7": 1_200_000_000}
        for k, metre in enumerate(metres)
    ))  # fmt: skip


def drive(declared: float, fixes: pl.DataFrame, **more: Any) -> list[str]:
    end = int(fixes["at"].max())  # type: ignore[arg-type]
    told = rows({"vehicle": "v", "distance_m": round(declared), "end": end, **more})
    return subjects(only("tracked", told, positions=fixes))


def test_the_declared_way_is_that_of_the_track_within_five_per_cent() -> None:
    fixes = track([150.0 * k for k in range(400)])

    assert drive(59_850, fixes) == []
    assert drive(59_850 * 1.04, fixes) == []
    assert drive(59_850 * 1.25, fixes) == ["activity:a0"]
    assert drive(59_850 * 0.9, fixes) == ["activity:a0"]


def test_standing_still_makes_no_way_however_much_it_jitters() -> None:
    still = [10_000.0 + (k % 3) for k in range(300)]
    fixes = track([100.0 * k for k in range(101)] + still)

    assert drive(10_000, fixes) == []


def test_a_track_with_a_gap_is_not_held_against_anybody() -> None:
    fixes = track([150.0 * k for k in range(400)]).filter(
        (pl.col("seq") < 100) | (pl.col("seq") > 200)
    )
    end = int(fixes["at"].max())  # type: ignore[arg-type]
    told = rows({"vehicle": "v", "distance_m": 99_000, "end": end})
    made = only("tracked", told, positions=fixes)

    assert (subjects(made), reasons(made, "tracked")) == ([], {"gap": 1})


def test_real_tracks_are_believed_and_a_quarter_more_is_not(shared: Path) -> None:
    fixes, declared = _couriers(shared)
    told = [
        {"vehicle": name, "start": start, "end": end, "distance_m": round(way)}
        for name, start, end, way in declared
    ]
    honest = only("tracked", rows(*told), {"least_m": 500.0}, positions=fixes)
    more = [{**each, "distance_m": round(each["distance_m"] * 1.25)} for each in told]
    padded = only("tracked", rows(*more), {"least_m": 500.0}, positions=fixes)
    looked = honest.checked[0]["rows"]

    assert looked > 300
    assert honest.findings.height <= 0.03 * looked
    assert padded.findings.height >= 0.97 * padded.checked[0]["rows"]


def _couriers(shared: Path) -> tuple[pl.DataFrame, list[tuple[str, int, int, float]]]:
    """Fixes of real couriers, and their way as the sum of straight lines."""
    rows_: list[dict[str, Any]] = []
    told = []
    archive = shared / "data/real/courier_gps/trajectories.zip"
    with zipfile.ZipFile(archive) as packed:
        for name in sorted(packed.namelist())[:500]:
            if not name.endswith(".csv"):
                continue
            text = io.TextIOWrapper(packed.open(name), encoding="utf-8")
            points = [(row["timestamp"], float(row["x"]), float(row["y"]))
                      for row in csv.DictReader(text)]  # fmt: skip
            at = pl.Series([each[0] for each in points]).str.to_datetime(time_unit="us")
            micros = at.dt.epoch("us").to_list()
            rows_ += [
                {"device": name, "seq": k, "at": micros[k], "lat_e7": round(y * METRE_E7),
                 "lon_e7": round(x * METRE_E7)} for k, (_, x, y) in enumerate(points)
            ]  # fmt: skip
            steps = [math.dist(a[1:], b[1:]) for a, b in itertools.pairwise(points)]
            seconds = [(b - a) / 1e6 for a, b in itertools.pairwise(micros)]
            way = sum(step for step, s in zip(steps, seconds, strict=True) if step >= 0.5 * s)
            told.append((name, micros[0], micros[-1], way))
    return table("position", *rows_), told


def levels(first: float, last: float) -> pl.DataFrame:
    told = ((NOON_US - 1, first), (NOON_US + 99 * HOUR_US, last))
    return table("reading", *({"device": "v", "seq": k, "at": at, "stream": "odometer_m",
                               "value": value} for k, (at, value) in enumerate(told)))  # fmt: skip


def trips(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"vehicle": "v", "start": NOON_US + 3 * k * HOUR_US, "distance_m": 100_000,
             "end": NOON_US + (3 * k + 2) * HOUR_US, **more} for k in range(count)]  # fmt: skip


@pytest.mark.parametrize(("grown", "found"), [(3_000_000, 0), (3_050_000, 0), (3_200_000, 1),
                                              (2_800_000, 1)])  # fmt: skip
def test_an_odometer_grows_by_the_sum_of_trips(grown: float, found: int) -> None:
    made = only("odometer", rows(*trips(30)), readings=levels(1e8, 1e8 + grown))

    assert subjects(made) == ["vehicle:v"] * found


def test_empty_kilometres_are_on_the_odometer_too() -> None:
    told = rows(*trips(30, empty_ppm=200_000))

    assert subjects(only("odometer", told, readings=levels(0, 3_750_000))) == []
    assert subjects(only("odometer", told, readings=levels(0, 3_000_000))) == ["vehicle:v"]


def test_parcels_of_a_trip_are_one_way_and_unlike_ways_tell_none() -> None:
    together = [row for row in trips(30) for _ in range(5)]
    assert subjects(only("odometer", rows(*together), readings=levels(0, 3_000_000))) == []

    parcels = [{**row, "distance_m": 1_000 * k} for row in trips(30) for k in range(5)]
    made = only("odometer", rows(*parcels), readings=levels(0, 9e9))
    assert (subjects(made), reasons(made, "odometer")) == ([], {"together": 1})


def test_without_a_reading_before_and_after_there_is_no_balance() -> None:
    made = only("odometer", rows(*trips(30)), readings=levels(0, 1).head(1))

    assert (subjects(made), reasons(made, "odometer")) == ([], {"unread": 1})
