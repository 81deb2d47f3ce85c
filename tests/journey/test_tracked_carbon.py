"""Carbon of tracked journeys whose energy is known: grid, traction and gauge by country."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.account import quantify
from tanlu.simulate.journeys import journeys
from tanlu.terms import schema
from tanlu.track.legs import elements, legs
from tests.journey.tracking import rates, traction, true

BAR = 0.005
KEYS = ["device", "leg_no"]


@pytest.fixture(scope="module")
def made():
    return journeys(60, 1001, region="test")


def carbon(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by(KEYS).agg(ug=(pl.col("energy_j") * pl.col("rate")).sum())


def test_the_carbon_of_legs_is_within_half_a_percent_of_the_truth(made):
    moved, fixes = true(made)
    found = elements(moved, fixes, energy=made.readings, traction=traction(made))
    stated = made.sections.rename({"co2e_ug_per_j": "rate"})

    told = found.join(rates(made), on=["mode", "country"], how="left", nulls_equal=True)
    both = carbon(stated).join(carbon(told), on=KEYS, suffix="_b").filter(pl.col("ug") > 0)
    error = ((both["ug_b"] - both["ug"]) / both["ug"]).abs()

    assert both.height > 150
    assert error.median() <= BAR
    assert error.quantile(0.9) <= BAR


def test_trains_over_borders_change_grid_and_gauge_where_the_truth_does():
    abroad = journeys(24, 1002, region="test", templates=("rail",))
    moved, fixes = true(abroad)
    found = elements(moved, fixes, energy=abroad.readings)
    true_cuts = abroad.sections.filter(pl.col("section_no") > 1).select(*KEYS, "country")

    cuts = found.filter(pl.col("part") > 1).select(*KEYS, "country", "crossing")
    met = true_cuts.join(cuts, on=[*KEYS, "country"])

    stated = abroad.sections.rename({"co2e_ug_per_j": "rate"})
    told = found.join(rates(abroad), on=["mode", "country"], how="left", nulls_equal=True)
    both = carbon(stated).join(carbon(told), on=KEYS, suffix="_b")
    trains = both.join(true_cuts, on=KEYS, how="semi").filter(pl.col("ug") > 0)
    error = ((trains["ug_b"] - trains["ug"]) / trains["ug"]).abs()

    assert error.median() <= BAR
    assert error.quantile(0.9) <= BAR
    assert true_cuts.height > 5
    assert met.height / true_cuts.height >= 0.9
    assert met["crossing"].null_count() / met.height <= 0.2


def test_carbon_goes_all_the_way_through_the_account_of_the_library(made):
    moved, fixes = true(made)
    found = legs(
        moved, fixes, events=made.events, energy=made.readings, traction=traction(made)
    ).activities
    kind = pl.when(pl.col("energy_carrier") == "electricity").then(pl.lit("energy.electricity"))
    power = pl.col("energy_carrier") == "electricity"
    truth = made.sections.filter(
        (pl.col("energy_j") > 0) & (pl.col("energy_carrier") != "none")
    ).select(
        activity_id=pl.concat_str("device", "leg_no", "section_no", separator="|"),
        start="start", end="end", zone=pl.lit("UTC"), precision=pl.lit("instant"),
        kind=kind.otherwise(pl.lit("energy.fuel")), energy_j="energy_j", place="country",
        energy_carrier=pl.when(~power).then("energy_carrier"), source_device="device",
    )  # fmt: skip
    truth = schema("activity").fit(truth)
    emissions = quantify(found).emissions
    shares = emissions.filter(pl.col("share_of").is_not_null())
    true_ug = total(quantify(truth).emissions, truth)
    found_ug = total(shares, found)
    both = true_ug.join(found_ug, on="device", suffix="_b")
    error = ((both["ug_b"] - both["ug"]) / both["ug"]).abs()

    assert both.height >= 55
    assert error.median() <= BAR
    # energy is told once: no leg of a round has a row of its own beside its share
    alone = emissions.filter(
        pl.col("share_of").is_null() & pl.col("kind").str.starts_with("transport.")
    )
    assert alone["co2e_ug"].sum() == 0


def total(emissions: pl.DataFrame, activities: pl.DataFrame) -> pl.DataFrame:
    by_location = emissions.filter(pl.col("basis") != "market")
    devices = activities.select("activity_id", device="source_device")
    rows = by_location.join(devices, on="activity_id")
    return rows.group_by("device").agg(ug=pl.col("co2e_ug").sum())
