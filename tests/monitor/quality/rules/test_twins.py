"""Two devices that tell the same."""

from __future__ import annotations

import random

from tests.monitor.quality.made import five, found, judged, told, wave


def test_two_devices_that_tell_the_same_are_both_named_when_nothing_tells_them_apart() -> None:
    same = wave(1)
    seen = found(judged(told(five() | {"copy": same, "d1": same})))

    assert {each[:2] for each in seen} == {("twin", "copy"), ("twin", "d1")}


def test_the_one_that_leaps_is_the_copy() -> None:
    signals = five() | {"far": wave(9, level=60.0)}
    near = signals["d0"]
    readings = told(signals, spoil={"far": lambda k, v: near(k) if 2000 <= k < 2300 else v})
    seen = [each for each in found(judged(readings)) if each[0] == "twin"]

    assert seen == [("twin", "far", 2000, 2299)]


def test_zeros_at_the_same_time_make_no_twins() -> None:
    assert found(judged(told({name: lambda k: 0.0 for name in "abc"}))) == []


def test_coarse_values_that_agree_by_chance_make_no_twins() -> None:
    drawn = random.Random(4)
    signals = {name: lambda k: float(drawn.randint(1, 9)) for name in "abcd"}

    assert [each for each in found(judged(told(signals))) if each[0] == "twin"] == []
