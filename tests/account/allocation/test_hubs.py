"""Hubs with temperature classes, against the intensities in exact fractions."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from tests.account.allocation.goods import members, shares, totals

from tanlu.account.allocation import hub_shares
from tanlu.account.operations import hub_intensities


def bills(**amounts: int) -> pl.DataFrame:
    """Totals of a hub: ``common`` for all goods, others for their class."""
    parts = [
        totals(amount, temperature_class=None if name == "common" else name).with_columns(
            pl.lit(name).alias("total_id")
        )
        for name, amount in amounts.items()
    ]
    return pl.concat(parts)


def test_chilled_goods_bear_the_cold_and_their_part_of_the_rest() -> None:
    # 100 t leave, 20 of them chilled: 1,000 / 100 = 10 for all, 400 / 20 = 20 more for the chilled
    goods = members(
        {"mass_mg": 80, "temperature_class": "ambient"}, {"mass_mg": 20,
                                                          "temperature_class": "chilled"},
    )  # fmt: skip
    made = hub_shares(bills(common=1_000, chilled=400), goods)

    assert shares(made, "common") == {"m0": 800, "m1": 200}
    assert shares(made, "chilled") == {"m1": 400}


def test_goods_without_a_class_are_ambient() -> None:
    made = hub_shares(bills(ambient=10), members({"mass_mg": 5, "temperature_class": None}))

    assert shares(made, "ambient") == {"m0": 10}


def test_cold_that_cooled_nothing_is_a_finding() -> None:
    made = hub_shares(bills(frozen=10), members({"mass_mg": 5, "temperature_class": "ambient"}))

    assert made.shares.height == 0
    assert made.findings["code"].to_list() == ["TL549"]


@given(
    st.integers(0, 10**12), st.integers(0, 10**12),
    st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), min_size=1, max_size=20),
)  # fmt: skip
def test_shares_are_those_of_the_intensities_and_nothing_is_lost(
    common: int, cold: int, goods: list[tuple[int, bool]]
) -> None:
    table = members(
        *({"mass_mg": mass, "temperature_class": "chilled" if chilled else "ambient"}
          for mass, chilled in goods)
    )  # fmt: skip
    chilled_t = sum(mass for mass, chilled in goods if chilled)
    of_class = {"ambient": (sum(mass for mass, chilled in goods if not chilled), 0),
                "chilled": (chilled_t, cold)}  # fmt: skip
    rate = hub_intensities(common, of_class)
    made = hub_shares(bills(common=common, chilled=cold), table)
    by = made.shares.group_by("activity_id").agg(pl.col("share_ug").sum())
    found = dict(by.iter_rows())

    assert sum(found.values()) == common + (cold if chilled_t else 0)
    for number, (mass, chilled) in enumerate(goods):
        exact = rate["chilled" if chilled else "ambient"] * mass
        assert abs(found[f"m{number}"] - exact) < 2
