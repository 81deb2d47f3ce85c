"""The row by market has the energy of its twin and the rate of what was bought."""

from __future__ import annotations

import polars as pl
import pytest
from tests.account.market.test_books import GUANGDONG, RESIDUAL, used

from tanlu.account import quantify
from tanlu.account.market.instruments import NONE
from tanlu.account.market.supply import supplies
from tanlu.account.market.twins import placed, twins
from tanlu.factors import library
from tanlu.terms import schema


def made(rows: list[dict[str, object]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    batch = pl.DataFrame(rows, infer_schema_length=None)
    emitted = quantify(batch, profile="ghg_protocol").emissions
    told = {row["activity_id"]: row.get("technology") for row in rows}
    here = emitted.filter(pl.col("basis") == "location").with_columns(
        pl.col("activity_id").replace_strict(told, return_dtype=pl.String).alias("technology")
    )
    where = placed(here.lazy(), "Asia/Shanghai").collect()
    totals = where.group_by("holder", "market", "year", "own").agg(
        pl.col("energy_j").cast(pl.Int128).sum()
    )
    supply = supplies(totals, NONE)
    options = {"library": library(), "profile": "ghg_protocol", "gwp_set": "AR6"}
    return here, twins(where, supply, **options)


def test_a_twin_differs_from_its_row_in_basis_factor_and_amount_alone() -> None:
    here, there = made([used(0)])
    apart = {
        name for name in schema("emission").names if here[name].to_list() != there[name].to_list()
    }

    assert apart == {
        "emission_id", "basis", "method", "co2e_ug", "lower_ug", "upper_ug", "co2_fossil_ug",
        "co2e_unsplit_ug", "factor_id", "factor_hash", "reasons", "assumptions",
    }  # fmt: skip
    assert (here["co2e_ug"].item(), there["co2e_ug"].item()) == (1000 * GUANGDONG, 1000 * RESIDUAL)


def test_where_no_residual_mix_is_published_the_grid_stands_for_it_and_says_so() -> None:
    here, there = made([used(0, place="VN")])

    assert here["co2e_ug"].to_list() == there["co2e_ug"].to_list()
    assert "F-FACET" in there["assumptions"].item()


def test_an_electric_vehicle_has_a_row_by_market_too() -> None:
    leg = used(0, kind="transport.road", vehicle_class="van.class3", energy_carrier="electricity",
               mass_mg=10**9, distance_m=100_000, energy_j=None)  # fmt: skip
    here, there = made([leg])

    ratio = there["co2e_ug"].item() / here["co2e_ug"].item()
    assert ratio == pytest.approx(RESIDUAL / GUANGDONG)


def test_the_year_is_that_of_the_zone() -> None:
    rows = pl.LazyFrame(
        {"start": [1_767_225_600_000_000 - 3_600_000_000], "operator": [None], "place": [None],
         "origin": ["CN-BJ"], "technology": ["pv.onsite"]},
        schema_overrides={"operator": pl.String, "place": pl.String},
    )  # fmt: skip
    found = placed(rows, "Asia/Shanghai").collect()

    assert found.select("holder", "market", "year", "own").row(0) == ("", "CN", 2026, True)


def test_no_rows_have_no_twins() -> None:
    options = {"library": library(), "profile": "ghg_protocol", "gwp_set": "AR6"}
    empty = pl.DataFrame({"start": []})

    assert twins(empty, supplies(pl.DataFrame(), NONE), **options).height == 0
