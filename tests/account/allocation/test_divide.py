"""Totals are shared out whole, whoever stands where; and what other keys would have given."""

from __future__ import annotations

import random
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.allocation.goods import members, shares, totals

from tanlu.account.allocation import compare, divide, keys
from tanlu.errors import TanluError
from tanlu.terms import schema

AMOUNT = st.integers(-9 * 10**18, 9 * 10**18)
LOAD = st.fixed_dictionaries(
    {
        "mass_mg": st.one_of(st.none(), st.integers(0, 10**11)),
        "distance_m": st.one_of(st.none(), st.integers(0, 10**7)),
        "count": st.one_of(st.none(), st.integers(0, 10**5)),
        "volume_ml": st.one_of(st.none(), st.integers(0, 10**9)),
        "amount_fen": st.one_of(st.none(), st.integers(0, 10**9)),
    }
)
LOADS = st.lists(LOAD, min_size=1, max_size=12)
NAMES = st.sampled_from([None, *keys()])


@given(AMOUNT, LOADS, NAMES)
def test_mistake_26_the_shares_of_a_total_add_up_to_it(
    amount: int, loads: list[dict[str, int | None]], name: str | None
) -> None:
    made = divide(totals(amount), members(*loads), name)

    assert amount == made.shares["share_ug"].sum()
    assert made.shares.height == len(loads)
    assert made.findings.height == 0


@given(AMOUNT, LOADS, NAMES, st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_count(
    amount: int, loads: list[dict[str, int | None]], name: str | None, chance: random.Random
) -> None:
    table = members(*loads)
    mixed = table.sample(fraction=1, shuffle=True, seed=chance.randint(0, 10**6))

    assert divide(totals(amount), table, name).shares.equals(
        divide(totals(amount), mixed, name).shares
    )


@given(st.integers(1, 10**15), st.lists(st.integers(1, 10**9), min_size=2, max_size=8))
def test_a_consignment_that_is_split_bears_what_it_bore_whole(
    amount: int, kilograms: list[int]
) -> None:
    row = {"distance_m": 7_000}
    others = [{**row, "mass_mg": 5 * 10**11}]
    parts = [{**row, "mass_mg": kg * 10**6} for kg in kilograms]
    whole = [{**row, "mass_mg": sum(kilograms) * 10**6}]
    split = shares(divide(totals(amount), members(*others, *parts)))
    one = shares(divide(totals(amount), members(*others, *whole)))

    # every share is rounded once
    assert abs(amount - split["m0"] - one["m1"]) <= len(kilograms)


def test_mistake_6_the_direct_distance_counts_and_not_the_drop() -> None:
    # 4 t at 7 km, 1 t at 7.2 km, 20 t at 8.6 km: 28 + 7.2 + 172 = 207.2 t.km
    loads = [(4, 7_000), (1, 7_200), (20, 8_600)]
    table = members(*({"mass_mg": t * 10**9, "distance_m": m} for t, m in loads))
    made = shares(divide(totals(2_072_000_000), table))

    assert made == {"m0": 280_000_000, "m1": 72_000_000, "m2": 1_720_000_000}


def test_every_share_names_its_key_and_its_reason() -> None:
    table = members({"count": 1}, {"count": 3})
    made = divide(totals(100, -100), table)

    assert list(schema("allocation").names) == made.shares.columns
    assert set(made.shares["key"]) == {"item"}
    assert set(made.shares["reason"]) == {"A-ROUND-ITEMS"}
    assert shares(made) == {"m0": 25, "m1": 75}
    assert shares(made, "t1") == {"m0": -25, "m1": -75}


def test_a_group_with_something_below_nothing_is_a_finding_and_keeps_its_total() -> None:
    for name in ("mass_mg", "distance_m", "count", "volume_ml"):
        made = divide(totals(100), members({"mass_mg": 5, name: -1}, {"mass_mg": 5}))

        assert made.shares.height == 0
        assert made.findings.select("code", "subject").row(0) == ("TL548", "total:t0")


def test_a_total_without_members_is_a_finding() -> None:
    made = divide(totals(100, group="round:nobody"), members({"mass_mg": 5}))

    assert made.findings["code"].to_list() == ["TL549"]
    assert made.findings["hint"].item()


def test_a_key_that_is_none_is_refused() -> None:
    with pytest.raises(TanluError, match="TL553"):
        divide(totals(1), members({}), "colour")


def test_belly_freight_bears_its_share_beside_the_passengers() -> None:
    # ISO 14083 annex A: 20 t of freight and 200 passengers of 100 kg fly the same way: half each
    table = members(
        {"mass_mg": 15 * 10**9}, {"mass_mg": 5 * 10**9}, {"passengers": 200, "mass_mg": None},
        kind="transport.air", distance_m=1_000_000,
    )  # fmt: skip

    assert shares(divide(totals(4_000), table, "passenger_mass")) == {
        "m0": 1_500, "m1": 500, "m2": 2_000,
    }  # fmt: skip


def test_units_on_a_ferry_bear_by_passenger_equivalents() -> None:
    # GLEC v3 module 2: 100 passengers 100, 50 cars 65, 10 trailers 140, 5 lorries 90: 395
    units = {"passenger": 100, "car": 50, "trailer": 10, "hgv": 5}
    table = members(
        *({"unit": unit, "count": number} for unit, number in units.items()), kind="transport.sea"
    )

    assert shares(divide(totals(3_950), table, "passenger_equivalent")) == {
        "m0": 1_000, "m1": 650, "m2": 1_400, "m3": 900,
    }  # fmt: skip


def test_other_keys_are_compared_with_the_usual_one() -> None:
    # feathers and lead over one way: by mass 1 to 9, by volume 9 to 1, by item 1 to 1
    table = members(
        {"mass_mg": 10**6, "volume_ml": 9_000, "count": 1},
        {"mass_mg": 9 * 10**6, "volume_ml": 1_000, "count": 1},
        distance_m=1_000,
    )
    found = compare(totals(1_000), table, ["mass_distance", "volume", "item", "teu"])
    first = found.filter(activity_id="m0")

    assert dict(first.select("key", "share_ug").iter_rows()) == {
        "mass_distance": 100, "volume": 900, "item": 500,
    }  # fmt: skip
    assert first["change_ug"].to_list() == [0, 800, 400]


def test_a_key_of_which_nobody_was_asked_is_not_compared() -> None:
    found = compare(totals(1_000), members({"mass_mg": 10**6}, distance_m=1_000))

    assert set(found["key"]) == {"mass_distance", "mass", "even"}


@given(st.integers(-(10**15), 10**15), LOADS)
def test_under_every_key_a_total_stays_whole(
    amount: int, loads: list[dict[str, int | None]]
) -> None:
    found = compare(totals(amount), members(*loads))
    sums = found.group_by("key").agg(pl.col("share_ug").sum(), pl.col("change_ug").sum())

    assert set(sums["share_ug"]) == {amount}
    assert set(sums["change_ug"]) == {0}


def test_shares_are_proportional_to_the_last_unit() -> None:
    table = members(*({"mass_mg": n * 10**6, "distance_m": 1_000} for n in range(1, 40)))
    made = shares(divide(totals(10**9 + 7), table))
    exact = {f"m{n - 1}": Fraction(n * (10**9 + 7), sum(range(1, 40))) for n in range(1, 40)}

    assert all(abs(made[name] - exact[name]) < 1 for name in exact)
