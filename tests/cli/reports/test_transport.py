"""Without a topic a report is about transport, as it always was."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.cli.books import Tongue


def test_transport_is_the_topic_that_needs_no_name(books: Tongue) -> None:
    assert books.ask("report", "transport") == books.ask("report")


def test_an_unknown_topic_is_a_sentence(books: Tongue, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        books.ask("report", "weather")

    assert "TL001" in capsys.readouterr().out


def test_parquet_holds_the_rows_that_the_report_sums(books: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    facts = books.ask("report", "--out", file)
    rows = pl.read_parquet(file)

    assert rows.height == facts["rows"]
    assert Decimal(int(rows["co2e_ug"].sum())).scaleb(-9) == Decimal(facts["co2e_wtw_kg"])
