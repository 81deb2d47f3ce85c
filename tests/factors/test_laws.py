"""Laws of the choice that hold for any library: hypothesis looks for one that breaks them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.factors import resolve
from tanlu.factors.packs import made_of
from tanlu.terms import gases, units
from tests.factors.packs.own import own

PLACES = ("CN-GD", "CN-GRID-SOUTH", "CN", "GLO")
ELSEWHERE = ("CN-BJ", "DE", "US", "CN-GRID-EAST")
OLD = {"status": "peer", "source_id": "own-meter"}
KEY = pl.DataFrame({"kind": ["energy.electricity"], "place": ["CN-GD"]})

rows = st.lists(
    st.fixed_dictionaries(
        {
            "place": st.sampled_from(PLACES + ELSEWHERE),
            "data_year": st.sampled_from(["2021", "2022", "2023", "2024"]),
            "co2_fossil": st.integers(1, 999).map(lambda n: f"0.{n:03d}"),
            "status": st.sampled_from(["official", "peer", "derived", "assumption", "deprecated"]),
            "pedigree": st.sampled_from(["11111", "22222", "55555"]),
            "technology": st.sampled_from(["", "", "residual", "coal"]),
            "method": st.sampled_from(["location", "location", "market", "footprint", "marginal"]),
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: (row["place"], row["data_year"], row["technology"], row["method"]),
)


def found(*told: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    dated = [{**row, "valid_from": f"{row.get('data_year', '2026')}-01-01"} for row in told]
    return resolve(KEY, library=made_of([own(*dated)]), **asked).to_dicts()


@settings(max_examples=80)
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_a_library_changes_no_choice(told: list[dict[str, str]], random: Any) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    assert found(*told) == found(*shuffled)


@settings(max_examples=80)
@given(rows, st.sampled_from(ELSEWHERE), st.sampled_from(["marginal", "footprint"]))
def test_a_factor_that_does_not_answer_changes_no_choice(
    told: list[dict[str, str]], place: str, method: str
) -> None:
    more = [
        {"place": place, "data_year": "2020", "co2_fossil": "9"},
        {"place": "CN-GD", "data_year": "2020", "co2_fossil": "9", "method": method},
        {"place": "CN-GD", "data_year": "2020", "co2_fossil": "9", "status": "deprecated"},
        {"place": "CN-GD", "data_year": "2020", "co2_fossil": "9", "technology": "wind"},
    ]

    assert found(*told) == found(*told, *more)


@settings(max_examples=80)
@given(rows)
def test_the_nearest_place_wins_whatever_else_is_told(told: list[dict[str, str]]) -> None:
    fits = [
        row for row in told
        if row["place"] in PLACES and row["method"] == "location" and not row["technology"]
        and row["status"] != "deprecated"
    ]  # fmt: skip
    near = min((PLACES.index(row["place"]) for row in fits), default=None)
    reasons = {each["reasons"].split()[2].partition("+")[0] for each in found(*told)}

    assert reasons == (set() if near is None else {PLACES[near]})


@settings(max_examples=80)
@given(rows)
def test_the_intervals_of_a_key_cover_all_time_once(told: list[dict[str, str]]) -> None:
    spans = found(*told)

    assert all(a["valid_to"] == b["valid_from"] for a, b in pairwise(spans))


@given(
    st.decimals("0.0001", "9", places=6),
    st.sampled_from(["MJ", "kWh", "GJ", "MWh", "kgce", "toe"]),
    st.sampled_from(["kg", "g", "t"]),
)
def test_a_value_is_the_same_in_every_unit(value: Decimal, unit: str, mass: str) -> None:
    plain = found({"co2_fossil": format(value, "f"), "denominator": "kWh"})[0]
    scale = units.convert(1, unit, "kWh") * units.convert(1, "kg", mass)
    turned = Decimal((Decimal(scale.numerator) * value) / Decimal(scale.denominator))
    other = found({"co2_fossil": format(turned, "f")[:24], "denominator": unit, "numerator": mass})

    assert other[0]["wtt_co2e_g"] == pytest.approx(plain["wtt_co2e_g"], rel=1e-9)


@given(
    *(st.decimals("0", "3", places=5) for _ in range(3)),
    st.sampled_from(["SAR", "AR4", "AR5", "AR6"]),
)
def test_the_co2e_is_computed_again_under_any_gwp_set(
    co2: Decimal, ch4: Decimal, n2o: Decimal, gwp_set: str
) -> None:
    told = {"co2_fossil": str(co2), "ch4_fossil": str(ch4), "n2o": str(n2o),
            "co2e_published": "99", "gwp_set": "AR5", "denominator": "MJ"}  # fmt: skip
    weights = gases.gwp(gwp_set)
    wanted = float(co2) + float(ch4) * weights["CH4_fossil"] + float(n2o) * weights["N2O"]

    assert found(told, gwp_set=gwp_set)[0]["wtt_co2e_g"] == pytest.approx(1000 * wanted, abs=1e-9)


def test_two_equal_values_apart_are_a_conflict_and_the_higher_holds() -> None:
    low, high = ({"co2_fossil": value, "form": "scalar", "substance": name}
                 for value, name in (("0.50", ""), ("0.60", "x")))  # fmt: skip
    row = found(low, high)[0]

    assert row["wtt_co2e_g"] == pytest.approx(0.6 / 3.6 * 1000)
    assert "F-CONFLICT" in row["assumptions"]


def test_two_equal_values_within_two_percent_are_none() -> None:
    low, high = ({"co2_fossil": value, "substance": name}
                 for value, name in (("0.600", ""), ("0.605", "x")))  # fmt: skip

    assert "F-CONFLICT" not in (found(low, high)[0]["assumptions"] or "")
