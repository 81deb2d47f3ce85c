"""Single readings that cannot be, with the figures that show why."""

from __future__ import annotations

import pytest

from tests.monitor.quality.made import five, found, judged, meter, stream, sun, told, wave


def test_a_value_that_is_none_is_found() -> None:
    readings = told({"d": wave()}, spoil={"d": lambda k, v: None if k == 100 else v})

    assert found(judged(readings)) == [("null", "d", 100, 100)]


def test_a_value_outside_the_limits_of_the_stream_is_found_with_them() -> None:
    readings = told({"d": wave()}, spoil={"d": lambda k, v: -50.0 if k == 100 else v})
    seen = judged(readings, stream(minimum=-40.0, maximum=60.0))

    assert found(seen, "value", "lower", "upper") == [("range", "d", 100, 100, -50.0, -40.0, 60.0)]


def test_a_value_far_from_all_that_the_device_ever_told_is_found_without_limits() -> None:
    readings = told(five(), spoil={"d1": lambda k, v: 90.0 if 2000 <= k < 2004 else v})

    assert {each[:2] for each in found(judged(readings))} == {("range", "d1")}


def test_a_change_faster_than_the_stream_allows_is_found() -> None:
    readings = told({"d": lambda k: float(k % 2)}, spoil={"d": lambda k, v: v + 50 * (k >= 500)})
    seen = found(judged(readings, stream(rate_max=0.5)), "value")

    assert seen == [("rate", "d", 500, 500, pytest.approx(49 / 60))]


def test_a_step_is_a_change_and_no_spike() -> None:
    readings = told(five(), spoil={"d2": lambda k, v: v + 6 if k >= 2000 else v})
    seen = found(judged(readings))

    assert seen == [("rate", "d2", 2000, 2000)]


@pytest.mark.parametrize("long", [1, 2])
def test_a_lone_reading_far_from_its_neighbours_is_a_spike(long: int) -> None:
    readings = told(five(), spoil={"d3": lambda k, v: v + 4 if 2000 <= k < 2000 + long else v})
    seen = found(judged(readings))

    assert seen == [("spike", "d3", 2000, 2000 + long - 1)]


def test_clouds_over_a_roof_are_no_spikes() -> None:
    assert found(judged(told(five(make=sun)))) == []


def test_a_register_that_falls_is_found_and_what_it_was_before() -> None:
    readings = told(five(make=meter), spoil={"d0": lambda k, v: v - 10_000 if k >= 2000 else v})
    seen = found(judged(readings, stream(role="register")), "lower")

    assert [each[:4] for each in seen] == [("backward", "d0", 2000, 2000)]
    assert seen[0][4] == readings.filter(device="d0", seq=1999)["value"].item()


def test_a_register_that_begins_anew_is_no_fall() -> None:
    signals = {"d": lambda k: (990_000 + 50.0 * k) % 1_000_000}

    assert found(judged(told(signals), stream(role="register", rollover=1e6))) == []


def test_the_way_back_from_a_spike_of_a_register_is_no_fall() -> None:
    readings = told(five(make=meter), spoil={"d0": lambda k, v: v + 1e7 if k == 2000 else v})
    seen = found(judged(readings, stream(role="register")))

    assert seen == [("spike", "d0", 2000, 2000)]


def test_one_reading_is_told_by_one_rule() -> None:
    readings = told(five(), spoil={"d3": lambda k, v: 1e6 if k == 2000 else v})
    seen = found(judged(readings, stream(maximum=100.0, rate_max=1.0)))

    assert seen == [("range", "d3", 2000, 2000)]


def test_what_was_only_seen_to_open_may_close() -> None:
    doors = {f"d{n}": (lambda k, n=n: float(k >= 20 + 5 * n)) for n in range(5)}
    doors["d0"] = lambda k: float(20 <= k < 50)
    seen = judged(told(doors, days=1 / 24), stream(minimum=0.0, maximum=1.0))

    assert [each for each in found(seen) if each[0] == "rate"] == []
