"""What rows have in common."""

from __future__ import annotations

import polars as pl
import pytest
from tests.verify.plausibility.asked import rows

from tanlu.factors import properties
from tanlu.verify.plausibility.rides import heats, joules, mad, stated_in, wide


@pytest.mark.parametrize(
    ("amount", "unit"),
    [(1, 1), (10, 10), (12_340_000_000, 10_000_000), (12_000_000_000, 10**9), (7, 1)],
)
def test_the_unit_of_an_amount_is_the_power_of_ten_that_divides_it(amount: int, unit: int) -> None:
    assert pl.select(stated_in(pl.lit(amount))).item() == unit


@pytest.mark.parametrize(
    ("code", "vague"),
    [("CN", True), ("CN-SH", True), (None, True), ("CNSHA", False), ("SITE-01", False)],
)
def test_a_country_or_province_is_wide_and_a_site_is_not(code: str | None, vague: bool) -> None:
    table = pl.DataFrame({"place": [code]}, schema={"place": pl.String})

    assert table.select(wide("place")).item() is vague


def test_the_spread_of_a_normal_sample_is_its_sigma() -> None:
    from random import Random

    luck = Random(1)
    table = pl.DataFrame({"x": [luck.gauss(3, 2) for _ in range(20_000)], "of": 1})

    assert table.select(mad(pl.col("x"), ["of"]).first()).item() == pytest.approx(2, rel=0.03)


def test_energy_comes_from_joules_else_from_litres_or_kilograms() -> None:
    diesel = {"kind": "energy.fuel", "energy_carrier": "diesel"}
    told = rows(
        {**diesel, "energy_j": 5}, {**diesel, "volume_ml": 1_000}, {**diesel, "mass_mg": 1_000_000},
        {**diesel, "energy_carrier": "moonshine", "volume_ml": 1_000},
    )  # fmt: skip
    found = joules(told.lazy()).collect()["_joules"]
    heat = heats().filter(energy_carrier="diesel").row(0, named=True)

    assert found.to_list() == [5.0, heat["_j_ml"] * 1_000, heat["_j_mg"] * 1_000_000, None]
    # petrol is another one in China and in the world
    petrol = properties().filter(energy_carrier="petrol", place="CN").sort("valid_from")
    assert heats().filter(energy_carrier="petrol")["_j_mg"].item() == petrol["mj_per_kg"][-1]
    # GB 17691 and the guides of China hold 42.65 to 43.33 MJ/kg for diesel
    assert 42 < heat["_j_mg"] < 44
    assert 35 < heat["_j_ml"] / 1000 < 37.5
