"""Alerts: who is silent, of a wrong clock, badly calibrated or of a weak key."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.monitor.quality import alerts
from tests.monitor.quality.made import BEGIN, DAY, HOUR, device, devices, five, told

NOW = BEGIN + 3 * DAY
KEY = {"key": "ab", "key_grade": "secure_element"}


def of(found: pl.DataFrame) -> list[tuple[str, str]]:
    """Device and alert of each line."""
    return list(found.select("device", "alert").iter_rows())


def test_a_sound_device_has_no_alert() -> None:
    known = devices(device("d0", heartbeat_us=HOUR, calibration_due=NOW + 99 * DAY, **KEY))

    assert of(alerts(known, told(five()), NOW)) == []


def test_a_device_that_tells_nothing_beyond_its_heartbeat_is_silent() -> None:
    known = devices(device("d0", heartbeat_us=HOUR, **KEY), device("new", heartbeat_us=HOUR, **KEY))
    found = alerts(known, told(five()).select("device", "at"), NOW + 2 * HOUR)

    assert of(found) == [("d0", "silent"), ("new", "silent")]
    assert found["value"][0] == pytest.approx(7260.0)


def test_a_calibration_that_ended_or_will_soon_is_told() -> None:
    known = devices(
        device("d0", calibration_due=NOW - DAY, **KEY),
        device("d1", calibration_due=NOW + 10 * DAY, **KEY),
    )
    found = alerts(known, told(five()), NOW)

    assert of(found) == [("d0", "overdue"), ("d1", "due")]
    assert found["value"].to_list() == [1.0, 10.0]


def test_weak_and_absent_keys_are_told() -> None:
    known = devices(device("d0"), device("d1", key="ab", key_grade="software"))

    assert of(alerts(known, told(five()), NOW)) == [("d0", "no_key"), ("d1", "software_key")]


def test_a_drifting_clock_is_told_with_its_drift() -> None:
    readings = told(five(), late=lambda name, k: 1_000_000 + (k * 12_000 if name == "d0" else 0))
    found = alerts(devices(device("d0", **KEY), device("d1", **KEY)), readings, NOW)

    assert of(found) == [("d0", "clock")]
    assert (found["unit"].item(), found["value"].item()) == ("ppm", pytest.approx(200, rel=0.01))


def test_a_revoked_device_has_no_alert() -> None:
    known = devices(device("d0", state="revoked", heartbeat_us=1))

    assert of(alerts(known, told(five()), NOW)) == []
