"""A lane is told by a shipment that went, and only where enough of them did."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.serve.quotes.lanes import ENOUGH, history, modelled
from tanlu.store import open_workspace
from tanlu.terms import time
from tests.report.ledger import activity, emission, kept


@pytest.fixture(scope="module")
def parcels(ledger):
    return history(open_workspace(ledger))


def test_a_lane_needs_nineteen_shipments(parcels):
    found = modelled(parcels)
    counts = {
        (o, d): n for o, d, n in parcels.filter(~pl.col("air"))
        .group_by("origin", "destination").len().iter_rows()
    }  # fmt: skip

    assert {key[:2] for key in found if key[2] == "land"} == {
        key for key, count in counts.items() if count >= ENOUGH
    }


def test_the_model_of_a_lane_is_the_shipment_in_the_middle(parcels):
    found = modelled(parcels)
    (origin, destination, _), lane = next(i for i in found.items() if i[0][2] == "land")
    rows = parcels.filter(
        (pl.col("origin") == origin) & (pl.col("destination") == destination) & ~pl.col("air")
    ).with_columns((pl.col("co2e_ug") / pl.col("mass_mg")).log().alias("ln"))

    ways = [tuple(legs) for legs in rows["legs"].to_list()]
    at = ways.index(lane.legs)
    assert abs(rows["ln"][at] - rows["ln"].median()) <= rows["ln"].std() / 4
    inside = ((rows["ln"] - rows["ln"].median()).abs() <= 1.96 * lane.sigma_ln + 1e-9).mean()
    assert inside >= 0.95


def test_an_empty_ledger_has_no_lanes(tmp_path):
    assert modelled(history(open_workspace(tmp_path / "empty", create=True))) == {}


def _parcels(folder, days, lost=()):
    """Write parcels of two legs a day apart; of some legs there is no emission."""
    rows, done = [], []
    for number, day in enumerate(days):
        start = time.period(day, "Asia/Shanghai")[0]
        for leg in (0, 1):
            row = activity(
                2 * number + leg, start=start + leg * 86_400_000_000, shipment=f"S{number}",
                mass_mg=10**7, end=start + leg * 86_400_000_000 + 1, leg_no=leg,
            )  # fmt: skip
            rows.append(row)
            if row["activity_id"] not in lost:
                done.append(emission(row, "ttw", 10**9))
    return kept(folder, rows, done)


def test_a_parcel_of_which_a_part_is_not_known_is_none(tmp_path):
    whole = history(_parcels(tmp_path / "whole", ["2026-10-01", "2026-10-02"]))
    assert whole["co2e_ug"].to_list() == [2 * 10**9, 2 * 10**9]
    lacking = history(_parcels(tmp_path / "lacking", ["2026-10-01", "2026-10-02"], ("a1",)))
    assert lacking["shipment"].to_list() == ["S1"]


def test_a_parcel_that_began_before_the_window_is_none(tmp_path):
    books = _parcels(tmp_path, ["2026-07-03", "2026-07-04", "2026-10-01"])
    # the window opens on the fourth of July, with the second leg of the first parcel
    assert sorted(history(books)["shipment"]) == ["S1", "S2"]
