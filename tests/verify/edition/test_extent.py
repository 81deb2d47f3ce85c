"""What an edition sums is one profile and basis, cut by period; nothing is counted twice."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from tests.verify.edition import books as of

from tanlu.errors import TanluError
from tanlu.report import transport
from tanlu.store import Workspace
from tanlu.terms import schema
from tanlu.verify.edition import COUNTED, Extent, counted, edition_of, extent_of, parts_of

KG = 10**9


@pytest.fixture
def ledger(tmp_path: Path) -> Workspace:
    return of.books(tmp_path / "books")


def both_bases(ledger: Workspace) -> None:
    """Write a twin by market beside the meter's row by location, and a row without a twin."""
    rows = ledger.scan("emission").filter(pl.col("basis") == "location").collect()
    twin = rows.filter(pl.col("activity_id") == "meter").with_columns(
        ("twin|" + pl.col("boundary")).alias("emission_id"), pl.lit("market").alias("basis"),
        pl.lit(KG, pl.Int64).alias("co2e_ug"),
    )  # fmt: skip
    ledger.append("emission", schema("emission").fit(twin))


def test_the_sum_is_that_of_the_report_of_transport_and_what_it_leaves_to_others(
    ledger: Workspace,
) -> None:
    facts = transport(ledger).facts
    sums = parts_of(counted(ledger, of.ALL))
    told = Decimal(facts["co2e_wtw_kg"]) + Decimal(facts["elsewhere"]["co2e_kg"])

    assert told * KG == sum(sums.values())
    assert set(sums) == {"ttw", "wtt"}
    assert counted(ledger, of.ALL).collect().columns == list(COUNTED)


def test_by_market_a_row_by_location_stands_for_what_has_no_twin(ledger: Workspace) -> None:
    by_location = counted(ledger, of.ALL).collect()
    both_bases(ledger)
    by_market = counted(ledger, replace(of.ALL, basis="market")).collect()
    after = counted(ledger, of.ALL).collect()

    assert after.equals(by_location)
    twins = by_market.filter(pl.col("emission_id").str.starts_with("twin|"))
    assert set(twins["counted_ug"]) == {KG}
    assert set(twins["activity_id"]) == {"meter"}
    # each took the place of one
    keys = ["activity_id", "part"]
    assert by_market.select(keys).sort(keys).equals(by_location.select(keys).sort(keys))


def test_a_period_takes_what_starts_in_it(ledger: Workspace) -> None:
    of.append(ledger, of.leg("next", day=31))
    march = replace(of.ALL, span=(of.START, of.START + 31 * of.DAY))
    found = counted(ledger, march).collect()

    assert "next" not in set(found["activity_id"])
    assert "leg" in set(found["activity_id"])


def test_a_published_edition_gives_back_its_extent(ledger: Workspace) -> None:
    extent = replace(of.ALL, span=(of.START, of.START + of.DAY), period="2026-03-01")
    of.publish(ledger, "day", extent)

    assert extent_of(edition_of(ledger, "day")) == extent


def test_an_edition_of_before_reports_were_pinned_is_of_location_without_a_file(
    ledger: Workspace,
) -> None:
    ledger.publish_edition(
        "first", profile="iso14083", gwp_set="AR6", spec_hash="s", factors_hash="f",
        code_version="0", co2e_ug="1", boundary="the whole group",
    )  # fmt: skip

    assert extent_of(edition_of(ledger, "first")) == Extent("iso14083", "location", "Asia/Shanghai")


def test_a_name_that_nobody_published_is_refused(ledger: Workspace) -> None:
    with pytest.raises(TanluError) as error:
        edition_of(ledger, "other")
    assert error.value.code == "TL610"
