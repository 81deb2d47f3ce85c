"""A reading becomes whole smallest units once, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.meters.whole import Scale, divided, scale_of, whole
from tests.monitor.meters.oracle import half_up


def _whole(value: float, scale: Scale) -> int | None:
    frame = pl.DataFrame({"v": [value]}, schema={"v": pl.Float64})
    num, den = pl.lit(scale.numerator), pl.lit(scale.denominator)
    found = frame.select(whole(pl.col("v"), num, den)).to_series().to_list()
    return found[0]  # type: ignore[no-any-return]


@st.composite
def decimals(draw: st.DrawFn) -> Decimal:
    """Give a decimal of up to 15 digits, with as many places as its size leaves."""
    size, places = draw(st.sampled_from([(6, 9), (9, 6), (12, 3), (15, 0)]))
    digits = draw(st.integers(-(10 ** (size + places)) + 1, 10 ** (size + places) - 1))
    return Decimal(digits).scaleb(-places)


@given(value=decimals(), unit=st.sampled_from(["kWh", "Wh", "MWh", "MJ", "kcal_IT", "Btu"]))
def test_a_decimal_of_fifteen_digits_is_converted_exactly(value: Decimal, unit: str) -> None:
    scale = scale_of(unit, "energy_j")
    exact = Fraction(value) * Fraction(scale.numerator, scale.denominator)
    expected = half_up(exact)

    found = _whole(float(value), scale)

    assert found == (expected if abs(expected) < 2**63 else None)


def test_a_kilowatt_hour_is_three_million_six_hundred_thousand_joules() -> None:
    # SI brochure: 1 W h = 3600 J
    assert _whole(12345.678, scale_of("kWh", "energy_j")) == 44_444_440_800
    assert _whole(0.1, scale_of("kWh", "energy_j").times(1.2)) == 432_000
    assert _whole(0.5, scale_of("1", "count")) == 1
    assert _whole(-0.5, scale_of("1", "count")) == -1


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e15, -2e15])
def test_what_a_double_does_not_hold_is_no_amount(value: float) -> None:
    assert _whole(value, scale_of("1", "count")) is None


@pytest.mark.parametrize(
    ("unit", "numerator", "denominator"),
    [("kW", 1000, 1), ("W", 1, 1), ("MJ/h", 2500, 9), ("kWh/min", 60_000, 1)],
)
def test_a_rate_is_a_second_of_its_unit(unit: str, numerator: int, denominator: int) -> None:
    assert scale_of(unit, "energy_j", rate=True) == (numerator, denominator)


@pytest.mark.parametrize(
    ("unit", "quantity", "rate"),
    [("kg", "energy_j", False), ("kWh", "amount_fen", False), ("kWh", "energy_j", True),
     ("kVA", "energy_j", True), ("kW", "volume_ml", True)],
)  # fmt: skip
def test_a_unit_that_does_not_measure_the_quantity_is_refused(
    unit: str, quantity: str, rate: bool
) -> None:
    with pytest.raises(TanluError, match="TL376"):
        scale_of(unit, quantity, rate=rate)


@given(difference=st.integers(-(2**62), 2**62), of=st.integers(1, 2**50), share=st.floats(0, 1))
def test_a_part_of_a_difference_is_rounded_half_away(
    difference: int, of: int, share: float
) -> None:
    part = int(of * share)
    frame = pl.DataFrame({"d": [difference], "p": [part], "o": [of]})

    found = frame.select(divided(pl.col("d"), pl.col("p"), pl.col("o"))).item()

    assert found == half_up(Fraction(difference * part, of))
