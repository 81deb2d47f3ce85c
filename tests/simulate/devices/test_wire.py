"""What goes over the wire: shares as asked for, truth that an independent count confirms."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.simulate.devices.wire import RE_ISSUED, gaps, transmissions
from tanlu.terms import schema

WIRE = transmissions(4000, 9)
KEYS = ["stream", "device", "seq"]
MARK = pl.col("mark")


def test_a_seed_gives_the_same_transmissions() -> None:
    again = transmissions(4000, 9)

    assert again.rows.equals(WIRE.rows)
    assert again.truth.equals(WIRE.truth)
    assert not transmissions(4000, 10).rows.equals(WIRE.rows)


def test_rows_are_in_the_order_of_sending_and_ticks_are_all_of_them() -> None:
    ticks = list(WIRE.ticks(7_000_000))

    assert WIRE.rows["sent_us"].is_sorted()
    assert pl.concat(ticks).equals(WIRE.rows)
    for number, tick in enumerate(ticks):
        assert tick.filter(pl.col("sent_us") // 7_000_000 != number).height == 0


def test_every_reading_is_sent_or_lost() -> None:
    sound = WIRE.rows.filter(MARK.ne_missing("duplicate"))

    assert sound.height + WIRE.lost == 4000 * 10
    assert sound.select(KEYS).is_unique().all()


@pytest.mark.parametrize(
    ("mark", "low", "high"),
    [("duplicate", 0.008, 0.012), ("late", 0.008, 0.012), ("corrupt", 0.0005, 0.0015)],
)
def test_shares_are_as_in_the_table(mark: str, low: float, high: float) -> None:
    assert low < WIRE.rows.filter(pl.col("mark") == mark).height / 40_000 < high


def test_truth_is_what_came_unbroken_each_once() -> None:
    sound = MARK.is_null() | ~MARK.is_in(["corrupt", "astray"])
    came = WIRE.rows.filter(sound).unique(KEYS)
    columns = WIRE.truth.columns

    assert WIRE.truth.sort(KEYS).equals(came.select(columns).sort(KEYS))


def test_gaps_are_the_holes_that_a_slow_count_finds() -> None:
    found = []
    for (stream, device), rows in WIRE.truth.group_by("stream", "device"):
        have = set(rows["seq"])
        hole: list[int] = []
        for number in range(min(have), max(have) + 2):
            if number not in have and number < max(have):
                hole.append(number)
            elif hole:
                found.append((stream, device, hole[0], hole[-1], len(hole)))
                hole = []

    assert WIRE.gaps.height > 50
    assert sorted(found) == WIRE.gaps.rows()
    schema("gap").check(WIRE.gaps)


def test_nothing_is_sent_while_the_line_is_down_and_most_comes_afterwards() -> None:
    refilled = WIRE.rows.filter(MARK == "refill")
    down = WIRE.rows.filter(pl.col("sent_us").is_between(120_000_000, 215_999_999)).height
    usual = 4000 * 96 / 60

    # four halls in ten are silent from 120 s to 216 s
    assert 0.5 < down / usual < 0.7
    assert refilled["sent_us"].is_between(216_000_000, 236_000_000).sum() > 2000
    assert set(refilled["quality"]) == {RE_ISSUED}


def test_small_buffers_lose_the_oldest_and_keep_the_newest() -> None:
    assert 0 < WIRE.lost < 0.02 * 40_000
    ends = WIRE.gaps.filter(pl.col("count") > 1)

    assert ends.height > 0


def test_a_copy_has_the_content_of_its_original_and_follows_it() -> None:
    copies = WIRE.rows.filter(MARK == "duplicate")
    both = copies.join(WIRE.rows.filter(MARK.ne_missing("duplicate")), on=KEYS, suffix="_first")

    assert both.height == copies.height
    for name in ("at", "value", "quality"):
        assert both[name].equals(both[f"{name}_first"].alias(name))
    assert (both["sent_us"] > both["sent_us_first"]).all()


def test_a_clock_that_lost_its_battery_tells_the_year_2000_for_some_readings() -> None:
    astray = WIRE.rows.filter(MARK == "astray")
    right = transmissions(4000, 9, faults=False).truth
    off = astray.join(right, on=KEYS, suffix="_right")

    assert 4 <= astray["device"].n_unique() <= 14
    assert astray["at"].is_between(946_684_800_000_000, 946_771_200_000_000).all()
    assert (off["at_right"] % 86_400_000_000).equals(off["at"].rename("at_right") % 86_400_000_000)
    assert WIRE.refused() == astray.height + WIRE.rows.filter(MARK == "corrupt").height


def test_some_clocks_are_wrong_by_up_to_two_minutes() -> None:
    right = transmissions(4000, 9, faults=False).truth
    both = WIRE.truth.join(right, on=KEYS, suffix="_right")
    off = both.select("device", (pl.col("at") - pl.col("at_right")).alias("off"))
    wrong = off.filter(pl.col("off") != 0)

    assert wrong["off"].abs().max() <= 120_000_000  # type: ignore[operator]
    assert 0.01 < wrong["device"].n_unique() / 4000 < 0.03


def test_without_faults_all_comes_once_and_there_is_no_gap() -> None:
    calm = transmissions(100, 9, rate=2, seconds=300, faults=False)

    assert calm.rows.height == calm.truth.height == 1000
    assert (calm.gaps.height, calm.lost, calm.refused()) == (0, 0, 0)


def test_gaps_of_nothing_are_none() -> None:
    assert gaps(WIRE.truth.clear()).height == 0


@pytest.mark.parametrize(("rate", "seconds", "each"), [(1, 60, 1), (1, 5, 1), (600, 2, 20)])
def test_each_device_has_a_reading_however_short_it_lasts(
    rate: float, seconds: int, each: int
) -> None:
    wire = transmissions(40, 3, rate=rate, seconds=seconds, faults=False)

    assert wire.truth.group_by("device").len()["len"].unique().to_list() == [each]


@pytest.mark.parametrize(
    ("rate", "seconds"), [(0, 600), (-1, 600), (60_001, 600), (1, 0), (60_000, 999_999)]
)
def test_what_cannot_be_is_refused(rate: float, seconds: int) -> None:
    with pytest.raises(TanluError) as error:
        transmissions(10, 1, rate=rate, seconds=seconds)

    assert error.value.code == "TL901"
