"""What devices truly read: registers that only grow, sums that hold, nights without sun."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.simulate.devices import definitions, labelled
from tanlu.simulate.devices.park import lines
from tanlu.simulate.devices.signals import Grid, value

WEEK, TRUTH = labelled(64, 5, days=7, step_s=300, faults=False)


def _grown(frame: pl.DataFrame, rollover: float) -> pl.DataFrame:
    passed = pl.col("value").diff().over("device", order_by="seq")
    return frame.with_columns(
        pl.when(passed < 0).then(passed + rollover).otherwise(passed).alias("passed")
    )


def test_every_value_lies_within_the_bounds_of_its_stream() -> None:
    bounds = definitions().select("stream", "minimum", "maximum")
    wrong = WEEK.join(bounds, on="stream").filter(~pl.col("value").is_between("minimum", "maximum"))

    assert wrong.height == 0


def test_values_change_no_faster_than_their_stream_allows() -> None:
    known = definitions().drop_nulls("rate_max").select("stream", "rate_max", "role", "rollover")
    change = WEEK.join(known, on="stream").with_columns(
        pl.col("value").diff().over("stream", "device", order_by="seq").alias("change")
    )
    folded = pl.when((pl.col("role") == "register") & (pl.col("change") < 0)).then(
        pl.col("change") + pl.col("rollover")
    )
    quick = change.with_columns(folded.otherwise("change").abs().alias("change"))
    # the readings of the week are 300 s apart
    assert quick.filter(pl.col("change") > pl.col("rate_max") * 300).height == 0


def test_a_lorry_fills_its_tank_in_a_minute_and_no_faster_than_its_stream_allows() -> None:
    most = definitions().filter(stream="tank_ml")["rate_max"].item()
    minutes = labelled(16, 5, days=2, step_s=60, faults=False)[0].filter(stream="tank_ml")
    filled = minutes.select(pl.col("value").diff().over("device", order_by="seq").max()).item()

    assert 250_000 < filled <= most * 60


def test_a_main_meter_is_the_sum_of_its_sub_meters_and_a_loss_below_four_percent() -> None:
    grown = _grown(WEEK.filter(pl.col("stream") == "energy_wh"), 1e9)
    number = pl.col("device").str.slice(3).cast(pl.Int64) // 16
    by = grown.group_by(number.alias("hall"), pl.col("device").str.slice(0, 2).alias("kind")).agg(
        pl.col("passed").sum()
    )
    wide = by.pivot("kind", index="hall", values="passed")
    loss = (wide["MM"] / wide["SM"] - 1).to_list()

    assert wide.height == 4
    assert all(0.0149 < each < 0.0351 for each in loss)


def test_some_registers_begin_anew() -> None:
    dropped = (
        labelled(1600, 1, days=2, step_s=3600, faults=False)[0]
        .filter(pl.col("stream") == "energy_wh")
        .with_columns(pl.col("value").diff().over("device", order_by="seq").alias("change"))
        .filter(pl.col("change") < 0)
    )

    assert 1 <= dropped["device"].n_unique() <= 60


def test_there_is_no_sun_at_night() -> None:
    sun = _grown(WEEK.filter(pl.col("stream") == "pv_wh"), 1e9)
    hour = (pl.col("at") // 3_600_000_000 + 8) % 24
    by = sun.group_by(hour.alias("hour")).agg(pl.col("passed").sum()).sort("hour")

    assert by.filter(pl.col("hour") < 6)["passed"].sum() == 0
    assert by["passed"].arg_max() in (11, 12, 13)


def test_offices_rest_at_the_weekend() -> None:
    office = WEEK.filter(
        pl.col("device").str.ends_with("1"), pl.col("device").str.starts_with("SM")
    )
    first = office.filter(pl.col("device") == office["device"][0])["value"]
    day = 288

    assert first[6 * day] - first[5 * day] < 0.5 * (first[day] - first[0])


@given(st.integers(0, 2**32), st.sampled_from(lines()), st.integers(1, 4), st.integers(2, 40))
def test_a_hall_reads_the_same_whatever_stands_beside_it(
    seed: int, line: object, halls: int, steps: int
) -> None:
    many = value(line, Grid.of(halls, steps, 60, 0, seed))  # type: ignore[arg-type]
    alone = value(line, Grid.of(1, steps, 60, 0, seed))  # type: ignore[arg-type]

    assert many.head(steps).equals(alone)


@pytest.mark.parametrize("stream", ["temperature_c", "power_w"])
def test_gauges_wander_and_do_not_stand_still(stream: str) -> None:
    gauge = WEEK.filter(pl.col("stream") == stream)

    assert gauge["value"].n_unique() > gauge.height // 20


def test_batteries_are_charged_again() -> None:
    battery = WEEK.filter(pl.col("stream") == "battery_j")["value"]

    assert battery.mean() > 0.3 * battery.max()  # type: ignore[operator]
    assert battery.min() >= 0  # type: ignore[operator]
