"""A ledger is quantified once, late data reopens its group, and a kill loses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.account.test_rounds import FUEL, STOPS

from tanlu.account import quantify_all
from tanlu.account.books import run
from tanlu.store import Workspace, open_workspace
from tanlu.verify import replay


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "books", create=True)


def result(ledger: Workspace, **options: Any) -> dict[str, Any]:
    *_, last = quantify_all(ledger, **options)
    found = last.result
    assert isinstance(found, dict)
    return found


def shares(ledger: Workspace) -> pl.DataFrame:
    rows = ledger.scan("emission").collect()
    return rows.filter(pl.col("share_of").is_not_null()).sort("emission_id")


def test_a_second_run_writes_nothing(ledger: Workspace, activities: Any) -> None:
    ledger.append("activity", activities({}, {"mass_mg": None}))
    first, version = result(ledger), ledger.version
    second = result(ledger)

    assert first["new"] == {"activities": 2, "emissions": 2}
    assert second["new"] == {"activities": 0, "emissions": 0}
    assert version == ledger.version
    assert first["unquantified"]["by_code"] == {"TL503": 1}


def test_a_late_stop_reopens_its_round(ledger: Workspace, activities: Any) -> None:
    ledger.append("activity", activities(FUEL, *STOPS[:2]))
    before = result(ledger)
    ledger.append("activity", activities(STOPS[2]))
    after = result(ledger)

    assert before["co2e_wtw_kg"] == after["co2e_wtw_kg"]
    assert shares(ledger)["activity_id"].unique().sort().to_list() == ["s0", "s1", "s2"]


def test_late_energy_replaces_the_intensity_of_its_legs(ledger: Workspace, activities: Any) -> None:
    ledger.append("activity", activities(*STOPS))
    modelled = result(ledger)
    ledger.append("activity", activities(FUEL))
    result(ledger)
    rows = ledger.scan("emission").collect()

    assert modelled["emissions"] == 6
    assert set(rows["method"]) == {"allocation"}


def test_a_corrected_energy_bill_is_shared_anew(ledger: Workspace, activities: Any) -> None:
    ledger.append("activity", activities(FUEL, *STOPS))
    once = result(ledger)
    double = {**FUEL, "activity_id": "fuel2", "supersedes": "fuel", "volume_ml": 9600}
    ledger.append("activity", activities(double))
    twice = result(ledger)

    assert float(twice["co2e_wtw_kg"]) == pytest.approx(2 * float(once["co2e_wtw_kg"]), rel=1e-9)
    assert set(shares(ledger)["share_of"]) == {"fuel2"}


def test_a_bill_that_moves_away_leaves_its_legs_to_intensity(
    ledger: Workspace, activities: Any
) -> None:
    ledger.append("activity", activities(FUEL, *STOPS))
    result(ledger)
    moved = {**FUEL, "activity_id": "fuel2", "supersedes": "fuel", "round": "elsewhere"}
    ledger.append("activity", activities(moved))
    result(ledger)
    rows = ledger.scan("emission").collect()

    assert set(rows["activity_id"]) == {"fuel2", "s0", "s1", "s2"}
    assert rows["share_of"].null_count() == rows.height


def test_another_gwp_set_makes_a_new_revision(ledger: Workspace, activities: Any) -> None:
    ledger.append("activity", activities(FUEL, *STOPS, {"activity_id": "alone"}))
    result(ledger)
    result(ledger, gwp_set="AR5")
    rows = ledger.scan("emission").collect()

    assert set(rows["gwp_set"]) == {"AR5"}
    assert rows["emission_id"].n_unique() == rows.height == 8


def test_a_killed_run_goes_on_where_it_stood(
    ledger: Workspace, activities: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "SLICE", 2)
    ledger.append("activity", activities(*({"mass_mg": 10**9 + n} for n in range(7)), FUEL, *STOPS))
    work = quantify_all(ledger)
    for _ in range(2):
        next(work)
    work.close()
    resumed = result(ledger)
    other = open_workspace(ledger.path.parent / "whole", create=True)
    other.append("activity", ledger.scan("activity").collect())

    rows = ledger.scan("emission").collect()
    assert resumed["co2e_wtw_kg"] == result(other)["co2e_wtw_kg"]
    assert rows["emission_id"].n_unique() == rows.height == 20


def test_what_was_taken_back_stays_away_when_other_factors_hold(
    ledger: Workspace, activities: Any
) -> None:
    from tests.factors.packs.own import own

    from tanlu.factors import library
    from tanlu.factors.packs import adopt

    ledger.append("activity", activities({"activity_id": "one"}, {"activity_id": "two"}))
    result(ledger)
    gone = pl.Series("activity_id", ["one"])
    for table in ("activity", "emission"):
        ledger.retract(table, gone, key="activity_id")
    adopt(ledger, [*library().packs, own()], why="test")
    result(ledger)

    assert set(ledger.scan("emission").collect()["activity_id"]) == {"two"}


@pytest.mark.parametrize("gone", [["s1"], ["s1", "s2"], ["s0", "s1", "s2"], ["fuel"]])
def test_a_round_is_shared_anew_when_a_member_is_taken_back(
    ledger: Workspace, activities: Any, gone: list[str]
) -> None:
    ledger.append("activity", activities(FUEL | {"activity_id": "fuel"}, *STOPS))
    result(ledger)
    ledger.retract("activity", pl.Series("activity_id", gone))
    made, version = result(ledger), ledger.version
    again = result(ledger)
    *_, checked = replay(ledger)

    assert checked.result["differences"] == 0
    assert set(ledger.scan("emission").collect()["activity_id"]).isdisjoint(gone)
    # what is shared is what is left of the round, once
    assert (again["new"], ledger.version) == ({"activities": 0, "emissions": 0}, version)
    assert made["co2e_wtw_kg"] == again["co2e_wtw_kg"]


def test_an_activity_that_is_taken_back_takes_its_emissions_along(
    ledger: Workspace, activities: Any
) -> None:
    ledger.append("activity", activities({"activity_id": "one"}, {"activity_id": "two"}))
    result(ledger)
    ledger.retract("activity", pl.Series("activity_id", ["one"]))
    result(ledger)
    *_, checked = replay(ledger)

    assert set(ledger.scan("emission").collect()["activity_id"]) == {"two"}
    assert checked.result["differences"] == 0
