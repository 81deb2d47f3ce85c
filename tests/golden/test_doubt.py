"""Uncertainty and allocation against outside vectors, through the rooms that do them in columns."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account.allocation import divide
from tanlu.account.doubt import approach_1, causes
from tanlu.account.doubt.pedigree import gsd2, pedigree_sigma
from tests.golden.vectors import formulas, worked

SCORES = ("reliability", "completeness", "temporal", "geographical", "technological")


@pytest.fixture
def own(shared: Path) -> dict[str, Any]:
    return formulas(shared)["own"]


@pytest.fixture
def vectors(shared: Path) -> dict[str, dict[str, Any]]:
    return worked(shared)


def shared_out(kilograms: Fraction, rows: list[dict[str, Any]], key: str) -> dict[str, float]:
    """Shares [kg] of a total by member, under a key."""
    table = pl.DataFrame(rows).with_columns(
        pl.lit("g").alias("group"), pl.lit("transport.").alias("kind"),
        pl.lit("sfd").alias("distance_type"),
    )  # fmt: skip
    amount = int(kilograms * 10**9)
    total = pl.DataFrame({"total_id": ["t"], "group": ["g"], "co2e_ug": [amount]})
    made = divide(total, table, key).shares

    assert amount == made["share_ug"].sum()
    assert set(made["key"]) == {key}
    return {name: ug / 10**9 for name, ug in made.select("activity_id", "share_ug").iter_rows()}


def near(vector: dict[str, Any], expected: Any, actual: float) -> None:
    assert float(expected) == pytest.approx(actual, rel=float(vector["rel_tol"]))


def test_sums_of_independent_and_of_correlated_sources(own: dict[str, Any]) -> None:
    _, apart, together, wrong = own["uncertainty"]
    for vector, factors in ((apart, "fgh"), (together, "fff"), (wrong, "fgh")):
        given = vector["inputs"]
        rows = pl.DataFrame(
            {
                "co2e_ug": [round(each * 10**9) for each in given["x"]],
                "sigma_ln_ppm": [round(each * 10**6) for each in given["u"]],
                "factor_id": list(factors),
            }
        )
        found = approach_1(causes(rows))["sigma_ln_ppm"].item() / 10**6
        assert vector["expected"] == pytest.approx(found, abs=1e-6)


def test_the_pedigree_vectors(own: dict[str, Any]) -> None:
    for vector in own["pedigree_v1"]:
        scores = [vector["scores"][name] for name in SCORES]
        sigma = pedigree_sigma(scores, vector["basic_uncertainty_gsd2"])

        assert vector["expected_sigma_ln"] == pytest.approx(sigma, rel=1e-12)
        assert vector["expected_gsd2"] == pytest.approx(gsd2(sigma), rel=1e-12)


def test_mistake_6_a_tracked_round_by_direct_distance(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["parcel-01-tracked-collection-round"]
    given = vector["inputs"]
    stops = [
        {"activity_id": f"s{n}", "mass_mg": int(stop["mass_kg"] * 10**6),
         "distance_m": int(stop["direct_km"] * 1000)}
        for n, stop in enumerate(given["stops"], start=1)
    ]  # fmt: skip
    fuel = given["fuel_l"] * given["density_kg_per_l"]
    found = shared_out(fuel * given["wtw_kg_per_kg"], stops, "mass_distance")

    near(vector, vector["expected"]["item5_wtw_kg"], found["s5"])
    near(vector, vector["expected"]["item7_wtw_kg"], found["s7"])


def test_belly_freight_by_mass_with_passengers(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["air-01-belly-allocation"]
    given = vector["inputs"]
    metres = given["distance_km"] * 1000
    freight_mg = int(given["freight_capacity_t"] * given["freight_load_factor"] * 10**9)
    consignment_mg = int(given["consignment_kg"] * 10**6)
    seated = int(given["seats"] * given["seat_occupancy"])
    flight = [
        {"activity_id": "c", "mass_mg": consignment_mg, "passengers": 0, "distance_m": metres},
        {"activity_id": "f", "mass_mg": freight_mg - consignment_mg, "passengers": 0,
         "distance_m": metres},
        {"activity_id": "p", "mass_mg": 0, "passengers": seated, "distance_m": metres},
    ]  # fmt: skip
    burnt = given["fuel_kg_per_flight"] * (given["ttw_kg_per_kg"] + given["wtt_kg_per_kg"])
    found = shared_out(burnt, flight, "passenger_mass")

    near(vector, vector["expected"]["consignment_wtw_kg"], found["c"])
    # the source prints 0.8 for 0.804
    near(vector, vector["recomputed"]["passenger_share"], found["p"] / float(burnt))


def test_a_ferry_by_passenger_equivalents(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["sea-04-ropax"]
    given = vector["inputs"]
    units = [
        {"activity_id": name, "unit": name, "count": int(unit["n"])}
        for name, unit in given["units"].items()
    ]
    # a year of the ferry, over 1,000: one amount is at most 9.2 Mt
    burnt = given["vlsfo_t"] * (given["wtt"] + given["ttw"])
    found = shared_out(burnt, units, "passenger_equivalent")

    near(vector, vector["expected"]["trailer_wtw_kg"], found["trailer"] * 1000)
    near(vector, vector["expected"]["hgv_wtw_kg"], found["hgv"] * 1000)
