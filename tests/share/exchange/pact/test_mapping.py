"""From emissions of the ledger to a footprint."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.share.exchange.pact import Product, footprint_of
from tanlu.share.exchange.pact.checks import check
from tanlu.share.exchange.pact.mapping import primary_data_share, rating, tonne_kilometres
from tanlu.store import open_workspace

PERIOD = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
AT = datetime(2026, 3, 1, tzinfo=UTC)
SERVICE = Product(
    "Tanlu Test", ("urn:uuid:0f2a4b6c-0000-4000-8000-00000000c0de",), "Carriage", ("urn:x:1",),
    amount="12.5", place=("country", "CN"), sources=(("DEFRA", "2025"),), comment="by road",
)  # fmt: skip


def _rows(*told, **same):
    names = {"stage": "trunk", "kind": "transport.road", "tier": "default", "profile": "iso14083",
             "basis": "none", "gwp_set": "AR6", "ch4_bio_ug": 0, "factor_hash": "f", "leg_no": 1,
             "sigma_ln_ppm": 50_000, "activity_id": "a", "share_key": None,
             "transport_kgm": 2_500_000}  # fmt: skip
    made = [names | same | each for each in told]
    return pl.DataFrame([
        {"lower_ug": each["co2e_ug"] // 2, "upper_ug": each["co2e_ug"] * 2} | each for each in made
    ])  # fmt: skip


def _made(rows, product=SERVICE):
    return footprint_of(rows, product, period=PERIOD, at=AT).content


def test_a_shipment_of_the_ledger_becomes_a_footprint_without_fault(network_books):
    rows = open_workspace(network_books).scan("emission").collect()
    rows = rows.filter(pl.col("profile") == "iso14083", pl.col("basis") != "market")
    name = rows["shipment"].drop_nulls().sort()[0]
    mine = rows.filter(shipment=name)
    told = _made(mine)
    assert check(told, 3) == []
    assert Decimal(told["pcf"]["pcfExcludingBiogenicUptake"]) * 10**9 == mine["co2e_ug"].sum()
    assert told["pcf"]["productMassPerDeclaredUnit"] == "0"
    assert "95 % interval" in told["comment"]
    assert told["pcf"]["crossSectoralStandards"] == ["ISO14083", "PACT-3.0"]


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(0, 10**9)), min_size=1),
       st.integers(1, 1000))  # fmt: skip
def test_the_parts_add_up_to_the_microgram_however_many_units_share_them(told, units):
    total, bio = sum(each[0] for each in told), sum(each[1] for each in told) * 27
    if total - bio < units:
        return
    rows = _rows(*({"co2e_ug": co2e, "ch4_bio_ug": ch4} for co2e, ch4 in told))
    product = Product("T", ("urn:x:2",), "C", ("urn:x:1",), units=units)
    pcf = _made(rows, product)["pcf"]
    parts = ("fossilGhgEmissions", "biogenicNonCO2Emissions", "landUseChangeGhgEmissions")
    assert sum(Decimal(pcf[name]) for name in parts) == Decimal(pcf["pcfExcludingBiogenicUptake"])
    assert abs(Decimal(pcf["pcfExcludingBiogenicUptake"]) * 10**9 * units - total) * 2 <= units


def test_goods_end_at_the_gate_and_what_follows_is_told_beside_them():
    rows = _rows({"co2e_ug": 10**9, "stage": "production", "tier": "measured"},
                 {"co2e_ug": 5 * 10**8, "stage": "production"},
                 {"co2e_ug": 3 * 10**8, "stage": "delivery"}, {"co2e_ug": 7, "stage": "disposal"},
                 profile="iso14067")  # fmt: skip
    more = {"biogenicCO2Uptake": "-0.4", "biogenicCarbonContent": "0.11"}
    goods = Product("T", ("urn:x:2",), "Tea", ("urn:x:1",), unit="kilogram", amount="1",
                    mass_kg="1", more=more)  # fmt: skip
    told = _made(rows, goods)
    pcf = told["pcf"]
    assert (pcf["pcfExcludingBiogenicUptake"], pcf["pcfIncludingBiogenicUptake"]) == ("1.5", "1.1")
    assert pcf["outboundLogisticsGhgEmissions"] == "0.3"
    assert pcf["primaryDataShare"] == "66.666667"
    assert pcf["crossSectoralStandards"] == ["ISO14067", "PACT-3.0"]
    assert check(told, 3) == []


def test_flights_are_told_apart_and_each_leg_is_carried_once():
    rows = _rows({"co2e_ug": 10**9, "kind": "transport.air", "boundary": "ttw"},
                 {"co2e_ug": 10**8, "kind": "transport.air", "boundary": "wtt"},
                 {"co2e_ug": 10**7, "leg_no": 2, "boundary": "ttw"})  # fmt: skip
    assert _made(rows)["pcf"]["aircraftGhgEmissions"] == "1.1"
    assert tonne_kilometres(rows) == Decimal(5)


@pytest.mark.parametrize("rows", [
    _rows({"co2e_ug": 1}).clear(), _rows({"co2e_ug": 1}, {"co2e_ug": 1, "profile": "iso14064"}),
    _rows({"co2e_ug": 1}, {"co2e_ug": 1, "gwp_set": "AR5"}),
    _rows({"co2e_ug": 1, "basis": "market"}, {"co2e_ug": 1, "basis": "location"}),
    _rows({"co2e_ug": -5})])  # fmt: skip
def test_what_may_not_be_summed_or_told_is_refused(rows):
    with pytest.raises(TanluError, match="TL880"):
        _made(rows)


def test_nobody_shares_among_no_units():
    with pytest.raises(TanluError, match="TL880"):
        _made(_rows({"co2e_ug": 1}), Product("T", ("urn:x:2",), "C", ("urn:x:1",), units=0))


def test_rows_that_are_rated_give_ratings_weighted_by_what_they_emit():
    marks = {"geographicalDQR": 2.0, "temporalDQR": 1.0}
    rows = _rows({"co2e_ug": 10**9, "technologicalDQR": 1.0} | marks,
                 {"co2e_ug": 3 * 10**9, "technologicalDQR": 3.0} | marks)  # fmt: skip
    assert _made(rows)["pcf"]["dqi"] == {
        "technologicalDQR": "2.5", "geographicalDQR": "2", "temporalDQR": "1"}  # fmt: skip
    assert "dqi" not in _made(rows.with_columns(temporalDQR=pl.lit(None, pl.Float64)))["pcf"]


sizes = st.decimals(-1000, 1000, places=3)


def test_own_data_count_whole_bought_ones_as_their_supplier_says_and_secondary_ones_not():
    parts = [(Decimal(40), Decimal(1)), (Decimal(40), Decimal("0.5")), (Decimal(20), Decimal(0))]
    assert primary_data_share(parts) == Decimal(60)


@given(st.lists(st.tuples(sizes, st.decimals(0, 1, places=2))))
def test_a_share_stays_between_nought_and_a_hundred_whatever_is_taken_up(parts):
    assert 0 <= primary_data_share(parts) <= 100


@given(st.lists(st.tuples(sizes, st.decimals(1, 5, places=1))))
def test_a_rating_stays_between_best_and_worst(parts):
    found = rating(parts)
    assert found is None or 1 <= found <= 5


def test_what_nobody_rated_weighs_nothing():
    assert rating(
        [(Decimal(10), Decimal(1)), (Decimal(30), Decimal(3)), (Decimal(99), None)]
    ) == Decimal("2.50")
    assert rating([(Decimal(99), None)]) is None
