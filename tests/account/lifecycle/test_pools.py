"""Packaging and boxes: the formulas of S3, break-even, mean uses by lot, and the sums of S4."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.lifecycle import boxes, packaging
from tanlu.errors import TanluError


def one(**told: float) -> dict[str, object]:
    base = {
        "make_ug": 3_866_000_000,
        "end_ug": 13_000_000,
        "wash_ug": 6_000_000,
        "back_ug": 44_000_000,
        "loss_ppm": 10_000,
        "life": 50,
        "single_ug": 151_000_000,
    }
    return boxes(pl.DataFrame([{**base, **told}])).rows.row(0, named=True)  # fmt: skip


def emission(kilograms: float, factor: float) -> int:
    masses = pl.DataFrame({"m": [round(kilograms * 1e6)]})
    factors = pl.DataFrame({"stage": ["s"], "material": ["m"], "g_per_kg": [factor * 1000]})
    return int(packaging(masses, factors)["co2e_ug"][0])


@pytest.mark.parametrize(
    ("kilograms", "factor", "expected_kg"),
    [
        (40_000, 1.14, 45_600),  # S4: 40 t of cartons; printed 45 t
        (10_000 * 0.004, 1.87, 74.8),  # S4: 10,000 waybill sheets of 4 g
        (10**12 * 0.004, 1.87, 7.48e9),  # 10¹² of them: 7.48 Mt, within int64 micrograms
        (1_000, 3.12, 3_120),  # S4: 1 t of plastic
        (75_000, 18.3, 1_372_500),  # S4: 75,000 trees of pallets at 18.3 kg
    ],
)
def test_the_packaging_figures_of_the_sources(
    kilograms: float, factor: float, expected_kg: float
) -> None:
    assert emission(kilograms, factor) == round(expected_kg * 1e9)


def test_the_turns_of_the_green_box_are_uses_over_boxes() -> None:
    # S0: 960,000 boxes, 85.45 M uses; 73,000 t saved
    assert round(85_450_000 / 960_000) == 89
    assert round(73_000_000 / 85_450_000, 3) == 0.854
    assert one(loss_ppm=0, life=89)["uses"] == 89.0


S3 = pl.DataFrame(
    {
        "stage": ["material", "making", "use", "use", "disposal"],
        "material": ["pp_mg", "power_j", "film_mg", "fuel_j", "pp_mg"],
        "g_per_kg": [2577.0, 160.5, 2916.0, 90.0, 9.0],
    }
)
BOX = pl.DataFrame({"pp_mg": [1_500_000], "power_j": [7_200_000], "film_mg": [20_000],
                    "fuel_j": [3_000_000]})  # fmt: skip


def test_the_formula_of_s3_as_printed_leaves_out_transport_and_use() -> None:
    printed = packaging(BOX, S3, ("material", "making", "disposal")).row(0, named=True)
    complete = packaging(BOX, S3).row(0, named=True)

    assert printed["co2e_ug"] == round((1.5 * 2577 + 7.2 * 160.5 + 1.5 * 9) * 1e6)
    assert complete["use_ug"] == round((0.02 * 2916 + 3 * 90) * 1e6)
    assert complete["co2e_ug"] == printed["co2e_ug"] + complete["use_ug"]


def test_a_negative_mass_or_an_unknown_material_is_refused() -> None:
    for masses in (pl.DataFrame({"m": [-1]}), pl.DataFrame({"n": [1]})):
        with pytest.raises(TanluError) as told:
            packaging(masses, pl.DataFrame({"stage": ["s"], "material": ["m"], "g_per_kg": [1.0]}))

        assert told.value.code == "TL534"


def test_a_million_boxes_are_computed_as_one() -> None:
    many = pl.concat([BOX] * 1000)

    assert packaging(many, S3)["co2e_ug"].n_unique() == 1


def test_the_mean_uses_are_those_of_a_box_that_is_lost_at_random() -> None:
    draw = random.Random(4)
    uses = [next((n for n in range(1, 50) if draw.random() < 0.05), 50) for _ in range(40_000)]

    assert one(loss_ppm=50_000)["uses"] == pytest.approx(sum(uses) / len(uses), rel=0.02)
    assert one(loss_ppm=50_000)["uses"] == pytest.approx((1 - 0.95**50) / 0.05)


@given(st.integers(0, 1_000_000), st.integers(1, 5_000))
def test_the_mean_uses_lie_between_one_and_the_life(loss: int, life: int) -> None:
    uses = one(loss_ppm=loss, life=life)["uses"]
    exact = sum((1 - loss / 1e6) ** n for n in range(life))

    assert uses == pytest.approx(exact, rel=1e-9)


def test_without_loss_the_life_is_what_is_used() -> None:
    assert one(loss_ppm=0)["uses"] == 50.0
    assert one(loss_ppm=1_000_000)["uses"] == 1.0


def test_a_use_costs_the_share_of_the_box_and_the_trip() -> None:
    row = one(loss_ppm=0)

    assert row["use_ug"] == round(3_879_000_000 / 50) + 50_000_000
    assert row["turns"] == pytest.approx(3_879 / 101)
    assert row["turns_at"] == row["turns"]
    assert row["verdict"] == "reached"


@given(st.integers(0, 40_000), st.integers(60, 900))
def test_at_the_break_even_both_cost_the_same(loss: int, single: int) -> None:
    row = one(loss_ppm=loss, life=10_000, single_ug=single * 1_000_000)
    if row["turns_at"] is None:
        assert loss / 1e6 * 3_879 / (single - 50) >= 1
        return
    n, rate = row["turns_at"], loss / 1e6
    uses = n if not loss else -math.expm1(n * math.log1p(-rate)) / rate

    assert 3_879 / uses + 50 == pytest.approx(single, rel=1e-9)


def test_more_loss_needs_more_turns_and_too_much_never_pays() -> None:
    turns = [one(loss_ppm=loss, life=500)["turns_at"] for loss in (0, 5_000, 10_000, 20_000)]

    assert turns == sorted(turns)
    assert one(loss_ppm=30_000)["verdict"] == "never"
    assert one(loss_ppm=30_000)["turns_at"] is None


def test_a_trip_as_dear_as_a_carton_never_pays() -> None:
    assert one(single_ug=50_000_000)["verdict"] == "never"
    assert one(single_ug=1)["turns"] is None


def test_a_break_even_beyond_the_life_is_said_to_be_so() -> None:
    assert one(life=30)["verdict"] == "beyond_life"


def test_the_saving_has_an_interval_that_may_hold_zero() -> None:
    row = one(fixed_sigma=0.2, run_sigma=0.3, single_sigma=0.2)
    half = 1.96 * math.sqrt((3_879 / row["uses"] * 0.2) ** 2 + (50 * 0.3) ** 2 + (151 * 0.2) ** 2)

    assert row["saved_upper_ug"] - row["saved_ug"] == pytest.approx(half * 1e6, rel=1e-6)
    assert row["saved_lower_ug"] < 0 < row["saved_upper_ug"]


def test_without_spread_the_saving_is_a_point() -> None:
    row = one()

    assert row["saved_lower_ug"] == row["saved_ug"] == row["saved_upper_ug"]


@pytest.mark.parametrize(
    "wrong", [{"loss_ppm": -1}, {"loss_ppm": 1_000_001}, {"life": 0}, {"make_ug": -9_000_000_000}]
)
def test_a_box_that_cannot_be_is_a_finding_and_no_number(wrong: dict[str, int]) -> None:
    good = {"make_ug": 1, "end_ug": 0, "wash_ug": 0, "back_ug": 0, "loss_ppm": 0, "life": 5}
    found = boxes(pl.DataFrame([good, {**good, **wrong}]))

    assert found.rows["use_ug"].null_count() == 1
    assert found.findings["code"].to_list() == ["TL534"]
