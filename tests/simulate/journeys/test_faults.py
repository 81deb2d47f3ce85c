"""Faults are where the labels say, of the kind that they say, and nowhere else."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from tanlu.simulate.journeys import FAULTS, Journeys, Noise, faulty, journeys

E7 = 1e7


@cache
def clean() -> Journeys:
    return journeys(14, 3, noise=Noise(phone_share=0), templates=("parcel", "rail"))


@cache
def struck(fault: str) -> Journeys:
    return faulty(clean(), [fault], 3)


def rows(made: Journeys) -> pl.DataFrame:
    """The rows that the labels name."""
    labels = made.labels
    assert labels is not None
    both = made.positions.join(labels, on="device")
    return both.filter(pl.col("seq").is_between(pl.col("first_seq"), pl.col("last_seq")))


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_strikes_some_journeys_and_leaves_the_others(fault: str) -> None:
    made = struck(fault)
    labels = made.labels
    assert labels is not None
    others = ~pl.col("device").is_in(labels["device"].to_list())

    assert set(labels["fault"]) == {fault}
    assert 1 <= labels["device"].n_unique() <= 3
    assert made.positions.filter(others).equals(clean().positions.filter(others))
    assert made.legs.equals(clean().legs)


@pytest.mark.parametrize("fault", FAULTS)
def test_truth_is_joined_by_the_number_of_the_fix(fault: str) -> None:
    made = struck(fault)
    numbers = made.positions.group_by("device", maintain_order=True).agg("seq")
    both = made.positions.join(made.truth, on=["device", "seq"])

    assert all(seq == list(range(1, len(seq) + 1)) for seq in numbers["seq"].to_list())
    assert both.height == made.truth.height


def test_a_reversed_clock_runs_an_hour_or_more_behind() -> None:
    found = rows(struck("time_reversal")).join(
        struck("time_reversal").truth, on=["device", "seq"], suffix="_true"
    )

    assert ((found["at_true"] - found["at"]) >= 3_600_000_000).all()


def test_null_island_is_at_zero() -> None:
    made = struck("null_island")
    zero = made.positions.filter(lat_e7=0, lon_e7=0)
    assert made.labels is not None

    assert zero.height == made.labels["rows"].sum()


def test_a_teleport_is_50_to_500_km_off() -> None:
    found = rows(struck("teleport")).join(
        struck("teleport").truth, on=["device", "seq"], suffix="_true"
    )
    north = (found["lat_e7"] - found["lat_e7_true"]) / E7 * 111.2
    cosine = (found["lat_e7_true"] / E7).radians().cos()
    east = (found["lon_e7"] - found["lon_e7_true"]) / E7 * 111.2 * cosine
    far = (north**2 + east**2).sqrt()

    assert (far.min() > 45, far.max() < 560) == (True, True)


def test_a_mixed_datum_is_off_by_hundreds_of_metres_from_then_on() -> None:
    made = struck("mixed_datum")
    found = rows(made).join(made.truth, on=["device", "seq"], suffix="_true")
    inside = found.join(
        made.sections.filter(country="CN").select("device", pl.col("start").alias("s"), "end"),
        on="device", suffix="_leg",
    ).filter(pl.col("at").is_between(pl.col("s"), pl.col("end_leg")))  # fmt: skip
    east = ((inside["lon_e7"] - inside["lon_e7_true"]) / E7 * 1e5).abs()

    assert 100 < east.median() < 900


def test_a_duplicated_device_has_fixes_that_are_not_its_own() -> None:
    made = struck("duplicated_device")
    assert made.labels is not None
    foreign = made.positions.join(made.truth, on=["device", "seq"], how="anti")

    assert foreign.height == made.labels["rows"].sum()
    assert made.truth.height == clean().truth.height


def test_a_missing_leg_has_no_fix() -> None:
    made = struck("missing_leg")
    assert made.labels is not None
    for row in made.labels.iter_rows(named=True):
        during = made.positions.filter(
            pl.col("device") == row["device"], pl.col("at").is_between(row["start"], row["end"])
        )
        assert (during.height, row["rows"] > 0) == (0, True)
    assert clean().positions.height - made.positions.height == made.labels["rows"].sum()


def test_all_faults_together_have_a_journey_each() -> None:
    made = faulty(clean(), FAULTS, 1)
    assert made.labels is not None

    assert set(made.labels["fault"]) == set(FAULTS)
    assert made.facts["faults"] == sorted(FAULTS)
    assert made.labels["device"].n_unique() == made.labels.height


def test_a_cycle_puts_a_vehicle_into_what_it_carries() -> None:
    made = struck("cyclic_aggregation")
    labels = made.labels
    assert labels is not None
    new = made.events.join(clean().events, on="event_id", how="anti")
    there = made.events.select(subject="parent", parent="subject", event_id="event_id")

    assert new.height == labels.height == labels["rows"].sum()
    assert new["at"].sort().to_list() == labels["start"].sort().to_list()
    assert new.join(there, on=["subject", "parent"]).height >= new.height
    assert made.facts["rows"]["events"] == made.events.height
