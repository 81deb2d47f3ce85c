"""Empty runs are borne by goods under every policy, and by whom each policy says."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.account.allocation.goods import members, shares

from tanlu.account.allocation import POLICIES, charge_empty
from tanlu.errors import TanluError

LEG = {
    "kind": "transport.road", "vehicle": "v", "round": "r", "operation": "o",
    "distance_type": "sfd", "distance_m": 100_000, "co2e_ug": 0,
}  # fmt: skip
# out with 10 t and 30 t, back empty, out again with 5 t
TOUR = (
    {"activity_id": "out1", "start": 0, "mass_mg": 10 * 10**9},
    {"activity_id": "out2", "start": 0, "mass_mg": 30 * 10**9},
    {"activity_id": "back", "start": 5, "mass_mg": 0, "co2e_ug": 1_000},
    {"activity_id": "next", "start": 9, "mass_mg": 5 * 10**9, "round": "s"},
)


def legs(*rows: dict[str, Any]) -> pl.DataFrame:
    return members(*({**LEG, **row} for row in rows))


def borne(policy: str, *rows: dict[str, Any]) -> dict[str, int]:
    return shares(charge_empty(legs(*rows), policy), "back")


def test_mistake_5_an_empty_leg_bears_nothing_and_is_not_dropped() -> None:
    for policy in POLICIES:
        found = borne(policy, *TOUR)
        assert sum(found.values()) == 1_000
        assert "back" not in found


def test_mistake_27_the_operation_holds_both_ways_of_a_round_trip() -> None:
    # 10, 30 and 5 t over the same way
    assert borne("operation", *TOUR) == {"out1": 222, "out2": 667, "next": 111}


def test_a_round_trip_pays_for_its_own_way_back() -> None:
    assert borne("round", *TOUR) == {"out1": 250, "out2": 750}


def test_a_return_may_be_paid_by_what_went_out() -> None:
    assert borne("before", *TOUR) == {"out1": 250, "out2": 750}


def test_a_run_to_the_goods_may_be_paid_by_what_is_fetched() -> None:
    assert borne("after", *TOUR) == {"next": 1_000}


@pytest.mark.parametrize("policy", POLICIES)
def test_an_empty_leg_that_served_nothing_is_a_finding(policy: str) -> None:
    alone = {**TOUR[2], "vehicle": "w", "round": "x", "operation": "p"}
    made = charge_empty(legs(alone), policy)

    assert made.shares.height == 0
    assert made.findings.select("code", "subject").rows() == [("TL549", "total:back")]


def test_a_leg_without_a_group_is_a_finding_too() -> None:
    made = charge_empty(legs({**TOUR[2], "round": None}, TOUR[0]), "round")

    assert made.findings["code"].to_list() == ["TL549"]


def test_an_unknown_mass_is_not_an_empty_leg() -> None:
    made = charge_empty(legs({**TOUR[2], "mass_mg": None}, TOUR[0]))

    assert (made.shares.height, made.findings.height) == (0, 0)


def test_a_policy_that_is_none_is_refused() -> None:
    with pytest.raises(TanluError) as raised:
        charge_empty(legs(*TOUR), "nobody")

    assert raised.value.code == "TL553"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.integers(0, 30), st.integers(0, 5), st.integers(0, 10**12)
        ),
        min_size=1, max_size=15,
    ),
    st.sampled_from(POLICIES),
)  # fmt: skip
def test_what_empty_legs_emitted_is_borne_or_found(
    told: list[tuple[int, int, int, int]], policy: str
) -> None:
    table = legs(
        *(
            {"vehicle": f"v{v}", "round": f"r{v}{start // 9}", "operation": f"o{v}",
             "start": start, "mass_mg": tonnes * 10**9, "co2e_ug": amount}
            for v, start, tonnes, amount in told
        )
    )  # fmt: skip
    made = charge_empty(table, policy)
    lost = made.findings["subject"].str.strip_prefix("total:")
    empty = table.filter(mass_mg=0)
    left = empty.filter(pl.col("activity_id").is_in(lost.implode()))["co2e_ug"].sum()

    assert empty["co2e_ug"].sum() == made.shares["share_ug"].sum() + left
