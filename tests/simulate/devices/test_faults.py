"""Labelled faults: everything that is not as it should be has its label, and nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.simulate.devices import labelled
from tanlu.simulate.devices.faults import faults_of
from tanlu.terms import schema

READ, TRUTH = labelled(320, 7, days=5)
KEYS = ["device", "stream", "seq"]
BOTH = TRUTH.join(READ, on=KEYS, how="left", suffix="_said")


def test_a_seed_gives_the_same_readings_and_faults() -> None:
    again, truth = labelled(48, 7, days=1)
    other, _ = labelled(48, 8, days=1)

    assert again.equals(labelled(48, 7, days=1)[0])
    assert truth.equals(labelled(48, 7, days=1)[1])
    assert not again.equals(other)


def test_readings_are_of_their_schema_and_tell_no_truth() -> None:
    schema("reading").check(READ)
    assert READ.columns == list(schema("reading").names)


def test_every_identity_is_told_once_and_truth_knows_all() -> None:
    assert READ.select(KEYS).is_unique().all()
    assert TRUTH.select(KEYS).is_unique().all()
    assert READ.join(TRUTH, on=KEYS, how="anti").height == 0


def test_a_reading_differs_from_the_truth_where_it_is_labelled_and_nowhere_else() -> None:
    differs = (
        (pl.col("value") != pl.col("value_said"))
        | (pl.col("at") != pl.col("at_said"))
        | pl.col("value_said").is_null()
    )

    assert BOTH.filter(differs != pl.col("fault").is_not_null()).height == 0


def test_every_fault_of_the_table_happens() -> None:
    assert set(TRUTH["fault"].drop_nulls()) == {fault.name for fault in faults_of("value")}


def test_missing_readings_are_missing_and_nothing_else_is() -> None:
    gone = BOTH.filter(pl.col("value_said").is_null())

    assert set(gone["fault"]) == {"missing"}


@pytest.mark.parametrize(("fault", "ratio"), [("unit_up", 1000.0), ("unit_down", 0.001)])
def test_unit_slips_are_a_thousand_or_a_thousandth(fault: str, ratio: float) -> None:
    slip = BOTH.filter(pl.col("fault") == fault)

    assert slip.height > 100
    assert (slip["value_said"] - slip["value"] * ratio).abs().max() < 1e-3  # type: ignore[operator]


def test_swapped_sub_meters_tell_each_others_values() -> None:
    swapped = BOTH.filter(pl.col("fault") == "swapped")
    pairs = swapped.group_by("episode", "seq").agg(
        pl.col("value").sum().alias("true"), pl.col("value_said").sum().alias("said"), pl.len()
    )

    assert set(pairs["len"]) == {2}
    assert pairs["true"].equals(pairs["said"].alias("true"))


def test_a_drifting_meter_drifts_ever_further() -> None:
    drift = BOTH.filter(pl.col("fault") == "drift").with_columns(
        ((pl.col("value_said") - pl.col("value")) % 1e8).alias("off")
    )
    one = drift.filter(pl.col("device") == drift["device"][0]).sort("seq")
    later, sooner = one["off"][-1], one["off"][one.height // 2]

    assert later > 2 * sooner > 0


def test_episodes_are_about_one_series_and_one_fault() -> None:
    by = (
        TRUTH.drop_nulls("fault")
        .group_by("episode")
        .agg(pl.col("fault").n_unique(), pl.struct("device", "stream").n_unique().alias("series"))
    )

    assert by["fault"].max() == 1
    assert by["series"].max() <= 2  # type: ignore[operator]


def test_most_readings_are_sound() -> None:
    share = TRUTH["fault"].null_count() / TRUTH.height

    assert 0.9 < share < 0.999


def test_without_faults_the_readings_are_the_truth() -> None:
    read, truth = labelled(32, 7, days=1, faults=False)

    assert truth["fault"].null_count() == truth.height
    assert read["value"].equals(truth["value"])


@pytest.mark.parametrize(("devices", "days", "step_s"), [(0, 1, 60), (1, 0, 60), (1, 1, 7)])
def test_what_cannot_be_is_refused(devices: int, days: int, step_s: int) -> None:
    with pytest.raises(TanluError) as error:
        labelled(devices, 1, days=days, step_s=step_s)

    assert error.value.code == "TL901"
