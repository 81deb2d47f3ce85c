"""The true energy of a drive: more work needs more, a battery takes braking back."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.simulate.motion import true_energy
from tanlu.simulate.stated import table

ROLES = {row["role"]: number for number, row in enumerate(table("telemetry"))}
DRIVE = {
    "role": ROLES["artic_diesel"], "load_kg": 12_000, "distance_m": 200_000, "driving_s": 10_800,
    "idle_s": 600, "stops": 12, "ascent_m": 900, "descent_m": 900, "celsius": 15.0, "cold": 0,
}  # fmt: skip


def energy(**told: float) -> float:
    return float(true_energy(pl.DataFrame([DRIVE | told]))[0])


@pytest.mark.parametrize(
    "more",
    [
        {"load_kg": 20_000}, {"stops": 60}, {"idle_s": 7_200}, {"ascent_m": 2_000},
        {"driving_s": 9_000}, {"celsius": -10.0}, {"cold": 1},
    ],
)  # fmt: skip
def test_more_work_needs_more_energy(more: dict[str, float]) -> None:
    assert energy(**more) > energy()


def test_the_tractor_needs_what_such_tractors_need() -> None:
    # 8.9 MJ/km empty and 14.8 MJ/km full: the curve of tanlu-vehicles for this class
    assert 8.9 < energy() / 1e6 / 200 < 14.8


def test_a_battery_needs_about_half_of_diesel() -> None:
    assert 0.3 < energy(role=ROLES["artic_battery"]) / energy() < 0.6


def test_no_descent_gives_energy_back_to_the_tank() -> None:
    assert energy(ascent_m=0, descent_m=20_000, stops=0) > 0
