from __future__ import annotations

import json
import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.factors import library, rules, select

RULE = rules.profile("iso14083")
POWER = select.Want("energy.electricity", "", "electricity", "", "CN-GD")


def pool(want=POWER, rule=RULE):
    found = select.index(library()).about(want)
    return [each for each in found if select.rejection(each, want, rule) is None]


def winner(want, year, rule=RULE):
    at = select.day_us(select.dt.date(year, 6, 1))
    spans = select.winners(want, library(), rule)
    return next(span for span in spans if span.start_us <= at < span.end_us)


def value(span):
    return next(iter(span.winner.parts.values()))["co2_fossil"]


def test_the_exact_year_wins():
    assert value(winner(POWER, 2021)) == "0.4715"
    assert value(winner(POWER, 2022)) == "0.4403"
    assert value(winner(POWER, 2023)) == "0.4419"


def test_a_later_year_takes_the_latest_earlier_value():
    span = winner(POWER, 2026)
    assert (value(span), span.gap) == ("0.4419", -1)


def test_an_earlier_year_takes_the_first_later_value():
    span = winner(POWER, 2019)
    assert (value(span), span.gap) == ("0.4715", 1)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("CN-GD", "0.4419"),
        ("CN-XZ", "0.2472"),
        ("CN", "0.5306"),
        ("CN-GRID-EAST", "0.5500"),
    ],
)
def test_the_most_specific_place_wins_and_tibet_falls_back_to_its_grid(place, expected):
    assert value(winner(POWER._replace(place=place), 2023)) == expected


@pytest.mark.parametrize("place", ["CN-HK", "CN-MO", "CN-TW"])
def test_places_without_a_notice_never_take_the_mainland_value(place):
    span = winner(POWER._replace(place=place), 2024)
    assert span.winner.row["place"] == place.removeprefix("CN-")


def test_a_footprint_asks_the_other_family_and_never_the_network_row():
    rule = rules.profile("iso14067")
    found = winner(POWER, 2024, rule).winner
    assert found.row["co2e_published"] == "0.5777"
    assert set(found.parts) == {"cradle_grave"}


@pytest.mark.parametrize("name", ["iso14083", "cn_inventory", "ghg_protocol", "iso14067", "cbam"])
def test_the_two_electricity_families_never_mix(name):
    rule = rules.profile(name)
    family = "footprint" if name == "iso14067" else "location"
    for place in (None, "CN", "CN-GD", "GB", "DE"):
        for found in pool(POWER._replace(place=place), rule):
            assert {row["method"] for row in found.parts.values()} == {family}


def test_electricity_of_a_technology_is_never_the_average():
    assert all(not each.row.get("technology") for each in pool())


def test_a_pair_of_two_sources_is_never_made():
    for places in select.index(library()).by.values():
        for each in (each for found in places.values() for each in found):
            assert len({row["source_id"] for row in each.parts.values()}) == 1
            assert len({row["data_year"] for row in each.parts.values()}) == 1


def test_a_value_without_wtt_is_rejected_for_iso_14083_with_its_reason():
    want = select.Want("energy.fuel", "", "diesel", "", "CN")
    said = {
        each.row["source_id"]: select.rejection(each, want, RULE)
        for each in select.index(library()).about(want)
    }
    assert said["ndrc-2015"] == "no WTT value of the same source and edition"
    assert said["uk-desnz-2025"] in {None, "holds for GB"}


