"""Mistakes that no calculation makes and a report still could: mistakes 2, 9, 10, 15, 17 and 27.

Each test holds a figure that leaves the house, or a CO2e whose gases are told one by one.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify
from tanlu.account.books import summary
from tanlu.errors import TanluError
from tanlu.report import transport, why
from tanlu.report.beside import cobenefit, hidden
from tanlu.report.data import as_json
from tanlu.report.doubt import sheet
from tanlu.report.organisation.lines import of_basis
from tanlu.report.shift import shift
from tanlu.store import open_workspace
from tanlu.terms import schema
from tests.golden.packs import NO_LEG, START, book, by_activity, fuel, shelf
from tests.report.ledger import Ledger, activity, emission

KG, DAY = 10**9, 86_400_000_000


def ledger(*rows: tuple[dict[str, Any], str, int, dict[str, Any]]) -> Ledger:
    """A ledger of (activity, boundary, µg, what differs of the emission)."""
    done = {told["activity_id"]: told for told, *_ in rows}
    made = [emission(told, boundary, ug, **more) for told, boundary, ug, more in rows]
    frames = {}
    for name, table in (("activity", list(done.values())), ("emission", made)):
        types = schema(name).dtypes()
        frames[name] = pl.DataFrame([{n: r.get(n) for n in types} for r in table], schema=types)
    return Ledger(**frames)


def leg(number: int, tonnes: int, km: int) -> dict[str, Any]:
    return activity(number, mass_mg=tonnes * 10**9, distance_m=km * 1000)


def test_mistake_2_the_intensity_of_a_report_is_a_sum_over_a_sum() -> None:
    # 1 t: 100 km at 100 g and 300 km at 40 g: 22 kg / 400 t.km = 55 g, the mean of both is 70
    one, two = leg(0, 1, 100), leg(1, 1, 300)
    facts = transport(ledger((one, "ttw", 10 * KG, {}), (two, "ttw", 12 * KG, {}))).facts
    mode: Any = facts["modes"]

    assert facts["intensity_g_per_tkm"] == mode[0]["intensity_g_per_tkm"] == "55"


@pytest.mark.parametrize(
    ("gases", "grams"),
    [
        # AR6: fossil CH4 29.8, biogenic 27, N2O 273; biogenic CO2 counts nothing
        ({"co2_bio": "70", "ch4_bio": "1", "n2o": "0.1"}, 27 + 27.3),
        ({"co2_fossil": "50", "ch4_fossil": "1"}, 50 + 29.8),
    ],
)
def test_mistakes_9_and_10_every_gas_of_a_split_factor_is_in_its_co2e(
    tmp_path: Path, gases: dict[str, str], grams: float
) -> None:
    rows = [{**row, "co2e_published": "", **gases} for row in fuel("oil", 1)]
    kept = shelf(tmp_path, rows)
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "oil", "energy_j": 10**6}
    made = quantify(book(burnt), library=kept).emissions.filter(boundary="ttw")

    assert made["co2e_ug"].item() == round(grams * 10**6)


def doubt(books: Ledger) -> list[Any]:
    """All steps of the sheet, the last with the document."""
    return list(sheet(books))


def two_bases() -> Ledger:
    """50 kg of diesel, 100 kg of electricity by location, 10,000 kg of the same by market."""
    power = activity(1, "energy.electricity", energy_carrier="electricity")
    row = {"profile": "ghg_protocol", "energy_carrier": "electricity", "energy_j": 10**9}
    return ledger(
        (leg(0, 2, 350), "ttw", 50 * KG, {"profile": "ghg_protocol"}),
        (power, "generation", 100 * KG, {**row, "basis": "location"}),
        (power, "generation", 10_000 * KG, {**row, "basis": "market", "method": "market"}),
    )


def test_mistake_15_no_report_adds_what_was_bought_to_what_the_grid_gave() -> None:
    books = two_bases()
    by: dict[str, Any] = {"basis": "location"}
    found = summary(books, "ghg_protocol")  # type: ignore[arg-type]
    told: dict[str, Any] = {
        "transport": transport(books, **by).facts["co2e_wtw_kg"],
        "hidden": hidden(books, **by).facts["co2e_kg"],
        "cobenefit": cobenefit(books, **by).facts["co2e_kg"],
        "shift": shift(books, "2026-10", "2026-10", **by).facts["before_kg"],
        "summary": found["co2e_wtw_kg"],
    }

    assert {name: Decimal(each) for name, each in told.items()} == dict.fromkeys(told, 150)
    assert transport(books, basis="market").facts["co2e_wtw_kg"] == "10050"


@pytest.mark.parametrize("report", [transport, hidden, cobenefit, doubt])
def test_mistake_15_a_report_of_two_bases_asks_which(report: Any) -> None:
    with pytest.raises(TanluError, match="TL801"):
        report(two_bases())


def test_mistake_15_the_question_why_sums_what_the_grid_gave(tmp_path: Path) -> None:
    books = open_workspace(tmp_path / "books", create=True)
    books.commit(two_bases().tables)
    found: Any = why(books, "a1", profile="ghg_protocol").facts

    assert found["total"]["co2e_kg"] == "100"


def test_mistake_15_by_market_what_nobody_settled_counts_by_its_grid() -> None:
    books = two_bases()
    emissions = books.tables["emission"]
    more = emissions.filter(basis="location").with_columns(
        activity_id=pl.lit("a2"), emission_id=pl.lit("a2|ghg_protocol|generation|location|")
    )
    books.tables["emission"] = pl.concat([emissions, more])

    assert transport(books, basis="market").facts["co2e_wtw_kg"] == "10150"


def test_mistake_2_electric_legs_of_an_inventory_keep_their_tonne_kilometres() -> None:
    # 1 t on 100 km by diesel and by wire: 10 and 6 kg (4 and 2 of scope 2 and upstream)
    row = {"profile": "ghg_protocol"}
    wire = {**row, "basis": "location"}
    one, two = leg(0, 1, 100), leg(1, 1, 100)
    books = ledger(
        (one, "ttw", 10 * KG, row), (two, "generation", 4 * KG, wire),
        (two, "upstream", 2 * KG, row), (two, "generation", 5 * KG, {**row, "basis": "market"}),
    )  # fmt: skip

    for basis, grams in (("location", "80"), ("market", "85")):
        facts = transport(books, basis=basis).facts
        assert (facts["transport_tkm"], facts["intensity_g_per_tkm"]) == ("200", grams)


def test_mistake_15_an_inventory_holds_one_row_of_each_kilowatt_hour() -> None:
    rows = two_bases().scan("emission")
    sums = [of_basis(rows, basis).collect()["co2e_ug"].sum() for basis in ("location", "market")]

    assert sums == [150 * KG, 10_050 * KG]


def test_mistake_17_a_report_leaves_as_json_without_a_float() -> None:
    amount = 123_456_789_012_345_678
    rows: list[Any] = [(leg(n, 2, 350), "ttw", amount + n, {}) for n in range(3)]
    facts = json.loads(as_json(transport(ledger(*rows))))["facts"]

    assert facts["co2e_wtw_kg"] == "370370367.037037037"
    assert [path for path, value in _leaves(facts, "") if isinstance(value, float)] == []


def _leaves(value: Any, path: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, each in value.items() for leaf in _leaves(each, f"{path}.{key}")]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each, path)]
    return [(path, value)]


@pytest.mark.parametrize(("days", "codes"), [(366, []), (367, ["TL509"])])
def test_mistake_27_a_year_is_averaged_and_a_day_more_is_not(
    tmp_path: Path, days: int, codes: list[str]
) -> None:
    kept = shelf(tmp_path, fuel("oil", 100))
    burnt = {**NO_LEG, "kind": "energy.fuel", "energy_carrier": "oil", "energy_j": 10**9}
    burnt |= {"operation": "o", "start": START, "end": START + days * DAY}
    cargo = {"operation": "o", "t": 1, "km": 100, "start": START, "end": START + DAY}
    made = quantify(book(burnt, cargo), library=kept)

    assert made.findings.filter(code="TL509")["code"].to_list() == codes
    assert by_activity(made.emissions).get("a1") == (None if codes else 100 * KG)
