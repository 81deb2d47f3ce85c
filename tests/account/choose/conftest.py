"""Drives with known truth, and a card learned from those that are metered."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl
import pytest

from tanlu.account.choose import Card, judged, learn
from tanlu.factors import library
from tanlu.simulate import telemetry

KEYS = ("truck.artic.44t", "van.class3")


class Known(NamedTuple):
    """Legs, their truth, the drives of the metered, and the card that they gave."""

    legs: pl.DataFrame
    truth: pl.DataFrame
    drives: pl.DataFrame
    card: Card


@pytest.fixture(scope="session")
def known() -> Known:
    """Two classes of 900 vehicles: enough for coverage, little enough for a test."""
    pytest.importorskip("sklearn", reason="extra learn")
    legs, truth = telemetry(900, 7, drives=30)
    legs = legs.filter(pl.col("vehicle_class").is_in(KEYS), pl.col("energy_carrier") != "lng")
    drives = judged(legs, None, library())
    made = None
    for step in learn(drives):
        made = step.result
    assert isinstance(made, Card)
    return Known(legs, truth, drives, made)
