"""Slips of units: which factor, and since when."""

from __future__ import annotations

import pytest

from tests.monitor.quality.made import five, found, judged, meter, stream, sun, told, wave


@pytest.mark.parametrize("factor", [1000.0, 0.001, 3600.0, 3.6, 1 / 3.6, 3.6e6])
def test_a_slip_is_found_with_its_factor_from_its_first_reading_to_its_last(factor: float) -> None:
    readings = told(five(), spoil={"d1": lambda k, v: v * factor if 2000 <= k < 2200 else v})
    seen = found(judged(readings), "value", "note")

    assert [each[:4] for each in seen] == [("slip", "d1", 2000, 2199)]
    assert seen[0][4] == pytest.approx(factor, rel=0.05)
    assert float(seen[0][5].removeprefix("factor=")) == pytest.approx(factor)


@pytest.mark.parametrize("factor", [1000.0, 0.001])
def test_a_register_that_tells_another_unit_is_a_slip_and_no_fall(factor: float) -> None:
    readings = told(
        five(make=meter), spoil={"d1": lambda k, v: v * factor if 2000 <= k < 2200 else v}
    )
    seen = found(judged(readings, stream(role="register")))

    assert seen == [("slip", "d1", 2000, 2199)]


def test_a_slip_that_is_never_undone_lasts_to_the_end() -> None:
    readings = told(five(), spoil={"d1": lambda k, v: v * 1000 if k >= 3000 else v})
    seen = [each for each in found(judged(readings)) if each[0] == "slip"]

    assert seen == [("slip", "d1", 3000, 4319)]


def test_of_a_slip_that_was_there_from_the_beginning_the_shorter_side_is_wrong() -> None:
    readings = told(five(), spoil={"d1": lambda k, v: v * 1000 if k < 600 else v})
    seen = [each for each in found(judged(readings), "note") if each[0] == "slip"]

    assert seen == [("slip", "d1", 0, 599, "factor=1000.0")]


def test_a_step_that_does_not_last_is_no_slip() -> None:
    readings = told(five(), spoil={"d1": lambda k, v: v * 3.6 if k == 2000 else v + (k > 2000)})

    assert [each for each in found(judged(readings)) if each[0] == "slip"] == []


def test_sunrise_is_no_slip() -> None:
    assert found(judged(told(five(make=sun), days=4))) == []


def test_a_device_that_always_told_kilo_is_found_among_its_peers() -> None:
    signals = {f"d{n}": wave(n, level=20 + n / 10) for n in range(8)}
    readings = told(signals, spoil={"d7": lambda k, v: v * 1000})
    seen = [each for each in found(judged(readings), "note") if each[0] == "slip"]

    assert [(rule, name) for rule, name, *_ in seen] == [("slip", "d7")]
    assert seen[0][4] == "factor=1000.0 against=peers"
