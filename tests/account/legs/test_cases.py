from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.account import quantify
from tanlu.account.legs import prepare
from tanlu.account.legs.cases import AMOUNTS, cases
from tanlu.factors import cuts, library, resolve

FACETS = {
    "mass_mg": st.sampled_from([None, 1_000_000, 20_000_000_000]),
    "distance_m": st.sampled_from([None, 50_000, 5_000_000]),
    "load_ppm": st.sampled_from([None, 600_000]),
    "vehicle_class": st.sampled_from([None, "truck.average", "no such truck"]),
    "place": st.sampled_from([None, "CN-GD", "DE", "site 7"]),
    "origin": st.sampled_from([None, "CN-SH", "CNSHA", "FR"]),
    "distance_type": st.sampled_from([None, "gcd", "sfd", "actual"]),
    "kind": st.sampled_from(["transport.road", "transport.air", "hub.parcel"]),
    "start": st.sampled_from([1_600_000_000_000_000, 1_790_000_000_000_000]),
    "quality": st.sampled_from([None, 1, 4]),
}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.fixed_dictionaries(FACETS), min_size=1, max_size=12))
def test_a_leg_comes_out_the_same_alone_and_among_others(activities: Any, legs: list[Any]) -> None:
    batch = activities(*legs)
    together = quantify(batch)
    alone = [quantify(batch[number]) for number in range(batch.height)]

    expected = pl.concat(each.emissions for each in alone).sort("emission_id")
    assert expected.equals(together.emissions)
    named = pl.concat(each.findings for each in alone).sort("finding_id")
    assert named.equals(together.findings)


def test_legs_that_differ_in_amounts_only_are_one_case(activities: Any) -> None:
    legs = prepare.whole(activities({"mass_mg": 1}, {"mass_mg": 2}, {"place": "DE"}))
    found = cases(legs, library())

    assert found.legs.height == 2
    assert found.numbers.to_list() == [0, 0, 1]
    assert set(AMOUNTS) <= set(legs.columns)


def test_the_cuts_in_time_are_all_at_which_a_factor_changes() -> None:
    key = {"kind": "transport.road", "vehicle_class": "truck.average", "temperature_class": None}
    keys = pl.DataFrame(
        [key | {"energy_carrier": name, "place": "CN"} for name in ("diesel", "electricity")]
    )
    found = resolve(keys.cast(pl.String))

    bounds = set(found["valid_from"]) | set(found["valid_to"])
    inside = bounds - {found["valid_from"].min(), found["valid_to"].max()}
    assert inside <= set(cuts(library())["start"])


def test_money_of_new_years_day_has_the_prices_of_its_own_year() -> None:
    midnight = 1_704_038_400_000_000  # 1 January 2024 in Shanghai, 31 December in Greenwich

    def spent(at: int) -> list[int]:
        row = {"activity_id": "a", "start": at, "end": at + 1, "zone": "Asia/Shanghai",
               "precision": "day", "kind": "goods.service", "material": "transport.truck",
               "currency": "CNY", "amount_fen": 1_000_000}  # fmt: skip
        return quantify(pl.DataFrame([row]), profile="ghg_protocol").emissions["co2e_ug"].to_list()

    first, last, summer = (spent(midnight + more) for more in (0, -1, 150 * 86_400_000_000))
    assert first == summer != last
    assert len(first) == 1
