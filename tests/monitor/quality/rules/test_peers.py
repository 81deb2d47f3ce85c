"""A meter against those below it and against its peers."""

from __future__ import annotations

import pytest

from tests.monitor.quality.made import device, devices, judged, meter, stream, told

FAMILY = devices(device("main"), device("a", parent="main"), device("b", parent="main"))
REGISTER = stream(role="register")


def family(days: int, a: object = None, main: object = None) -> object:
    """A main meter of two, with a loss of two in a hundred; some of it spoilt."""
    first, second = meter(1), meter(2)
    signals = {"a": first, "b": second, "main": lambda k: 1.02 * (first(k) + second(k))}
    spoil = {name: wrong for name, wrong in (("a", a), ("main", main)) if wrong}
    return judged(told(signals, days=days, step=15, spoil=spoil), REGISTER, devices=FAMILY)


def rules(seen: object) -> set[tuple[str, str]]:
    """Rules with the devices that they name."""
    return set(seen.spans.select("rule", "device").iter_rows())


def test_meters_that_balance_are_left_alone() -> None:
    assert rules(family(8)) == set()


def test_meters_below_that_tell_more_than_the_one_above_are_found() -> None:
    seen = family(8, a=lambda k, v: v * 1.2)

    assert rules(seen) == {("balance", "main")}
    assert seen.spans["value"].to_list() == pytest.approx([1.1 / 1.02] * 8, rel=0.01)
    assert set(seen.spans["note"]) == {"below=a b"}


def test_a_day_on_which_the_ratio_is_another_is_found() -> None:
    first = meter(1)
    stolen = 0.3 * (first(4 * 1440) - first(3 * 1440))
    seen = family(8, main=lambda k, v: v + stolen * 2 * min(max(k / 1440 - 3, 0), 1))

    assert rules(seen) == {("balance", "main")}
    assert seen.spans.height == 1


def test_a_day_on_which_one_of_the_family_told_nothing_is_not_judged() -> None:
    first, second = meter(1), meter(2)
    signals = {"a": first, "b": second, "main": lambda k: 1.02 * (first(k) + second(k))}
    gone = {"b": range(3 * 1440, 4 * 1440)}
    seen = judged(told(signals, days=8, step=15, lost=gone), REGISTER, devices=FAMILY)

    assert rules(seen) == {("silence", "b")}


def test_a_meter_that_runs_ever_faster_drifts_from_those_below_it() -> None:
    seen = family(12, main=lambda k, v: v + (v - 1e6) * 0.004 * k / 1440)

    assert ("drift", "main") in rules(seen)


def test_a_meter_that_drifts_from_its_peers_is_found() -> None:
    signals = {f"m{n}": meter(n) for n in range(8)}
    readings = told(
        signals, days=14, step=15, spoil={"m3": lambda k, v: v + (v - 1e6) * 0.01 * k / 1440}
    )
    of = devices(*(device(name) for name in signals))

    assert rules(judged(readings, REGISTER, devices=of)) == {("drift", "m3")}