@given(seed=st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_the_order_of_the_candidates_never_decides(seed):
    mixed = pool()
    random.Random(seed).shuffle(mixed)
    there = [(span.start_us, span.winner.ids) for span in select.timeline(mixed, POWER, RULE)]
    plain = [(span.start_us, span.winner.ids) for span in select.timeline(pool(), POWER, RULE)]
    assert there == plain


def test_an_irrelevant_candidate_changes_nothing():
    ours = [each for each in pool() if each.row["place"] == "CN-GD"]
    small = select.timeline(ours, POWER, RULE)
    large = select.timeline([*ours, *(e for e in pool() if e.row["place"] == "GLO")], POWER, RULE)
    assert [span.winner.ids for span in small] == [span.winner.ids for span in large]


def test_spans_are_disjoint_and_cover_all_time():
    spans = select.timeline(pool(), POWER, RULE)
    assert spans[0].start_us == select.day_us(select.dt.date(1900, 1, 1))
    assert spans[-1].end_us == select.day_us(select.dt.date(2200, 1, 1))
    for left, right in pairwise(spans):
        assert left.end_us == right.start_us


def test_a_rank_compares_component_by_component_and_never_adds():
    found = {each.row["source_id"] + each.row["place"]: each for each in pool()}
    near = select.rank(found["mee-2021CN-GD"], POWER, RULE, 2023)
    far = select.rank(found["mee-2023CN"], POWER, RULE, 2023)
    assert near < far
    assert len(near) == len(select.COMPONENTS)


def test_equal_candidates_that_differ_by_more_than_two_percent_conflict_and_the_higher_wins():
    base = next(each for each in pool() if each.row["place"] == "CN-GD")
    rows = []
    for name, number in (("a", "0.40"), ("b", "0.50")):
        row = {**base.row, "factor_id": name, "co2_fossil": number}
        rows.append(select.Candidate({"generation": row}))
    spans = select.timeline(rows, POWER, RULE)
    assert {span.winner.ids for span in spans} == {"b"}
    assert spans[0].conflict == pytest.approx(0.25)


def test_equal_candidates_within_two_percent_do_not_conflict():
    base = next(each for each in pool() if each.row["place"] == "CN-GD")
    rows = [
        select.Candidate({"generation": {**base.row, "factor_id": name, "co2_fossil": number}})
        for name, number in (("a", "0.500"), ("b", "0.505"))
    ]
    spans = select.timeline(rows, POWER, RULE)
    assert spans[0].conflict == 0.0


def test_own_data_beat_everything():
    base = next(each for each in pool() if each.row["place"] == "CN-GD")
    own = {**base.row, "factor_id": "own", "source_id": "own-meter", "place": "GLO"}
    spans = select.timeline([*pool(), select.Candidate({"generation": own})], POWER, RULE)
    assert {span.winner.ids for span in spans} == {"own"}


def test_the_pedigree_gives_the_deviations_of_the_vectors(shared):
    vectors = json.loads((shared / "data/golden/formula_vectors.json").read_text())
    for vector in vectors["own"]["pedigree_v1"]:
        row = {
            "gsd": str(vector["basic_uncertainty_gsd2"]),
            "pedigree": "".join(str(score) for score in vector["scores"].values()),
        }
        assert select.sigma_ln(row) == pytest.approx(vector["expected_sigma_ln"], rel=1e-12)


def test_published_bounds_go_before_the_pedigree():
    row = {"lower": "72.6", "upper": "74.8", "pedigree": "55555"}
    assert select.sigma_ln(row) == pytest.approx(math.log(74.8 / 72.6) / 3.92)


def test_a_day_begins_at_midnight_in_shanghai():
    assert select.day_us(select.dt.date(1970, 1, 1)) == -8 * 3600 * 1_000_000
    assert select.year_of(select.day_us(select.dt.date(2026, 1, 1))) == 2026
    assert select.year_of(select.day_us(select.dt.date(2026, 1, 1)) - 1) == 2025


def test_a_residual_mix_that_is_told_is_market_based_and_never_the_default() -> None:
    want = POWER._replace(technology="residual", place="CN-GD")
    rule = rules.profile("ghg_protocol")

    assert value(winner(want, 2023, rule)) == "0.6096"
    assert value(winner(want._replace(technology=""), 2023, rule)) == "0.4419"


def test_a_technology_that_is_told_goes_before_a_source_that_tells_none() -> None:
    rule = rules.profile("ghg_protocol")
    want = select.Want("goods.material", "", "", "", None, "spend", "plastic")

    assert {row["denominator"] for row in winner(want, 2025, rule).winner.parts.values()} == {"USD"}


@pytest.mark.parametrize(
    ("kind", "name", "why"),
    [
        ("transport.road", "cbam", "outside the profile cbam"),
        ("packaging.carton", "iso14083", "outside the profile iso14083"),
    ],
)
def test_what_a_profile_does_not_cover_has_no_factor(kind: str, name: str, why: str) -> None:
    rule = rules.profile(name)
    some = next(row for row in library().rows if row["activity"] == kind)
    found = select.Candidate({some["boundary"]: some})
    want = select.Want(
        kind, some.get("vehicle_class") or "", some.get("energy_carrier") or "",
        some.get("temperature_class") or "", some["place"], some.get("technology") or "",
        some.get("material") or "",
    )  # fmt: skip

    assert select.rejection(found, want, rule) == why


@pytest.mark.parametrize(
    ("spelt", "name"),
    [("ISO 14083", "iso14083"), ("iso14064-1-cn", "cn_inventory"), ("GB/T 24067", "iso14067"),
     ("ISO 14064-1 GHG Protocol", "ghg_protocol"), ("CBAM", "cbam")],
)  # fmt: skip
def test_a_profile_goes_by_the_name_of_its_standard(spelt: str, name: str) -> None:
    assert rules.profile(spelt).name == name


def test_a_profile_compares_place_or_source_first_and_says_which() -> None:
    train = select.Want("transport.rail", "train.freight", "diesel", "", "US")
    near, named = rules.profile("iso14083"), rules.profile("cbam")

    assert select.components(near)[1:3] == ("place", "source")
    assert select.components(named)[1:3] == ("source", "place")
    assert winner(train, 2012, near).winner.row["place"] == "US"
