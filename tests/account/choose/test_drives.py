"""The physics of a drive: each part by hand, parts that add up, and what is missing named."""

from __future__ import annotations

from pathlib import Path
from runpy import run_path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.choose.drives import FEATURES, TOLD, drives, vehicles
from tanlu.account.legs import prepare
from tanlu.account.legs.computing import spec
from tanlu.terms.spec import interpret

FIGURES = vehicles().filter(
    pl.col("vehicle_class") == "truck.artic.44t", pl.col("energy_carrier") == "diesel"
).row(0, named=True)  # fmt: skip
LEG: dict[str, Any] = {
    "mass_mg": 10_000_000_000, "distance_m": 100_000, "load_ppm": None,
    "duration_us": 5_600_000_000, "idle_us": 600_000_000, "stops": 4, "ascent_m": 500,
    "descent_m": 400, "air_temperature_mc": 15_000, "capacity_t": 25.51, "cold_w": 0.0,
}  # fmt: skip


def told(**other: Any) -> dict[str, Any]:
    asked = spec("telemetry")
    row = {**{k: v for k, v in FIGURES.items() if k in dict(asked.inputs)}, **LEG, **other}
    return next(iter(interpret(asked, [row])))


@pytest.mark.parametrize("name", ["telemetry", "learned"])
def test_the_specification_is_what_its_tool_writes(root: Path, name: str) -> None:
    build = run_path(str(root / "tools/account/telemetry.py"))["build"]

    assert spec(name).canonical == build(name)


def test_the_energy_of_a_drive_by_hand() -> None:
    gross, speed = 15_000 + 10_000, 100_000 / 5_000
    rolling = gross * 9.80665 * 0.0065 * 100_000
    air = 0.6125 * 5.6 * speed**2 * 100_000
    hills = gross * 9.80665 * (500 - 0.70 * 400)
    stops = 0.5 * gross * speed**2 * 4
    motor = (rolling + air + hills + stops) / 0.44 + 14_000 * 5_000
    rest = 20_000 * 600 + 6_000 * 5_600

    assert told()["physics_j"] == round(motor + rest)


def test_features_by_hand() -> None:
    found = told()

    assert found["speed_mmps"] == 20_000
    assert found["gross_g"] == 25_000_000
    assert (found["stops_pgm"], found["climb_ppm"], found["fall_ppm"]) == (40_000, 5_000, 4_000)
    assert (found["idle_ppm"], found["warmth_mc"]) == (107_143, 15_000)


@given(
    st.integers(0, 25_000), st.integers(1_000, 900_000), st.integers(0, 300), st.integers(0, 5_000)
)
def test_stops_and_ascent_add_what_their_formulas_say(
    load: int, way: int, stops: int, ascent: int
) -> None:
    row = {"mass_mg": load * 10**6, "distance_m": way, "descent_m": 0, "duration_us": way * 90_000,
           "idle_us": 0, "capacity_t": 30.0}  # fmt: skip
    without, both = told(**row, stops=0, ascent_m=0), told(**row, stops=stops, ascent_m=ascent)
    gross, speed = 15_000 + load, way / (way * 0.09)
    more = gross * 9.80665 * ascent + 0.5 * gross * speed**2 * stops

    assert both["physics_j"] - without["physics_j"] == pytest.approx(more / 0.44, rel=1e-9, abs=2)


def test_a_consignment_has_its_share_of_the_vehicle() -> None:
    whole = told(load_ppm=800_000, mass_mg=20_408_000_000)
    half = told(load_ppm=800_000, mass_mg=10_204_000_000)

    assert half["share"] == pytest.approx(0.5)
    assert half["physics_j"] * 2 == pytest.approx(whole["physics_j"], abs=2)


def test_more_load_than_told_is_believed() -> None:
    assert told(load_ppm=1_000)["share"] == 1.0


@pytest.mark.parametrize("name", [*TOLD, "mass_mg", "distance_m"])
def test_what_is_not_told_is_named_and_leaves_no_physics(name: str) -> None:
    row = {k: v for k, v in LEG.items() if k not in ("duration_us", "capacity_t", "cold_w", name)}
    leg = {"activity_id": "a", "start": 0, "end": LEG["duration_us"], "vehicle": "v",
           "vehicle_class": "truck.artic.44t", "energy_carrier": "diesel", **row}  # fmt: skip
    legs = prepare.whole(pl.DataFrame([leg]))
    made = pl.DataFrame({"energy_used_j": [1], "capacity_t": [25.51]})
    found = drives(legs, made, pl.Series([1])).row(0, named=True)

    assert found["physics_j"] is None
    assert name in found["lacks"]


def test_every_figure_names_its_source_and_every_class_stands_once() -> None:
    table = vehicles()

    assert table["source"].str.len_chars().min() > 5
    assert table.select("vehicle_class", "energy_carrier").is_duplicated().any() is False
    assert len(FEATURES) == len(set(FEATURES))
