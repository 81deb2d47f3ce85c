"""The example park rests on no assumed energy: every class that it uses has a value of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.factors import resolve
from tanlu.simulate.stated import table
from tanlu.store import open_workspace
from tests.factors.conftest import frame
from tests.journey.travel import tanlu

INSIDE = {"sorting", "transfer"}  # the kind of a hub is its class
BARE = "F-ASSUMED"  # the energy value is a stated assumption of the library


@pytest.fixture(scope="module")
def park(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """Give what a small park came to, and its ledger."""
    books = tmp_path_factory.mktemp("park") / "books"
    return tanlu("demo", "--orders", "1000", "--seed", "7", "--ledger", books), books


def rows(books: Path, name: str, *columns: str) -> pl.DataFrame:
    return open_workspace(books).scan(name, columns=columns).collect()


def test_no_emission_rests_on_an_assumed_energy(park: tuple[dict[str, Any], Path]) -> None:
    told = rows(park[1], "emission", "activity_id", "assumptions")

    assert told.height > 1000
    assert not told.filter(pl.col("assumptions").str.contains(BARE, literal=True)).height


def test_every_activity_is_matched(park: tuple[dict[str, Any], Path]) -> None:
    facts, books = park
    moved = set(rows(books, "activity", "activity_id")["activity_id"])
    counted = rows(books, "emission", "activity_id", "share_of", "factor_id")
    # a receipt is counted in the shares of the legs that it pays for
    found = set(counted["activity_id"]) | set(counted["share_of"].drop_nulls())

    assert facts["unquantified"]["rows"] == 0
    assert moved == found
    assert counted["factor_id"].null_count() == 0


def test_the_small_park_uses_what_brings_to_the_door(park: tuple[dict[str, Any], Path]) -> None:
    used = set(rows(park[1], "activity", "vehicle_class")["vehicle_class"])

    assert {"trike.cargo", "robot.delivery", "van.class3"} <= used


@pytest.mark.parametrize("place", ["CN", "CN-GD", "CN-XZ", None])
def test_no_role_of_the_fleet_resolves_to_an_assumption(place: str | None) -> None:
    # a small park does not draw every role
    roles = [(row["mode"], row["vehicle_class"], row["energy_carrier"]) for row in table("fleet")]
    asked = [
        (name if mode in INSIDE else f"transport.{mode}", name, carrier, None, place)
        for mode, name, carrier in roles
    ]
    found = resolve(frame(*asked))
    same = ("kind", "vehicle_class", "energy_carrier")

    assert {key[:3] for key in asked} == set(found.select(same).iter_rows())
    assert not found.filter(pl.col("assumptions").str.contains(BARE, literal=True)).height
