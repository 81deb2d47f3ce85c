"""The transport report says what the ledger holds, and refuses sums that mean nothing."""

from __future__ import annotations

import json
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.ledger import Ledger, activity, emission, frames, network

from tanlu.errors import TanluError
from tanlu.report import transport


def ledger_of(*amounts: int, **more: object) -> Ledger:
    rows = [activity(i) for i in range(len(amounts))]
    emissions = [
        emission(row, boundary, amount * part, **more)
        for row, amount in zip(rows, amounts, strict=True)
        for boundary, part in (("ttw", 4), ("wtt", 1))
    ]
    made = frames(rows, emissions)
    return Ledger(activity=made[0], emission=made[1])


def test_the_total_is_the_sum_of_the_rows_to_the_microgram() -> None:
    ledger = network()
    total = ledger.tables["emission"]["co2e_ug"].cast(pl.Int128).sum()

    facts = transport(ledger).facts

    assert Decimal(total).scaleb(-9) == Decimal(facts["co2e_wtw_kg"])


def test_wtw_is_wtt_plus_ttw_exactly() -> None:
    facts = transport(network()).facts

    assert Decimal(facts["co2e_wtw_kg"]) == Decimal(facts["co2e_wtt_kg"]) + Decimal(
        facts["co2e_ttw_kg"]
    )


def test_modes_tiers_and_cuts_each_add_up_to_the_total() -> None:
    facts = transport(network(), by=("kind", "vehicle_class", "day", "lane")).facts

    total = Decimal(facts["co2e_wtw_kg"])
    tables = [facts["modes"], facts["tiers"], facts["by"]["vehicle_class"], facts["by"]["day"]]
    assert [total] * 4 == [sum(Decimal(row["co2e_wtw_kg"]) for row in rows) for rows in tables]


def test_intensity_is_sum_over_sum_not_the_mean_of_ratios() -> None:
    rows = [activity(0, mass_mg=10**9), activity(1, mass_mg=9 * 10**9)]
    emissions = [emission(rows[0], "ttw", 35 * 10**9), emission(rows[1], "ttw", 10**9)]
    made = frames(rows, emissions)

    facts = transport(Ledger(activity=made[0], emission=made[1])).facts

    # 36 kg over (1 t + 9 t) * 350 km
    assert Decimal("10.285714") == Decimal(facts["intensity_g_per_tkm"])


def test_mass_is_not_counted_again_for_another_boundary_or_substance() -> None:
    row = activity(0)
    emissions = [
        emission(row, "ttw", 10**9),
        emission(row, "wtt", 10**8),
        emission(row, "ttw", 10**7, gas="R-404A", gas_ug=100, share_key="R-404A"),
    ]
    made = frames([row], emissions)

    facts = transport(Ledger(activity=made[0], emission=made[1])).facts

    assert (facts["transport_tkm"], facts["legs"]) == ("700", 1)


@pytest.mark.parametrize(("column", "values"), [
    ("profile", ["iso14083", "iso14067"]), ("basis", ["location", "market"]),
])  # fmt: skip
def test_a_sum_across_profiles_or_bases_is_refused(column: str, values: list[str]) -> None:
    ledger = ledger_of(10**9, 10**9)
    mixed = ledger.tables["emission"].with_columns(
        pl.Series(column, [values[i % 2] for i in range(4)])
    )

    with pytest.raises(TanluError) as refused:
        transport(Ledger(activity=ledger.tables["activity"], emission=mixed))

    assert refused.value.code == "TL801"


def test_one_of_several_profiles_can_be_chosen() -> None:
    ledger = ledger_of(10**9, 10**9)
    mixed = ledger.tables["emission"].with_columns(
        pl.Series("profile", ["iso14083", "iso14083", "iso14067", "iso14067"])
    )

    facts = transport(
        Ledger(activity=ledger.tables["activity"], emission=mixed), profile="iso14083"
    ).facts

    assert facts["co2e_wtw_kg"] == "5"


def test_rows_without_a_basis_belong_to_the_one_basis_there_is() -> None:
    ledger = ledger_of(10**9, 10**9)
    mixed = ledger.tables["emission"].with_columns(
        pl.Series("basis", ["none", "none", "location", "location"])
    )

    facts = transport(Ledger(activity=ledger.tables["activity"], emission=mixed)).facts

    assert (facts["basis"], facts["co2e_wtw_kg"]) == ("location", "10")


