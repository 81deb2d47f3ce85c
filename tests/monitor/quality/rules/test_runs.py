"""Values that stand still and devices that tell nothing, held against what is usual."""

from __future__ import annotations

from tests.monitor.quality.made import (
    BEGIN,
    DAY,
    MINUTE,
    device,
    devices,
    five,
    found,
    judged,
    meter,
    stream,
    sun,
    told,
    wave,
)  # fmt: skip


def frozen(since: int, until: int) -> object:
    """Let a device tell its last value for a while."""
    last: list[float] = []

    def at(k: int, value: float) -> float:
        if k == since:
            last.append(value)
        return last[0] if since <= k < until else value

    return at


def test_a_value_that_stands_still_is_found_from_its_first_reading_to_its_last() -> None:
    readings = told(five(), spoil={"d1": frozen(2000, 2300)})
    seen = [each for each in found(judged(readings)) if each[0] == "stuck"]

    assert seen == [("stuck", "d1", 2000, 2299)]


def test_a_register_that_no_longer_rises_is_found() -> None:
    readings = told(five(make=meter), spoil={"d1": frozen(2000, 2300)})
    seen = [each for each in found(judged(readings, stream(role="register"))) if each[0] == "stuck"]

    assert seen == [("stuck", "d1", 2000, 2299)]


def test_a_roof_at_night_is_not_stuck() -> None:
    assert found(judged(told(five(make=sun), days=4))) == []


def test_a_roof_that_tells_nothing_for_days_is_stuck() -> None:
    readings = told(five(make=sun), days=6, spoil={"d0": lambda k, v: 0.0 if k >= 2880 else v})

    assert {each[:2] for each in found(judged(readings))} == {("stuck", "d0")}


def test_whole_degrees_are_not_stuck() -> None:
    rooms = five()
    signals = {name: (lambda k, name=name: float(round(rooms[name](k)))) for name in rooms}

    assert [each for each in found(judged(told(signals))) if each[0] == "stuck"] == []


def test_a_set_point_that_never_changes_is_not_stuck() -> None:
    assert found(judged(told({"d": lambda k: 21.0}, days=2))) == []


def test_readings_that_do_not_come_are_silence_with_what_was_lost() -> None:
    readings = told({"d": wave()}, lost={"d": range(1000, 1060)})

    assert found(judged(readings), "note") == [("silence", "d", 999, 1060, "lost=60 unit=h")]


def test_one_lost_reading_is_no_silence() -> None:
    assert found(judged(told({"d": wave()}, lost={"d": range(1000, 1001)}))) == []


def test_a_device_is_silent_only_beyond_its_heartbeat() -> None:
    readings = told({"d": wave()}, lost={"d": range(1000, 1060)})
    of = devices(device("d", heartbeat_us=2 * 60 * MINUTE))

    assert found(judged(readings, stream(step_us=MINUTE), devices=of)) == []


def test_a_device_that_stopped_is_silent_until_now() -> None:
    readings = told(five(), lost={"d4": range(2000, 9999)})
    seen = found(judged(readings, now=BEGIN + 3 * DAY))

    assert seen == [("silence", "d4", 1999, 4320)]
