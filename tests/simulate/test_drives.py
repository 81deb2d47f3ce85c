"""Telemetry: the same bytes from a seed, the truth apart, meters right but for the faulty ones."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.simulate import telemetry
from tanlu.simulate.stated import stated, table
from tanlu.terms import schema

LEGS, TRUTH = telemetry(120, 3, drives=50)


def test_a_seed_gives_the_same_drives() -> None:
    again, truth = telemetry(120, 3, drives=50)

    assert again.equals(LEGS)
    assert truth.equals(TRUTH)
    assert not telemetry(120, 4, drives=50)[0].equals(LEGS)


def test_drives_are_activities_and_do_not_tell_the_truth() -> None:
    known = schema("activity").dtypes()

    assert {name: LEGS.schema[name] for name in LEGS.columns} == {
        name: known[name] for name in LEGS.columns
    }
    assert set(LEGS.columns) & {"fault", "metered", "true_j"} == set()


def test_only_metered_vehicles_report_energy_and_all_of_their_drives_do() -> None:
    told = LEGS["energy_j"].is_not_null()

    assert told.equals(TRUTH["metered"].alias("energy_j"))
    by = LEGS.group_by("vehicle").agg(pl.col("energy_j").is_not_null().mean())
    assert set(by["energy_j"]) == {0.0, 1.0}


def test_a_sound_meter_errs_by_little_and_a_faulty_one_by_much() -> None:
    both = LEGS.select("energy_j").hstack(TRUTH.select(pl.col("energy_j").alias("true"), "fault"))
    off = both.with_columns((pl.col("energy_j") / pl.col("true") - 1).abs().alias("off"))
    sound = off.filter(pl.col("energy_j").is_not_null(), pl.col("fault").is_null())
    faulty = off.filter(pl.col("fault").is_in(["unit", "high", "low", "stuck"]))
    most = stated("telemetry_meter_noise") + 5 * stated("telemetry_meter_bias")

    assert sound["off"].max() <= most
    assert faulty.height > 0
    assert faulty["off"].min() > 0.3


def test_some_drives_are_silent_about_ascent_or_temperature_never_about_distance() -> None:
    share = LEGS.select(pl.any_horizontal(pl.col("ascent_m", "air_temperature_mc").is_null()))

    assert share.to_series().mean() == pytest.approx(stated("telemetry_silent_share"), abs=0.02)
    assert LEGS.select("distance_m", "mass_mg", "idle_us", "stops").null_count().row(0) == (0,) * 4


def test_idling_lies_within_the_time_of_the_drive() -> None:
    assert (LEGS["idle_us"] < LEGS["end"] - LEGS["start"]).all()


def test_a_vehicle_is_back_before_it_leaves_again() -> None:
    # as many drives a vehicle that some would overlap by chance
    legs, _ = telemetry(10, 3, drives=400)
    ordered = legs.sort("vehicle", "start").with_columns(
        pl.col("end").shift(1).over("vehicle").alias("before")
    )

    assert ordered.filter(pl.col("start") < pl.col("before")).height == 0
    assert (legs["end"] > legs["start"]).all()


def test_every_class_is_in_the_fleet() -> None:
    told = set(LEGS.select("vehicle_class", "energy_carrier").unique().iter_rows())

    assert told == {(row["vehicle_class"], row["energy_carrier"]) for row in table("telemetry")}


@pytest.mark.parametrize(("vehicles", "drives"), [(0, 5), (5, 0), (-1, 5)])
def test_nothing_is_refused(vehicles: int, drives: int) -> None:
    with pytest.raises(TanluError, match="TL901"):
        telemetry(vehicles, 1, drives=drives)
