"""Each indicator is a quotient that can be redone by hand, or null."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.report.disclosure.inventory import made as inventory_of
from tests.report.ledger import Ledger, network
from tests.report.workspace import made

from tanlu.errors import TanluError
from tanlu.report import render
from tanlu.report.indicators import indicators
from tanlu.report.indicators.document import definitions
from tanlu.report.organisation import lines


def values(document: Any, by: str | None = None) -> dict[Any, Any]:
    found = [f for f in document.facts["indicators"] if f["by"] == by]
    return {(f["indicator"] if by is None else (f["key"], f["indicator"])): f for f in found}


def test_every_value_is_its_numerator_over_its_denominator() -> None:
    book = network(300)
    found = values(indicators(book, "2026-10"))
    rows = book.tables["emission"]
    once = rows.filter(pl.col("boundary") == "ttw")
    moved = rows.filter(pl.col("transport_kgm").is_not_null())
    by_hand = {
        "order_g": rows["co2e_ug"].sum() / rows["shipment"].n_unique() / 1e6,
        "tkm_g": moved["co2e_ug"].sum() / once["transport_kgm"].sum(),
        "primary": 100 * rows.filter(pl.col("tier") == "measured")["co2e_ug"].sum()
        / rows["co2e_ug"].sum(),
    }  # fmt: skip

    assert {k: float(found[k]["value"]) for k in by_hand} == pytest.approx(by_hand, rel=1e-6)
    assert {found[name]["known_percent"] for name in ("order_g", "primary")} == {"100"}


def test_what_the_data_do_not_allow_is_null_and_not_nought() -> None:
    found = values(indicators(network(50), "2026-10"))
    silent = ("parcel_g", "renewable", "green_pack", "empty_run", "load", "cost")

    assert [found[name]["value"] for name in silent] == [None] * len(silent)
    assert found["renewable"]["known_percent"] is None
    assert found["empty_run"]["known_percent"] == "0"


def test_power_of_which_nobody_tells_the_source_is_not_nought_percent_renewable() -> None:
    found = values(indicators(facts({"kind": "energy.electricity", "energy_j": 9})))

    assert (found["renewable"]["value"], found["renewable"]["known_percent"]) == (None, "0")


def test_an_empty_ledger_has_no_value_at_all() -> None:
    found = values(indicators(Ledger()))

    assert {fact["value"] for fact in found.values()} == {None}


def test_the_cost_of_accounting_is_per_ten_thousand_tonnes() -> None:
    book = network(300)
    total = Decimal(int(book.tables["emission"]["co2e_ug"].sum())) / 10**16
    found = values(indicators(book, cost=Decimal(180_000)))["cost"]

    assert float(found["value"]) == pytest.approx(float(Decimal(180_000) / total))
    assert found["unit"] == "CNY/10,000 t"


def facts(*rows: dict[str, Any]) -> Ledger:
    """Activities alone: what they tell of vehicles, power and packaging."""
    from tanlu.terms import schema

    types = schema("activity").dtypes()
    common = {"start": 0, "end": 1, "zone": "Asia/Shanghai", "precision": "hour"}
    told = [{**common, "activity_id": str(i), **row} for i, row in enumerate(rows)]
    used = {name: types[name] for name in types if any(name in row for row in told)}
    return Ledger(activity=schema("activity").fit(pl.DataFrame(told, schema=used)))


def test_the_consignments_of_one_drive_are_one_trip() -> None:
    road = {"kind": "transport.road", "origin": "A", "destination": "B"}
    found = values(indicators(facts(
        {**road, "vehicle": "v1", "energy_carrier": "diesel", "distance_m": 100_000},
        {**road, "vehicle": "v1", "energy_carrier": "diesel", "distance_m": 100_000},
        {**road, "vehicle": "v2", "energy_carrier": "electricity", "distance_m": 300_000},
        {**road, "distance_m": 900_000},
    )))  # fmt: skip

    assert (found["nev_km"]["value"], found["nev_km"]["known_percent"]) == ("75", "75")


def test_empty_running_and_load_are_weighted_by_distance_and_say_what_is_known() -> None:
    road = {"kind": "transport.road", "vehicle": "v"}
    found = values(indicators(facts(
        {**road, "origin": "A", "distance_m": 100, "empty_ppm": 500_000, "load_ppm": 200_000},
        {**road, "origin": "B", "distance_m": 300, "empty_ppm": 100_000, "load_ppm": 600_000},
        {**road, "origin": "C", "distance_m": 900},
    )))  # fmt: skip

    assert (found["empty_run"]["value"], found["load"]["value"]) == ("20", "50")
    assert found["load"]["known_percent"] == "66.6667"


def test_power_and_packaging_count_what_they_are_told_to_be() -> None:
    found = values(indicators(facts(
        {"kind": "energy.electricity", "energy_j": 3, "technology": "pv.onsite"},
        {"kind": "energy.electricity", "energy_j": 9},
        {"kind": "packaging.box", "count": 30},
        {"kind": "packaging.carton", "count": 60},
        {"kind": "packaging.bag", "count": 10, "technology": "recycled"},
        {"kind": "packaging.tape", "mass_mg": 5},
    )))  # fmt: skip

    assert (found["renewable"]["value"], found["green_pack"]["value"]) == ("25", "40")
    assert found["renewable"]["known_percent"] == "50"
    assert found["green_pack"]["known_percent"] == "75"


@pytest.mark.parametrize("key", ["kind", "lane", "month", "payer", "stage", "label:park"])
def test_cuts_of_the_emissions_add_up_to_the_whole(tmp_path: Path, key: str) -> None:
    workspace = made(tmp_path)
    document = indicators(workspace, by=(key,))
    whole = int(values(document)["primary"]["denominator"])
    parts = [f for f in document.facts["indicators"] if f["by"] == key]

    assert sum(int(f["denominator"]) for f in parts if f["indicator"] == "primary") == whole


def test_an_inventory_is_cut_by_scope(tmp_path: Path) -> None:
    workspace, boundary = inventory_of(tmp_path)
    document = indicators(workspace, by=("scope",), lines=lines(workspace, boundary))
    found = values(document, "scope")

    assert {key for key, _ in found} == {"1", "2", "3"}
    assert found["2", "primary"]["value"] == "100"


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(TanluError, match="TL803"):
        indicators(network(5), by=("colour",))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_of_indicators_has_every_form(tmp_path: Path, language: str) -> None:
    document = indicators(network(60), "2026-10", by=("kind",), language=language)

    for suffix in (".html", ".json", ".xlsx", ".txt", ".pdf", ".parquet"):
        assert render(document, tmp_path / f"i{suffix}").stat().st_size > 500


def test_every_indicator_is_defined_in_both_tongues() -> None:
    empty = [(row["indicator"], name) for row in definitions() for name in row if not row[name]]

    assert empty == []
