"""What a ledger knows of a subject: its lines, and the share of one unit."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.ledger import activity, emission
from tests.report.product.books import books

from tanlu.errors import TanluError
from tanlu.report.product.ledger import COLUMNS, of_ledger, of_subject, shared


def lines(subject: str) -> list[tuple[str, int]]:
    rows, _, _ = of_ledger(books(), None)
    return of_subject(rows, subject).select("stage", "co2e_ug").rows()


@pytest.mark.parametrize("subject", ["S1", "shipment:S1"])
def test_an_order_is_found_by_its_bare_or_typed_name(subject: str) -> None:
    assert sum(amount for _, amount in lines(subject)) == 2_240_000_001


def test_a_parcel_is_found_by_its_subject() -> None:
    assert [stage for stage, _ in lines("waybill:T2")] == ["returns"]


@pytest.mark.parametrize("name", ["B", "sku:B"])
def test_a_sku_is_found_by_its_label(name: str) -> None:
    rows = of_subject(of_ledger(books(), None)[0], name, "sku")

    assert rows["co2e_ug"].sum() == 160_000_000


def test_what_is_not_recorded_is_refused() -> None:
    with pytest.raises(TanluError) as told:
        lines("waybill:none")

    assert told.value.code == "TL806"


def test_the_rules_of_products_are_taken_where_the_ledger_has_them() -> None:
    other = emission(activity(9, subject="waybill:T1"), "ttw", 5, profile="iso14067")
    rows, profile, _ = of_ledger(books(other), None)

    assert profile == "iso14067"
    assert of_subject(rows, "waybill:T1")["co2e_ug"].to_list() == [5]


def test_an_inventory_beside_leaves_the_rules_of_transport() -> None:
    other = emission(activity(9), "ttw", 5, profile="ghg_protocol")
    _, profile, _ = of_ledger(books(other), None)

    assert profile == "iso14083"


def test_two_other_profiles_are_not_summed() -> None:
    rows = [emission(activity(9), "ttw", 5, profile=name) for name in ("cn_inventory", "cbam")]
    held = books(*rows)
    kept = held.scan("emission").filter(pl.col("profile") != "iso14083")
    held.scan = lambda *_, **__: kept

    with pytest.raises(TanluError) as told:
        of_ledger(held, None)

    assert told.value.code == "TL801"


def test_a_contract_that_has_no_row_by_location_is_not_left_out() -> None:
    told = {"profile": "iso14067"}
    both = [emission(activity(9, subject="waybill:T1"), "ttw", ug, basis=basis, **told)
            for basis, ug in (("location", 5), ("market", 7))]  # fmt: skip
    alone = emission(activity(8, subject="waybill:T1"), "ttw", 30, basis="market", **told)
    rows, _, ground = of_ledger(books(*both, alone), None)

    assert sorted(of_subject(rows, "waybill:T1")["co2e_ug"]) == [5, 30]
    assert ground == "location"


def test_electricity_is_taken_by_location_unless_the_market_is_asked_for() -> None:
    both = [emission(activity(9, subject="waybill:T1"), "ttw", ug, basis=basis)
            for basis, ug in (("location", 5), ("market", 7))]  # fmt: skip
    for basis, amount in ((None, 5), ("market", 7)):
        rows, _, ground = of_ledger(books(*both), None, basis=basis)

        assert amount in of_subject(rows, "waybill:T1")["co2e_ug"].to_list()
        assert ground == (basis or "location")


def test_measured_emissions_are_primary_data() -> None:
    rows = of_subject(of_ledger(books(), None)[0], "waybill:T1")

    assert rows.filter(data="primary")["stage"].to_list() == ["trunk"]
    assert rows.columns == list(COLUMNS)


@given(st.integers(1, 1_000))
def test_one_unit_bears_its_part_rounded_half_away_from_zero(units: int) -> None:
    rows = of_subject(of_ledger(books(), None)[0], "waybill:T1")
    parts = shared(rows, units)["co2e_ug"].to_list()

    assert parts == [int(x / units + 0.5) for x in rows["co2e_ug"].to_list()]


def test_no_units_share_nothing() -> None:
    with pytest.raises(TanluError) as told:
        shared(of_subject(of_ledger(books(), None)[0], "S1"), 0)

    assert told.value.code == "TL817"
