"""Legs of one intensity: every leg fits its category, and no two categories could be one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tanlu.share.exchange.ileap.mapping.clusters import FACETS, clusters
from tanlu.share.exchange.ileap.mapping.legs import Leg


def leg(mass_mg: int, distance_m: int, wtw_ug: int, ttw_ug: int, **more: Any) -> Leg:
    row = {**dict.fromkeys(FACETS), "share_key": None, "kind": "transport.road"}
    told = {"mass_mg": mass_mg, "distance_m": distance_m, "wtw_ug": wtw_ug, "ttw_ug": ttw_ug}
    return Leg({**row, **told, **more}, "Road", None)


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**6)), min_size=1),
       st.fractions(0, Fraction(1, 1000)))  # fmt: skip
def test_legs_that_one_intensity_made_are_one_category(
    sizes: list[tuple[int, int]], rate: Fraction
) -> None:
    held = [leg(mass, km, round(mass * km * rate), 0) for mass, km in sizes]
    (one,) = clusters(held)

    assert len(one.legs) == len(held)
    assert one.wtw[0] <= one.wtw[1]


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(0, 10**6), st.integers(0, 10**9))))
def test_every_leg_is_the_product_of_any_intensity_within_the_bounds(
    told: list[tuple[int, int, int]],
) -> None:
    held = [leg(mass, km, ug, ug // 2) for mass, km, ug in told if km or not ug]
    found = clusters(held)

    assert sum(len(each.legs) for each in found) == len(held)
    for each in found:
        for bound in each.wtw:
            if bound < 10**20:
                assert all(abs(one.base * bound - one.wtw_ug) <= 1 for one in each.legs)


def test_facets_and_rounds_that_were_shared_out_divide() -> None:
    plain = {"round": "r1", "vehicle_class": "van"}
    other = {"round": "r2", "vehicle_class": "van"}

    assert len(clusters([leg(10, 10, 5, 5, **plain), leg(10, 10, 5, 5, **other)])) == 1
    shared = [leg(10, 10, 5, 5, **each, share_key="k") for each in (plain, other)]
    assert len(clusters(shared)) == 2
    assert len(clusters([leg(10, 10, 5, 5), leg(10, 10, 5, 5, kind="transport.rail")])) == 2
