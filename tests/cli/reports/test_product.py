"""tanlu report product: a file, a subject, all of them; forms and mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.account.lifecycle.systems import LIFE
from tests.cli.books import Tongue


@pytest.fixture
def kettle(tmp_path: Path) -> Path:
    file = tmp_path / "kettle.toml"
    file.write_text(LIFE, encoding="utf-8")
    return file


@pytest.mark.engine
def test_a_product_file_needs_no_ledger(empty: Tongue, kettle: Path) -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
    facts = empty.ask("report", "product", kettle)

    assert (facts["report"], facts["co2e_kg"]) == ("product", "1")


@pytest.mark.engine
def test_a_product_file_becomes_the_form_that_is_asked_for(
    empty: Tongue, kettle: Path, tmp_path: Path
) -> None:
    pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")
    out = tmp_path / "sheet.json"
    empty.say("report", "product", kettle, "--format", "json", "--lang", "zh", "--out", out)

    assert json.loads(out.read_text(encoding="utf-8"))["language"] == "zh"


def test_a_mistyped_file_is_a_sentence(empty: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(LIFE.replace("amount", "amuont"), encoding="utf-8")

    assert empty.ask("report", "product", file, expect=1)["error"]["code"] == "TL530"


def test_a_file_that_is_not_there_is_a_sentence(empty: Tongue, tmp_path: Path) -> None:
    told = empty.ask("report", "product", tmp_path / "none.toml", expect=1)

    assert told["error"]["code"] == "TL004"


def test_a_file_of_another_encoding_is_a_sentence(empty: Tongue, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_bytes('id = "水壶"'.encode("gb18030"))

    assert empty.ask("report", "product", file, expect=1)["error"]["code"] == "TL530"


def test_a_parcel_of_the_ledger_has_a_sheet(books: Tongue) -> None:
    facts = books.ask("report", "product", "waybill:W1")

    assert facts["product"] == "waybill:W1"
    assert float(facts["co2e_kg"]) > 0


def test_all_parcels_of_the_ledger_are_listed(books: Tongue) -> None:
    facts = books.ask("report", "product", "--by", "parcel")

    assert facts["count"] == len(facts["largest"])
    assert facts["count"] > 0


def test_an_unknown_parcel_is_a_sentence(books: Tongue) -> None:
    told = books.ask("report", "product", "waybill:none", expect=1)

    assert told["error"]["code"] == "TL806"


def test_the_report_of_transport_is_still_asked_for_without_a_topic(books: Tongue) -> None:
    assert books.ask("report", "--period", "2026")["report"] == "transport"
