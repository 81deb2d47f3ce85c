"""Readings become gas per hour at standard conditions, whatever they were read at."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.measured.stacks import stack

from tanlu.account.measured import at_oxygen, hours


def grams(**changed: Any) -> float | None:
    row = hours(stack(changed)).select(pl.col("conc_g_nm3") * pl.col("flow_nm3"))
    return row.item()  # type: ignore[no-any-return]


def test_a_hundred_grams_in_a_thousand_cubic_metres_are_a_hundred_kilograms() -> None:
    assert grams() == 100_000


def test_warm_wet_gas_is_less_gas() -> None:
    # 273.15 / (273.15 + 120) x 98 / 101.325 x (1 - 0.1) = 0.60477...
    made = grams(temperature_c=120.0, pressure_pa=98_000.0, moisture=0.1)

    assert made == pytest.approx(100_000 * 273.15 / 393.15 * 98 / 101.325 * 0.9, rel=1e-12)


def test_a_wet_concentration_is_brought_to_dry() -> None:
    # 90 g/m³ wet at 10 % moisture are 100 g/m³ dry
    wet = grams(conc_mg_m3=90_000.0, conc_basis="wet", moisture=0.1)

    assert wet == pytest.approx(grams(moisture=0.1), rel=1e-12)


def test_parts_per_million_are_moles_of_an_ideal_gas() -> None:
    # 100 % CO2 is 44.009 g in 22.414 l: 1,963.46 g/Nm³
    pure = hours(stack({"conc_mg_m3": None, "conc_ppm": 1e6}))["conc_g_nm3"].item()

    assert pure == pytest.approx(44.009 / 22.414 * 1000, rel=1e-12)


def test_mass_does_not_depend_on_the_oxygen_that_an_analyser_refers_to() -> None:
    # 100 g/m³ at 5 % are 100 x (21 - 3.5) / (21 - 5) at 3.5 %: referred there, the same mass
    referred = 100_000.0 * (0.21 - 0.035) / (0.21 - 0.05)
    made = grams(conc_mg_m3=referred, conc_oxygen=0.035, oxygen=0.05)

    assert made == pytest.approx(100_000, rel=1e-12)


@given(st.floats(0.001, 0.15), st.floats(0.001, 0.15), st.floats(0.1, 1e6))
def test_a_concentration_comes_back_from_another_oxygen(one: float, two: float, c: float) -> None:
    there = at_oxygen(pl.lit(c), pl.lit(one), pl.lit(two))
    back = pl.select(at_oxygen(there, pl.lit(two), pl.lit(one))).item()

    assert back == pytest.approx(c, rel=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [{"conc_mg_m3": -1.0}, {"moisture": 1.5}, {"pressure_pa": 0.0}, {"flow_m3": float("nan")},
     {"temperature_c": None}, {"conc_mg_m3": None}, {"conc_basis": "wet", "moisture": 1.0},
     {"conc_basis": None}, {"conc_basis": "Wet"}],
)  # fmt: skip
def test_what_cannot_be_is_missing_and_not_zero(wrong: dict[str, Any]) -> None:
    assert grams(**wrong) is None
