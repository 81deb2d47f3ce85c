"""Operation categories beyond the published examples."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tanlu.account import operations
from tanlu.errors import TanluError


def test_temperature_classes_bear_their_own_energy() -> None:
    rate = operations.hub_intensities(100, {"ambient": (30, 0), "frozen": (20, 40)})

    assert rate == {"ambient": Fraction(2), "frozen": Fraction(4)}
    assert 30 * rate["ambient"] + 20 * rate["frozen"] == 140


def test_more_than_a_year_is_refused() -> None:
    with pytest.raises(TanluError, match="TL509"):
        operations.intensity([(1, 1, 1)], 1, span_us=400 * 86_400_000_000)


def test_no_activity_has_no_intensity() -> None:
    with pytest.raises(TanluError, match="TL513"):
        operations.intensity([(1, 1, 1)], 0)


def test_shares_of_a_blend_add_up() -> None:
    with pytest.raises(TanluError, match="TL513"):
        operations.blended([("0.9", 1), ("0.2", 1)])


def test_an_unknown_unit_on_a_ferry_is_refused() -> None:
    with pytest.raises(TanluError, match="TL502"):
        operations.ferry_share({"zeppelin": 1})


def test_well_to_wheel_is_the_sum_bit_for_bit() -> None:
    rate = operations.intensity([("4.13", "0.77", "0.23")], "0.3")

    assert rate.wtw == rate.ttw + rate.wtt
