"""From readings to what was counted between them."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.monitor.meters.definitions import Definition
from tanlu.monitor.meters.steps import points, usable
from tanlu.monitor.meters.whole import scale_of
from tests.monitor.meters.ledgers import HOUR, MINUTE, START

NO_RATIOS = pl.DataFrame(schema={"device": pl.String, "since": pl.Int64, "ratio": pl.Float64})


def _of(role: str = "register", unit: str = "kWh", **told: Any) -> Definition:
    scale = scale_of(unit, "energy_j", rate=role == "gauge")
    return Definition("s", role, "energy_j", scale.times(told.pop("per_pulse", None)), **told)


def _rows(*rows: tuple[int, float], device: str = "m") -> pl.DataFrame:
    names = {"at": pl.Int64, "value": pl.Float64}
    frame = pl.DataFrame([(START + at, value) for at, value in rows], schema=names, orient="row")
    return frame.with_row_index("seq").select(
        pl.lit(device).alias("device"), pl.col("seq").cast(pl.Int64), "at", "value",
        pl.lit(None, pl.Int64).alias("quality"),
    )  # fmt: skip


def _totals(rows: pl.DataFrame, of: Definition, ratios: pl.DataFrame = NO_RATIOS) -> list[int]:
    return points(rows, of, ratios)["total"].to_list()


def test_a_register_gives_differences() -> None:
    rows = _rows((0, 10.0), (MINUTE, 10.5), (2 * MINUTE, 12.0))

    assert _totals(rows, _of()) == [0, 1_800_000, 7_200_000]


def test_a_register_that_begins_anew_goes_over_the_top() -> None:
    rows = _rows((0, 99_999.5), (MINUTE, 0.25))

    assert _totals(rows, _of(rollover=100_000.0)) == [0, 2_700_000]


def test_a_register_that_runs_back_is_broken_and_counts_nothing() -> None:
    rows = _rows((0, 500.0), (MINUTE, 499.0), (2 * MINUTE, 500.0))
    for of in (_of(), _of(rollover=100_000.0)):
        found = points(rows, of, NO_RATIOS)

        assert found["broken"].to_list() == [False, True, False]
        assert found["total"].to_list() == [0, 0, 3_600_000]


def test_a_register_set_back_to_zero_is_no_rollover_where_it_would_be_too_fast() -> None:
    rows = _rows((0, 60_006.0), (MINUTE, 3.0), (2 * MINUTE, 4.0))
    found = points(rows, _of(rollover=100_000.0, rate_max=0.1), NO_RATIOS)

    assert found["broken"].to_list() == [False, True, False]
    assert found["total"].to_list() == [0, 0, 3_600_000]


def test_a_step_faster_than_can_be_is_broken() -> None:
    rows = _rows((0, 1.0), (MINUTE, 5000.0), (2 * MINUTE, 5001.0))

    assert points(rows, _of(rate_max=1.0), NO_RATIOS)["broken"].to_list() == [False, True, False]


def test_a_transformer_multiplies_from_its_time_on() -> None:
    ratios = pl.DataFrame(
        {"device": ["m", "m"], "since": [0, START + MINUTE + 1], "ratio": [10.0, 20.0]}
    )
    rows = _rows((0, 1.0), (MINUTE, 2.0), (2 * MINUTE, 3.0))

    assert _totals(rows, _of(), ratios) == [0, 36_000_000, 108_000_000]


def test_intervals_and_pulses_count_what_they_read() -> None:
    rows = _rows((0, 2.0), (MINUTE, 3.0))
    assert _totals(rows, _of("interval", "Wh")) == [0, 10_800]
    assert _totals(rows, _of("pulse", "Wh", per_pulse=0.5)) == [0, 5_400]


def test_an_interval_covers_one_step_and_what_lies_before_it_is_not_known() -> None:
    rows = _rows((0, 1.0), (MINUTE, 1.0), (4 * MINUTE, 2.0))
    found = points(rows, _of("interval", "Wh", step_us=MINUTE), NO_RATIOS)

    assert ((found["at"] - START) // MINUTE).to_list() == [-1, 0, 1, 3, 4]
    assert found["total"].to_list() == [0, 3600, 7200, 7200, 14_400]
    assert found["broken"].to_list() == [False, False, False, True, False]


def test_power_is_the_area_below_the_straight_line() -> None:
    rows = _rows((0, 2.0), (HOUR, 4.0), (HOUR + MINUTE, 4.0), (9 * HOUR, 4.0))
    found = points(rows, _of("gauge", "kW", linear=True), NO_RATIOS)

    # 3 kWh in the first hour, 4 kW for a minute, then nobody looked
    assert found["total"].to_list() == [0, 10_800_000, 11_040_000, 11_040_000]
    assert found["broken"].to_list() == [False, False, False, True]


def test_of_two_registers_at_one_instant_the_later_one_counts_and_pulses_add() -> None:
    rows = _rows((0, 1.0), (MINUTE, 7.0), (MINUTE, 2.0))
    assert _totals(rows, _of()) == [0, 3_600_000]
    assert _totals(rows, _of("pulse", "Wh")) == [0, 32_400]


def test_meters_do_not_mix() -> None:
    rows = pl.concat([_rows((0, 5.0), (MINUTE, 6.0)), _rows((0, 1.0), (MINUTE, 2.0), device="n")])
    found = points(rows, _of(), NO_RATIOS)

    assert found["same"].to_list() == [False, True, False, True]
    assert found["total"].to_list() == [0, 3_600_000, 3_600_000, 7_200_000]


def test_what_a_sender_or_its_clock_doubts_is_not_used() -> None:
    rows = pl.DataFrame(
        {
            "at": [START, START, START, START, 5, START],
            "value": [1.0, 1.0, 1.0, None, 1.0, float("nan")],
            "quality": [None, 2, 4, None, None, 1],
        }
    )

    assert rows.select(usable()).to_series().to_list() == [True, False, False, False, False, False]
