"""Footprints: whole micrograms, intervals, gases apart, and nothing lost on the way."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.account.lifecycle.systems import ABOUT, LIFE, demand, drawn

from tanlu.account import combine
from tanlu.account.lifecycle import System, footprint, read_system, totals
from tanlu.errors import TanluError

pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
pytestmark = pytest.mark.engine
POWER = '[[process.activity]]\nkind = "energy.electricity"\namount = "{}"\n'


def test_a_kettle_of_half_a_kilogram_of_steel_is_one_kilogram_of_co2() -> None:
    rows = footprint(read_system(LIFE)).rows

    assert rows["co2e_ug"].sum() == 10**9
    assert rows["co2e_ug"].dtype == pl.Int64


def test_rows_and_totals_agree_to_half_a_microgram_a_row() -> None:
    for seed in (1, 2, 5):
        system = drawn(seed)
        asked = demand("p00", system.processes["output"][0])
        rows = footprint(system, asked).rows
        whole = totals(system, asked)["co2e_g"].sum() * 1e6

        assert abs(int(rows["co2e_ug"].cast(pl.Int128).sum()) - whole) <= 0.5 * rows.height + 1


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(1, 50))
def test_the_footprint_of_many_units_is_that_of_one_times_many(seed: int, many: int) -> None:
    system = drawn(seed, 6)
    asked = pl.concat([demand("p01", 1.0, "one"), demand("p01", float(many), "many")])
    found = dict(totals(system, asked).group_by("demand").agg(pl.col("co2e_g").sum()).iter_rows())

    assert found["many"] == pytest.approx(many * found["one"], rel=1e-12)


def test_a_missing_stage_is_a_finding_and_never_a_zero() -> None:
    found = footprint(read_system(LIFE))
    gaps = found.findings.filter(code="TL529")["value"].to_list()

    assert gaps == ["delivery", "disposal", "returns", "trunk", "warehousing"]
    assert set(found.rows["stage"]) == {"production"}


def test_an_excluded_stage_is_not_missed() -> None:
    text = LIFE.replace(
        "\n[[process]]",
        '\n[excluded]\ntrunk = { en = "sold at the gate", zh = "出厂销售" }\n[[process]]', 1,
    )  # fmt: skip
    gaps = footprint(read_system(text)).findings["value"].to_list()

    assert "trunk" not in gaps
    assert "delivery" in gaps


def test_the_interval_holds_the_amount_and_grows_with_the_spread() -> None:
    narrow = footprint(read_system(LIFE + POWER.format("1 kWh"))).rows
    wide = footprint(read_system(LIFE + POWER.format("1 kWh") + "gsd2 = 3.0\n")).rows

    for rows in (narrow, wide):
        assert (rows["lower_ug"] <= rows["co2e_ug"]).all()
        assert (rows["co2e_ug"] <= rows["upper_ug"]).all()
    assert wide["sigma_ln_ppm"].max() > narrow["sigma_ln_ppm"].max()


def test_two_lines_by_one_factor_err_together_and_by_two_apart() -> None:
    same = footprint(read_system(LIFE + POWER.format("5 kWh") + POWER.format("5 kWh"))).rows
    one = footprint(read_system(LIFE + POWER.format("10 kWh"))).rows
    power = pl.col("kind") == "energy.electricity"

    assert combine(same.filter(power))["sigma_ln_ppm"][0] == pytest.approx(
        combine(one.filter(power))["sigma_ln_ppm"][0], abs=1
    )


def test_a_footprint_without_a_declared_unit_is_refused() -> None:
    system = drawn(4)
    nameless = System(system.processes, system.exchanges, about={})

    with pytest.raises(TanluError) as told:
        footprint(nameless)

    assert told.value.code == "TL530"


def test_more_than_nine_million_tonnes_in_a_row_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        footprint(read_system(LIFE), demand("kettle", 1e13))

    assert told.value.code == "TL508"


def test_demands_of_one_name_are_one_demand() -> None:
    asked = pl.concat([demand("kettle", 1.0, "set"), demand("steel", 1e6, "set")])
    rows = footprint(read_system(LIFE), asked).rows

    assert rows["co2e_ug"].sum() == 3 * 10**9


def test_rows_come_in_one_order_whatever_the_order_of_the_processes() -> None:
    system = drawn(9, 8)
    other = System(
        system.processes.reverse(), system.exchanges.reverse(), flows=system.flows.reverse(),
        about=ABOUT,
    )  # fmt: skip
    asked = demand("p00")
    one, two = footprint(system, asked).rows, footprint(other, asked).rows

    assert one.select("line", "boundary").equals(two.select("line", "boundary"))
    assert (one["co2e_ug"] - two["co2e_ug"]).abs().max() <= 1
