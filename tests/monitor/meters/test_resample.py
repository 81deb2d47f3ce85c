"""Hours add up to what the meter counted, exactly."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import NamedTuple

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.monitor.meters.definitions import Definition
from tanlu.monitor.meters.resample import resample
from tanlu.monitor.meters.steps import points
from tanlu.monitor.meters.whole import scale_of
from tests.monitor.meters import oracle
from tests.monitor.meters.ledgers import HOUR, MINUTE, START

NO_RATIOS = pl.DataFrame(schema={"device": pl.String, "since": pl.Int64, "ratio": pl.Float64})
TOP = "100000"
OF = Definition("s", "register", "energy_j", scale_of("kWh", "energy_j"), rollover=float(TOP))
SCALE = Fraction(3_600_000)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")


class Walk(NamedTuple):
    """What one register showed, and when."""

    at: list[int]
    shown: list[str]


def walk(chance: random.Random) -> Walk:
    """Give a register that runs unevenly, falls silent and begins anew now and then."""
    at = START + chance.randrange(30 * 24 * HOUR)
    value = chance.randrange(10**8)
    times, shown = [], []
    for _ in range(chance.randrange(2, 40)):
        times.append(at)
        shown.append(f"{value // 1000}.{value % 1000:03}")
        at += chance.choice((1, 7 * MINUTE, 15 * MINUTE, HOUR, HOUR + 1, 30 * HOUR))
        value = (value + chance.choice((0, 1, 999, 123_456, 40_000_000))) % 10**8
    return Walk(times, shown)


def table(walks: list[Walk]) -> pl.DataFrame:
    """Give the readings of meters."""
    rows = [
        (f"m{number}", seq, at, float(shown), None)
        for number, each in enumerate(walks)
        for seq, (at, shown) in enumerate(zip(each.at, each.shown, strict=True))
    ]
    names = {"device": pl.String, "seq": pl.Int64, "at": pl.Int64, "value": pl.Float64,
             "quality": pl.Int64}  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row")


def _sums(walks: list[Walk], zone: str) -> dict[str, int]:
    hours = resample(points(table(walks), OF, NO_RATIOS), zone, OF.gap_us)
    return dict(hours.group_by("device").agg(pl.col("amount").sum()).iter_rows())


@pytest.mark.parametrize("zone", ZONES)
def test_a_thousand_meters_with_rollovers_lose_and_make_nothing(zone: str) -> None:
    chance = random.Random(20261102)
    walks = [walk(chance) for _ in range(1000)]
    over = sum(float(b) < float(a) for one in walks
               for a, b in zip(one.shown, one.shown[1:], strict=False))  # fmt: skip
    expected = {f"m{n}": oracle.wholes(one.shown, SCALE, TOP)[-1] for n, one in enumerate(walks)}

    assert over > 500
    assert _sums(walks, zone) == expected


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32))
def test_each_hour_is_that_of_exact_fractions(seed: int) -> None:
    one = walk(random.Random(seed))
    total = oracle.wholes(one.shown, SCALE, TOP)
    hours = resample(points(table([one]), OF, NO_RATIOS), "UTC", OF.gap_us)

    assert dict(hours.select("hour", "amount").iter_rows()) == oracle.hours(one.at, total)


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32))
def test_an_amount_lies_in_its_interval_and_hours_meet(seed: int) -> None:
    one = walk(random.Random(seed))
    hours = resample(points(table([one]), OF, NO_RATIOS), "Europe/Berlin", OF.gap_us)

    assert hours.filter(~pl.col("amount").is_between("lower", "upper")).height == 0
    assert hours["start"][1:].to_list() == hours["end"][:-1].to_list()
    assert (hours["start"][0], hours["end"][-1]) == (one.at[0], one.at[-1])


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32), cut=st.floats(0.1, 0.9))
def test_a_meter_read_in_two_pieces_counts_what_it_counts_in_one(seed: int, cut: float) -> None:
    one = walk(random.Random(seed))
    place = min(max(1, int(len(one.at) * cut)), len(one.at) - 1)
    first = Walk(one.at[: place + 1], one.shown[: place + 1])
    second = Walk(one.at[place:], one.shown[place:])

    parts = _sums([first, second], "UTC")

    assert sum(parts.values()) == _sums([one], "UTC").get("m0", 0)


def _hours(*rows: tuple[int, str], zone: str = "UTC") -> pl.DataFrame:
    one = Walk([START + at for at, _ in rows], [shown for _, shown in rows])
    return resample(points(table([one]), OF, NO_RATIOS), zone, OF.gap_us)


def test_an_hour_without_a_reading_is_marked_with_its_interval() -> None:
    found = _hours((-MINUTE, "0"), (50 * MINUTE, "1"), (50 * MINUTE + 4 * HOUR, "5"))
    rows = found.select("amount", "lower", "upper", "quality").rows()
    whole = 4 * 3_600_000

    assert rows[1][3] == "estimated"
    assert (rows[1][1], rows[1][2]) == (3_529_412, 3_529_412 + whole)
    assert rows[2] == (3_600_000, 0, whole, "estimated")
    assert [row[3] for row in rows] == ["measured", *["estimated"] * 5]


def test_a_silence_inside_of_one_hour_leaves_its_amount_measured() -> None:
    rows = [(minute * MINUTE, str(minute)) for minute in (0, 10, 55, 60)]

    assert _hours(*rows)["quality"].to_list() == ["measured"]


def test_a_reading_on_the_edge_parts_the_hours_without_rounding() -> None:
    found = _hours((0, "1"), (HOUR, "2.5"), (2 * HOUR, "2.5"))

    assert found.select("amount", "quality", "head", "tail").rows() == [
        (5_400_000, "measured", False, False),
        (0, "measured", False, False),
    ]


def test_hours_that_a_broken_step_touches_have_no_amount() -> None:
    found = _hours(
        (0, "10"), (HOUR // 2, "11"), (HOUR + 1, "9"), (2 * HOUR, "10"), (3 * HOUR, "12")
    )

    assert found["amount"].to_list() == [None, None, 7_200_000]
    assert found["quality"].to_list() == ["missing", "missing", "measured"]


def test_no_readings_make_no_hours() -> None:
    assert _hours().height == 0
