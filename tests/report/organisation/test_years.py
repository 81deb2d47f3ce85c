"""The base year is recalculated above the threshold, and both figures stay in sight."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.report.ledger import Ledger
from tests.report.organisation.group import GROUP, boundary, ledger, row

from tanlu.report.organisation import lines, parse
from tanlu.report.organisation.years import base_year, by_scope, pins, total_of

BASE = """
[base_year]
year = 2025
scope_1_kg = "1000"
scope_2_location_kg = "1000"
scope_3_kg = "8000"
[[change]]
kind = "bought"
entity = "express"
day = 2026-02-01
scope_1_kg = "{amount}"
reason = "a carrier was bought"
"""
NOW = {key: Decimal(2000) for key in ("scope_1_kg", "scope_2_location_kg", "scope_3_kg")}


def told(amount: str, now: dict[str, Decimal] = NOW) -> dict[str, Any]:
    found = base_year(
        ledger([row(1, "energy.fuel", "ttw", 5)]),
        parse((GROUP + BASE.format(amount=amount)).encode()),
        now, profile="ghg_protocol", language="en",
    )  # fmt: skip
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("amount", "again", "percent"),
    [("50", False, "5"), ("50.1", True, "5.01"), ("-60", True, "6"), ("0", False, "0")],
)
def test_above_the_threshold_the_base_is_recalculated(
    amount: str, again: bool, percent: str
) -> None:
    found = told(amount)

    assert (found["recalculate"], found["adjustment_percent"]) == (again, percent)
    assert found["pinned_kg"]["scope_1_kg"] == "1000"
    assert Decimal(found["recalculated_kg"]["scope_1_kg"]) == 1000 + Decimal(amount)
    assert bool(found["message"]) == again


def test_this_year_is_held_against_the_base_that_holds() -> None:
    assert told("0")["change_percent"]["scope_1_kg"] == "100"
    assert told("1000")["change_percent"]["scope_1_kg"] == "0"


def test_without_a_base_year_nothing_is_compared() -> None:
    book = ledger([row(1, "energy.fuel", "ttw", 5)])

    assert base_year(book, boundary(), NOW, profile="ghg_protocol", language="en") is None


class TwoVersions(Ledger):
    """A ledger whose emissions of the base year were quantified anew after version 3."""

    def scan(self, table: str, *, as_of: int | None = None, **_: Any) -> Any:
        return self.tables[table if as_of is None else f"{table}@{as_of}"].lazy()

    def log(self, kind: str) -> list[Any]:
        del kind
        made = {"by": "quantify", "pins": {"profile": "ghg_protocol", "factors": "old"}}
        after = {"by": "quantify", "pins": {"profile": "ghg_protocol", "factors": "new"}}
        return [{"version": 3, "source": made}, {"version": 5, "source": after}]


def test_what_a_better_factor_changed_is_measured_from_the_ledgers_versions() -> None:
    year = 1_750_000_000_000_000  # June 2025
    sides = [
        ledger([row(1, "energy.fuel", "ttw", amount, operator="MALL", start=year)])
        for amount in (10**12, 2 * 10**12)
    ]
    book = TwoVersions(**{
        "emission@3": sides[0].tables["emission"], "emission": sides[1].tables["emission"]
    })  # fmt: skip
    text = GROUP + '[base_year]\nyear = 2025\nledger_version = 3\nscope_1_kg = "1000"\n'
    found = base_year(book, parse(text.encode()), NOW, profile="ghg_protocol", language="en")

    assert found is not None
    assert found["recalculated_kg"] == {"scope_1_kg": "2000"}
    assert found["changes"][0]["pins"] == [["factors", "old", "new"]]
    assert pins(book, "ghg_protocol", 4)["factors"] == "old"


def test_an_old_ledger_version_is_held_against_its_own_factors_not_those_of_today() -> None:
    year = 1_750_000_000_000_000  # June 2025
    sides = [
        ledger([row(1, "energy.fuel", "ttw", amount, operator="MALL", start=year)])
        for amount in (10**12, 2 * 10**12, 10**13)
    ]
    names = ("emission@3", "emission@5", "emission")
    book = TwoVersions(**{
        name: side.tables["emission"] for name, side in zip(names, sides, strict=True)
    })  # fmt: skip
    text = GROUP + '[base_year]\nyear = 2025\nledger_version = 3\nscope_1_kg = "1000"\n'
    found = base_year(
        book, parse(text.encode()), NOW, profile="ghg_protocol", language="en", as_of=5
    )

    assert found is not None
    assert found["recalculated_kg"] == {"scope_1_kg": "2000"}
    assert found["changes"][0]["pins"] == [["factors", "old", "new"]]


@pytest.mark.parametrize(
    ("amounts", "total"),
    [
        ({"scope_1_kg": "1", "scope_2_location_kg": "20", "scope_2_market_kg": "300"}, 21),
        ({"scope_2_market_kg": "300", "scope_3_kg": "4000"}, 4300),
        ({}, 0),
    ],
)
def test_scope_2_is_in_a_sum_once(amounts: dict[str, str], total: int) -> None:
    assert total_of(amounts) == total


def test_scope_2_stands_on_both_bases_and_market_only_where_known() -> None:
    book = ledger([row(1, "energy.electricity", "generation", 10**9, operator="MALL",
                       energy_carrier="electricity", basis="location")])  # fmt: skip
    made = lines(book, boundary())

    assert by_scope(made, None)["scope_2_location_kg"] == 1
    assert "scope_2_market_kg" not in by_scope(made, None)
    assert by_scope(made, made)["scope_2_market_kg"] == 1
