"""A category is never a silent zero, and one meter is not billed twice."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from tests.report.ledger import START_US, activity
from tests.report.organisation.group import GROUP, boundary, ledger, row

from tanlu.account.market import parse as instruments_of
from tanlu.factors import library
from tanlu.report.organisation import lines, parse
from tanlu.report.organisation.complete import (
    findings,
    impossible,
    measured_twice,
    overlapping,
    statement,
    unused,
    without_upstream,
)
from tanlu.terms import schema

HOUR = 3_600_000_000
NOBODY = {"activities": 0, "co2e_kg": "0"}


def test_every_category_is_told_of_and_what_misses_is_a_finding() -> None:
    told = parse((GROUP + """
[[exclusion]]
category = 11
reason = "nothing sold uses energy"
reason_zh = "售出产品不耗能"
[[absent]]
category = 14
reason = "no franchise"
""").encode())  # fmt: skip
    book = ledger([row(1, "waste.landfill", "disposal", 5, operator="MALL")])
    found = statement(lines(book, told), told, "zh")
    by_status = {each["category"]: each["status"] for each in found}

    assert by_status == {
        **dict.fromkeys(range(1, 16), "missing"), 5: "quantified", 11: "excluded", 14: "absent"
    }  # fmt: skip
    assert {each["category"]: each["reason"] for each in found}[11] == "售出产品不耗能"
    assert [(each["code"], each["count"]) for each in findings(found, NOBODY, "en")] == [
        ("TL812", 12)
    ]


def test_a_category_is_significant_from_the_threshold_on() -> None:
    book = ledger([
        row(1, "waste.landfill", "disposal", 99, operator="MALL"),
        row(2, "travel.air", "ttw", 1, operator="MALL"),
        row(3, "travel.commute", "ttw", 0, operator="MALL"),
    ])  # fmt: skip
    found = statement(lines(book, boundary()), boundary(), "en")

    assert [each["category"] for each in found if each["significant"]] == [5, 6]


@pytest.mark.parametrize(
    ("exclusion", "expected"),
    [
        ('kind = "travel.air"', ("partly", "1", "2", True, "why")),
        ('kind = "travel"', ("excluded", None, "3", True, "why")),
        ("category = 6", ("excluded", None, "3", True, "why")),
        # a category of scope 3 is not met by an exclusion from scope 1: it is counted, and said so
        ("category = 6\nscope = 1", ("quantified", "3", None, True, None)),
        ('kind = "waste"', ("quantified", "3", None, True, None)),
    ],
)  # fmt: skip
def test_what_is_excluded_of_a_category_is_told_with_its_amount(
    exclusion: str, expected: tuple[Any, ...]
) -> None:
    told = parse(f'{GROUP}[[exclusion]]\n{exclusion}\nreason = "why"\n'.encode())
    book = ledger([
        row(1, "travel.hotel", "wtw", 10**9, operator="MALL"),
        row(2, "travel.air", "wtw", 2 * 10**9, operator="MALL"),
    ])  # fmt: skip
    found = statement(lines(book, told), told, "en")[5]

    names = ("status", "co2e_kg", "excluded_kg", "significant", "reason")
    assert tuple(found[name] for name in names) == expected


def test_what_the_group_hauls_for_itself_alone_is_quantified_and_zero() -> None:
    book = ledger([row(1, "transport.road", "ttw", 9, operator="EXPRESS", payer="MALL",
                       energy_carrier="diesel")])  # fmt: skip
    found = statement(lines(book, boundary()), boundary(), "en")[3]

    assert (found["category"], found["status"], found["co2e_kg"]) == (4, "quantified", "0")


@pytest.mark.parametrize(
    ("kind", "boundaries", "bare"),
    [
        ("energy.fuel", ("ttw",), 1), ("energy.fuel", ("ttw", "wtt"), 0),
        ("energy.electricity", ("generation",), 1),
        ("energy.electricity", ("generation", "upstream"), 0),
        ("transport.road", ("ttw",), 1), ("refrigerant.leak", ("ttw",), 0),
    ],
)  # fmt: skip
def test_energy_without_its_upstream_leaves_category_3_in_part(
    kind: str, boundaries: tuple[str, ...], bare: int
) -> None:
    rows = [row(1, kind, each, 5, operator="MALL") for each in boundaries]
    made = lines(ledger(rows), boundary())

    assert without_upstream(made) == bare
    told = findings(statement(made, boundary(), "en"), NOBODY, "en")
    assert ("TL815" in {each["code"] for each in told}) == bool(bare)


def test_rows_of_nobody_are_a_finding_with_count_and_amount() -> None:
    told = findings([], {"activities": 3, "co2e_kg": "1.5"}, "en")

    assert (told[0]["code"], told[0]["count"]) == ("TL811", 3)
    assert "1.5 kg" in told[0]["message"]


def bills(*spans: tuple[int, int], **more: object) -> pl.LazyFrame:
    rows = [
        {**activity(number, "energy.electricity"), "subject": "site:PK-1", "operator": "MALL",
         "energy_carrier": "electricity", "start": START_US + first * HOUR,
         "end": START_US + last * HOUR, **more}
        for number, (first, last) in enumerate(spans)
    ]  # fmt: skip
    types = schema("activity").dtypes()
    used = {name: types[name] for name in types if any(name in each for each in rows)}
    return schema("activity").fit(pl.DataFrame(rows, schema=used)).lazy()


@pytest.mark.parametrize(
    ("spans", "count"),
    [
        (((0, 720), (720, 1440)), 0),
        (((0, 720), (719, 1440)), 1),
        # the long one reaches over those between
        (((0, 2000), (10, 20), (30, 40)), 2),
    ],
)  # fmt: skip
def test_overlapping_bills_of_one_meter_are_a_finding(
    spans: tuple[tuple[int, int], ...], count: int
) -> None:
    found = overlapping(bills(*spans), "en")

    assert sum(each["count"] for each in found) == count
    assert {each["code"] for each in found} <= {"TL814"}


def test_two_meters_of_one_site_may_run_at_once() -> None:
    both = pl.concat([
        bills((0, 720), labels='{"meter":"a"}'), bills((0, 720), labels='{"meter":"b"}')
    ])  # fmt: skip

    assert overlapping(both, "en") == []


def test_receipts_of_a_round_are_not_bills_of_a_meter() -> None:
    assert overlapping(bills((0, 720), (1, 2), round="r1"), "en") == []


def test_a_stack_that_is_measured_and_whose_fuel_is_booked_is_a_finding() -> None:
    stack = {"kind": "process.measured", "subject": "stack:K1", "start": 0, "end": 100}
    fuel = {**stack, "kind": "energy.fuel", "start": 50, "end": 150}
    other = {**fuel, "subject": "stack:K2"}

    both = pl.LazyFrame([stack, fuel, other])
    assert [each["code"] for each in measured_twice(both, "en")] == ["TL564"]
    assert measured_twice(pl.LazyFrame([stack, other]), "zh") == []


def test_a_load_beyond_its_class_and_an_amount_below_nothing_are_findings() -> None:
    leg = {"kind": "transport.road", "vehicle_class": "van.class3", "mass_mg": 5 * 10**9}
    back = {"kind": "energy.fuel", "volume_ml": -1}
    rows = [{**activity(number, "x"), **each} for number, each in enumerate((leg, back, {}))]
    types = schema("activity").dtypes()
    used = {name: types[name] for name in types if any(name in each for each in rows)}
    told = schema("activity").fit(pl.DataFrame(rows, schema=used)).lazy()

    found = impossible(told, library(), "en")
    assert [(each["code"], each["count"]) for each in found] == [("TL550", 1), ("TL551", 1)]
    assert "5.0 t > 1." in found[0]["message"]


@pytest.mark.parametrize(("language", "words"), [("en", "is not used"), ("zh", "未被采用")])
def test_a_contract_that_counts_nowhere_is_a_finding(language: str, words: str) -> None:
    held = instruments_of(
        b"instrument_id,type,holder,market,start,end,energy_kwh,co2e_g_per_kwh,attributes\n"
        b"PPA-17,contrakt,PARK,CN,2026-01-01,2026-12-31,1200,0,yes\n"
    )
    (found,) = unused(held, language)

    assert (found["code"], found["count"]) == ("TL569", 1)
    assert "PPA-17" in found["message"]
    assert words in found["message"]
