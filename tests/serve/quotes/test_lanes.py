"""A lane is told by a shipment that went, and only where enough of them did."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.serve.quotes.lanes import ENOUGH, history, modelled
from tanlu.store import open_workspace


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
