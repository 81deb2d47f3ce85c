"""The estimate at once equals the columns."""

from __future__ import annotations

import statistics
import time
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.account.conftest import BASE
from tests.account.test_batch import batch

from tanlu.account import estimate, quantify
from tanlu.errors import TanluError

LEG = st.fixed_dictionaries(
    {
        "kind": st.just("transport.road"),
        "vehicle_class": st.sampled_from(["truck.artic.44t", "van.average", None]),
        "mass_mg": st.integers(0, 30 * 10**9),
        "distance_m": st.integers(0, 5_000_000),
        "distance_type": st.sampled_from(["sfd", "actual", "gcd", None]),
        "load_ppm": st.none() | st.integers(1, 1_000_000),
        "start": st.integers(BASE["start"], BASE["start"] + 10**13),
    }
)


@settings(max_examples=30, deadline=None)
@given(LEG)
def test_it_equals_the_columns_to_the_microgram(leg: dict[str, Any]) -> None:
    rows = quantify(batch([{**leg, "end": leg["start"] + 1}])).emissions
    made = estimate({**BASE, **leg})

    for boundary in ("ttw", "wtt"):
        row = rows.filter(pl.col("boundary") == boundary).row(0, named=True)
        found = made["legs"][0][boundary]
        assert [row["co2e_ug"], row["lower_ug"], row["upper_ug"], row["n2o_ug"]] == [
            found["co2e_ug"], found["lower_ug"], found["upper_ug"], found["n2o_ug"]
        ]  # fmt: skip
    assert made["co2e_ug"] == made["ttw_ug"] + made["wtt_ug"]


def test_a_warm_estimate_takes_less_than_a_millisecond() -> None:
    estimate(BASE)
    took = []
    for mass in range(10**9, 10**9 + 200):
        begun = time.process_time()
        estimate({**BASE, "mass_mg": mass})
        took.append(time.process_time() - begun)

    assert statistics.median(took) < 1e-3


ORDER = {
    "kind": "transport.air", "origin": "Shenzhen", "destination": "Kenya", "place": None,
    "vehicle_class": None, "energy_carrier": None, "distance_m": None, "distance_type": None,
}  # fmt: skip


def test_a_warm_chain_of_legs_takes_less_than_a_millisecond() -> None:
    estimate({**BASE, **ORDER})
    took = []
    for mass in range(10**9, 10**9 + 200):
        begun = time.process_time()
        estimate({**BASE, **ORDER, "mass_mg": mass})
        took.append(time.process_time() - begun)

    assert statistics.median(took) < 1e-3


@pytest.mark.parametrize("aircraft", [None, "plane.long_haul"])
def test_a_chain_equals_the_columns_below_and_above_the_bands_of_mass(aircraft: str | None) -> None:
    for mass in (10**9, 12 * 10**9 - 1, 12 * 10**9, 20 * 10**9):
        order = {**ORDER, "vehicle_class": aircraft, "mass_mg": mass}
        rows = quantify(batch([order])).emissions

        assert estimate({**BASE, **order})["co2e_ug"] == rows["co2e_ug"].sum()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"origin": "Suzhou"}, "TL511.*Suzhou"),
        ({"kind": "transport.road", "destination": "Japan"}, "TL518.*no road or railway joins"),
    ],
)
def test_a_chain_that_cannot_be_says_why(row: dict[str, Any], said: str) -> None:
    with pytest.raises(TanluError, match=said):
        estimate({**BASE, **ORDER, **row})


@pytest.mark.parametrize(
    ("row", "code"),
    [({"mass_mg": None}, "TL501"), ({"vehicle_class": "truck.unknown"}, "TL201")],
)
def test_what_cannot_be_estimated_is_refused(row: dict[str, Any], code: str) -> None:
    with pytest.raises(TanluError) as raised:
        estimate({**BASE, **row})

    assert raised.value.code == code


def test_an_estimate_of_which_one_boundary_is_too_large_is_refused() -> None:
    leg = {"kind": "transport.road", "start": 1_767_225_600_000_000, "place": "CN"}
    leg |= {"vehicle_class": "truck.artic.44t", "energy_carrier": "diesel"}
    leg |= {"mass_mg": 2 * 10**14, "distance_m": 600_000_000, "distance_type": "actual"}

    with pytest.raises(TanluError, match="TL508"):
        estimate(leg)