def test_what_is_not_quantified_stands_beside_the_total() -> None:
    ledger = ledger_of(10**9, 10**9, 10**9, 10**9)
    cut = ledger.tables["emission"].filter(pl.col("activity_id") != "a2")

    document = transport(Ledger(activity=ledger.tables["activity"], emission=cut))

    found = document.facts["unquantified"]
    assert (
        found["activities"], found["of_activities"], found["share_percent"], found["mass_t"],
        found["transport_tkm"],
    ) == (1, 4, "25", "2", "700")  # fmt: skip
    assert document.sections[0].figures[2][1] == "25.00"


def test_an_activity_that_was_shared_out_counts_as_quantified() -> None:
    fuel = activity(9, "energy.fuel", distance_m=None, mass_mg=None)
    leg = activity(0)
    made = frames([fuel, leg], [emission(leg, "ttw", 10**9, share_of="a9", tier="measured")])

    facts = transport(Ledger(activity=made[0], emission=made[1])).facts

    assert facts["unquantified"]["activities"] == 0


def test_the_period_is_cut_where_the_workspace_says_the_day_begins() -> None:
    early, late = activity(0), activity(1)
    early["start"] = 1_790_784_000_000_000 - 1
    late["start"] = 1_790_784_000_000_000
    made = frames([early, late], [emission(early, "ttw", 10**9), emission(late, "ttw", 3 * 10**9)])

    facts = transport(Ledger(activity=made[0], emission=made[1]), "2026-10").facts

    assert facts["co2e_wtw_kg"] == "3"


def test_the_sentence_of_conformity_needs_all_its_conditions() -> None:
    whole = transport(ledger_of(10**9)).facts["declaration"]
    ledger = ledger_of(10**9, 10**9)
    cut = ledger.tables["emission"].filter(pl.col("boundary") == "ttw")
    half = transport(Ledger(activity=ledger.tables["activity"], emission=cut)).facts["declaration"]

    assert (whole["holds"], half["holds"]) == (True, False)
    assert "in accordance with ISO 14083:2023" in whole["sentence"]
    assert [c["condition"] for c in half["conditions"] if not c["holds"]] == ["boundaries"]


def test_every_assumption_is_counted_with_its_emissions() -> None:
    facts = transport(ledger_of(10**9, 10**9, assumptions="load.default;empty.default")).facts

    assert [(row["code"], row["legs"], row["co2e_kg"]) for row in facts["assumptions"]] == [
        ("empty.default", 2, "10"),
        ("load.default", 2, "10"),
    ]


def test_an_empty_ledger_makes_a_report_of_nothing() -> None:
    document = transport(Ledger())

    assert document.facts["co2e_wtw_kg"] == "0"
    assert not document.facts["declaration"]["holds"]


def test_a_key_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(TanluError) as refused:
        transport(network(20), by=("colour",))

    assert refused.value.code == "TL803"


def test_facts_are_plain_json() -> None:
    facts = transport(network(60)).facts

    assert facts == json.loads(json.dumps(facts))


@given(st.lists(st.integers(0, 9 * 10**17), min_size=1, max_size=8))
def test_sums_wider_than_64_bits_do_not_wrap(amounts: list[int]) -> None:
    ledger = ledger_of(*amounts)

    assert Decimal(5 * sum(amounts)).scaleb(-9) == Decimal(transport(ledger).facts["co2e_wtw_kg"])


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "also holds 2 activities that are no transport, with 7.000 kg"),
        ("zh", "另有 2 条非运输活动，计 7.000 kg"),
    ],
)
def test_what_is_no_transport_is_told_apart_and_in_no_total(language: str, said: str) -> None:
    kilogram = 10**9
    meter = {"mass_mg": None, "distance_m": None, "distance_type": None, "destination": None,
             "shipment": None, "vehicle": None, "origin": None}  # fmt: skip
    rows = [
        activity(0),
        activity(1, "energy.electricity", **meter),
        activity(2, "energy.electricity", **meter),
        activity(3, "energy.fuel", **meter | {"round": "r1"}),
        activity(4, "hub.warehouse", **meter),
    ]
    emissions = [
        emission(rows[0], "ttw", kilogram),
        emission(rows[1], "generation", 3 * kilogram),
        emission(rows[2], "generation", 4 * kilogram),
        emission(rows[3], "ttw", kilogram, round="r1"),
        emission(rows[4], "ttw", kilogram),
    ]
    made = frames(rows, emissions)
    ledger = Ledger(activity=made[0], emission=made[1])

    document = transport(ledger, language=language)

    assert document.facts["co2e_wtw_kg"] == "3"
    assert document.facts["elsewhere"] == {"activities": 2, "co2e_kg": "7"}
    assert document.facts["unquantified"]["of_activities"] == 3
    assert said in document.sections[0].text
    assert "tanlu report organisation" in document.sections[0].text
    assert "tanlu report organisation" not in transport(network()).sections[0].text
