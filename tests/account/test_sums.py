"""A sum is legal only within one profile and basis."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify, total
from tanlu.errors import TanluError


@pytest.mark.parametrize("column", ["profile", "gwp_set"])
def test_sums_across_what_differs_are_refused(activities: Any, column: str) -> None:
    rows = quantify(activities({})).emissions
    other = rows.with_columns(pl.lit("another").alias(column))

    with pytest.raises(TanluError) as raised:
        total(pl.concat([rows, other]))

    assert raised.value.code == "TL512"


def test_location_and_market_never_meet_but_none_goes_with_either(activities: Any) -> None:
    rows = quantify(activities({})).emissions
    here, there = (rows.with_columns(basis=pl.lit(name)) for name in ("location", "market"))

    assert total(pl.concat([rows, here]))["co2e_ug"][0] == 2 * rows["co2e_ug"].sum()
    with pytest.raises(TanluError, match="TL512"):
        total(pl.concat([here, there]))


def test_well_to_wheel_is_both_boundaries(activities: Any) -> None:
    rows = quantify(activities({}, {"mass_mg": 7})).emissions
    ttw, wtt = (total(rows, boundaries=[name])["co2e_ug"][0] for name in ("ttw", "wtt"))

    assert total(rows)["co2e_ug"][0] == ttw + wtt
