"""The truth comes back: dirty files of a known network through read and quantify.

Every injected fault is refused, told, or named here as one that no reader can see; and what the
rows add up to holds the true emission within its interval, mode by mode.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from tanlu.account import quantify, total
from tanlu.monitor import intake
from tanlu.simulate import Dirt, batch, plan, write_park
from tanlu.store import open_workspace

ORDERS, SEED = 6_000, 11
KINDS = {
    "road": "transport.road", "rail": "transport.rail", "air": "transport.air",
    "inland": "transport.inland", "sea": "transport.sea", "sorting": "hub.parcel",
    "transfer": "hub.transshipment",
}  # fmt: skip
NAME = (pl.col("waybill") + "/" + pl.col("leg_no").cast(pl.String)).alias("activity_id")


class Told(NamedTuple):
    """What was read and quantified, and what is true."""

    facts: dict[str, Any]
    activities: pl.DataFrame
    emissions: pl.DataFrame
    codes: pl.DataFrame
    faults: pl.DataFrame
    truth: pl.DataFrame


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("park")
    *_, made = write_park(folder, orders=ORDERS, seed=SEED, dirt=Dirt.usual())
    assert isinstance(made.result, dict)
    workspace = open_workspace(folder / "books", create=True)
    facts: dict[str, Any] = {}
    for file, mapping in made.result["files"]:
        *_, last = intake(Path(file), Path(mapping), workspace)
        facts[Path(file).name] = last.result
    activities = workspace.scan("activity").collect()
    findings = workspace.scan("finding").collect()
    slipped = findings.filter(code="TL334", column="mass_mg")["value"].str.strip_suffix(" kg")
    here = (pl.col("mass_mg") / 1e6).is_in(slipped.cast(pl.Float64).implode())
    # a person who follows the findings divides what is told to be 1,000 times too much
    mended = activities.with_columns(
        pl.when(here).then(pl.col("mass_mg") // 1000).otherwise("mass_mg").alias("mass_mg")
    )
    quantified = quantify(mended)
    codes = pl.concat(
        [
            workspace.scan("quarantine").collect().select("activity_id", "code"),
            activities.filter(here).select("activity_id", pl.lit("TL334").alias("code")),
            quantified.findings.select(
                pl.col("subject").str.strip_prefix("activity:").alias("activity_id"), "code"
            ),
        ]
    )
    rows = pl.read_csv(
        folder / "truth/truth-00000.csv", schema_overrides={"was": pl.String}
    ).with_columns(NAME)
    faults = rows.filter(pl.col("dirt").is_not_null())
    return Told(facts, activities, quantified.emissions, codes, faults, true_emissions())


def true_emissions() -> pl.DataFrame:
    """WTW [ug] of the true energy of each leg, at the factors that the reader has."""
    made = batch(plan(ORDERS, SEED), 0)
    start = pl.col("start").dt.replace_time_zone("Asia/Shanghai").dt.epoch("us")
    electric = pl.col("energy_carrier") == "electricity"
    burnt = made["legs"].with_columns(made["truth"]["energy_j"]).select(
        NAME, "energy_carrier", "energy_j", "place", start.alias("start"),
        (start + 1).alias("end"), pl.lit("UTC").alias("zone"), pl.lit("minute").alias("precision"),
        pl.when(electric).then(pl.lit("energy.electricity")).otherwise(pl.lit("energy.fuel"))
        .alias("kind"),
        pl.col("mode").replace_strict(KINDS).alias("subject"),
    )  # fmt: skip
    rows = quantify(burnt).emissions
    return rows.group_by("activity_id", pl.col("subject").alias("kind")).agg(
        pl.col("co2e_ug").sum().alias("true_ug")
    )


def those(told: Told, fault: str) -> pl.Series:
    return told.faults.filter(pl.col("dirt") == fault)["activity_id"]


def coded(told: Told, *codes: str) -> set[str]:
    return set(told.codes.filter(pl.col("code").is_in(codes))["activity_id"])


def measured(told: Told) -> set[str]:
    return set(told.emissions.filter(pl.col("share_of").is_not_null())["activity_id"])


def test_the_rows_equation_counts_copies_and_refusals(told: Told) -> None:
    facts = told.facts["legs-00000.csv"]

    assert facts["rows_known"] == those(told, "duplicate").len() > 0
    swapped, near = those(told, "dates").len(), those(told, "near_duplicate").len()
    assert facts["quarantined"] == {"TL316": swapped, "TL350": near}
    assert facts["rows_in"] == facts["rows_new"] + facts["rows_known"] + swapped + near


def test_swapped_dates_and_near_copies_are_all_refused(told: Told) -> None:
    assert set(those(told, "dates")) == coded(told, "TL316")
    assert set(those(told, "near_duplicate")) == coded(told, "TL350")


def test_a_missing_mass_is_told_unless_the_round_was_measured(told: Told) -> None:
    missing = set(those(told, "missing"))

    assert missing - measured(told) == coded(told, "TL503")
    assert missing & measured(told)


def test_a_wrong_mode_is_told_unless_the_round_was_measured(told: Told) -> None:
    # of a measured round the mode decides no gram: that kind of fault cannot be seen
    wrong = set(those(told, "mode"))

    assert wrong - measured(told) == coded(told, "TL201", "TL510", "TL516", "TL517", "TL518")


def test_slips_are_told_but_for_those_of_the_lightest(told: Told) -> None:
    # ten times what 99 of 100 rows weigh is the least that is far from all others: a gram that
    # became a kilogram hides among parcels, and weighs as little in the sum
    masses = told.activities.filter(pl.col("kind").is_in(list(KINDS.values())))["mass_mg"]
    edge = 10 * (masses.filter(masses > 0).quantile(0.99, "nearest") or 0)
    slips = told.activities.filter(pl.col("activity_id").is_in(those(told, "slip").implode()))
    far = slips.filter(pl.col("mass_mg") > edge)

    assert set(far["activity_id"]) == coded(told, "TL334")
    assert far.height > 0.85 * slips.height


def test_what_no_reader_can_see(told: Told) -> None:
    # valid text in the wrong letters changes no amount; what never came is in no file
    silent, garbled = set(those(told, "outage")), set(those(told, "encoding"))

    assert silent
    assert garbled
    assert not (silent | garbled) & set(told.codes["activity_id"])
    assert not silent & set(told.activities["activity_id"])
    assert garbled <= set(told.activities["activity_id"])


def test_no_clean_row_is_accused(told: Told) -> None:
    assert set(told.codes["activity_id"]) <= set(told.faults["activity_id"])


def test_every_fault_has_a_place_in_these_tests(told: Told) -> None:
    known = {"duplicate", "near_duplicate", "slip", "missing", "mode", "dates", "encoding"}

    assert set(told.faults["dirt"]) == known | {"outage"}


def sums(told: Told) -> dict[str, tuple[float, float, float, float]]:
    """Lower, amount, upper and truth [kg] by kind."""
    ours = total(told.emissions.filter(pl.col("kind").is_in(list(KINDS.values()))), by=["kind"])
    true = told.truth.group_by("kind").agg(pl.col("true_ug").sum())
    joined = ours.join(true, on="kind").select(
        "kind", *(pl.col(name).cast(pl.Float64) / 1e9
                  for name in ("lower_ug", "co2e_ug", "upper_ug", "true_ug"))
    )  # fmt: skip
    return {kind: tuple(row) for kind, *row in joined.iter_rows()}  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS.values())
def test_the_truth_of_each_mode_is_within_its_interval(told: Told, kind: str) -> None:
    lower, _, upper, true = sums(told)[kind]

    assert lower <= true <= upper


def test_measured_rounds_recover_the_truth_closely(told: Told) -> None:
    # a receipt is off by at most its noise; what is lost or garbled of a round stays in the round
    parted = told.emissions.filter(pl.col("share_of").is_not_null())
    clean = parted.join(told.faults.select("activity_id"), on="activity_id", how="anti")
    both = (
        clean.group_by("activity_id").agg(pl.col("co2e_ug").sum())
        .join(told.truth, on="activity_id").select(pl.col("co2e_ug", "true_ug").sum())
    )  # fmt: skip

    assert both["co2e_ug"][0] / both["true_ug"][0] == pytest.approx(1, abs=0.03)


def test_the_whole_network_is_recovered(told: Told) -> None:
    every = [row for kind, row in sums(told).items() if kind != "transport.air"]
    ours, true = sum(row[1] for row in every), sum(row[3] for row in every)

    # without the aircraft, whose true energy the network assumes at a third of the library's
    assert ours / true == pytest.approx(1, abs=0.08)
