"""The sheet of a product: from a subject, from a system, from both, in both tongues."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.account.lifecycle.systems import LIFE
from tests.report.product.books import books

from tanlu.account.lifecycle import read_system
from tanlu.errors import TanluError
from tanlu.report import render
from tanlu.report.product import product
from tanlu.terms import Document


def text(document: Document) -> str:
    from tanlu.report import text as shown

    return shown(document, width=160, colour=False)


def stages(document: Document) -> dict[str, Any]:
    return {row["stage"]: row["co2e_kg"] for row in document.facts["stages"]}


def test_an_order_is_told_by_stage_and_its_gaps_are_said() -> None:
    document = product("S1", books())
    found = stages(document)

    assert (found["trunk"], found["production"]) == ("1.5", None)
    assert {row["value"] for row in document.facts["findings"]} == {"production", "disposal"}
    assert "no data: not in the total" in text(document)


def test_a_period_without_the_order_has_nothing_of_it() -> None:
    with pytest.raises(TanluError) as told:
        product("S1", books(), period="2019")

    assert told.value.code == "TL806"


@pytest.mark.engine
class TestSystems:
    """Sheets of product systems need the solver."""

    @pytest.fixture(autouse=True)
    def solver(self) -> None:
        pytest.importorskip("scipy", reason="EXTRA ABSENT: tanlu[account] is not installed")

    def test_the_example_from_mine_to_doorstep_and_back_runs(self, root: Path) -> None:
        source = (root / "examples/product/product.toml").read_text(encoding="utf-8")
        document = product(read_system(source))
        found = stages(document)

        assert None not in found.values()
        assert document.facts["findings"] == []
        assert 3 < float(document.facts["co2e_kg"]) < 6
        assert document.facts["box"]["verdict"] == "reached"
        assert [row["line"].split("/")[1] for row in document.facts["left_out"]] == [
            "packaging.label"
        ]

    def test_every_amount_of_the_example_says_what_it_rests_on(self, root: Path) -> None:
        source = (root / "examples/product/product.toml").read_text(encoding="utf-8")
        lines = [
            line
            for process in tomllib.loads(source)["process"]
            for kind in ("activity", "flow", "circular")
            for line in process.get(kind, [])
        ]

        assert len(lines) > 20
        assert [line for line in lines if not (line.get("source") and line.get("zh"))] == []

    def test_the_way_of_a_product_comes_from_the_ledger(self) -> None:
        told = LIFE.replace(
            "\n[[process]]", '\n[ledger]\nsubject = "S1"\nunits = 2\n[[process]]', 1
        )
        document = product(read_system(told), books())
        found = stages(document)

        assert (found["production"], found["trunk"], found["delivery"]) == (
            "1", "0.75", "0.125000001",
        )  # fmt: skip
        assert [row["value"] for row in document.facts["findings"]] == ["disposal"]
        assert Decimal(document.facts["co2e_kg"]) == Decimal("2.120000001")

    def test_a_stage_told_twice_is_said(self) -> None:
        told = LIFE.replace("\n[[process]]", '\n[ledger]\nsubject = "S1"\n[[process]]', 1)
        truck = (
            '[[process.activity]]\nkind = "transport.road"\nstage = "trunk"\n'
            'vehicle_class = "truck.artic.44t"\namount = "1 kg"\ndistance = "9 km"\n'
        )
        document = product(read_system(told + truck), books())

        assert document.facts["counted_twice"] == ["trunk"]

    def test_a_ledger_that_is_asked_for_must_be_there(self) -> None:
        told = LIFE.replace("\n[[process]]", '\n[ledger]\nsubject = "S1"\n[[process]]', 1)

        with pytest.raises(TanluError) as raised:
            product(read_system(told))

        assert raised.value.code == "TL806"

    def test_a_contribution_is_called_by_its_own_words(self, root: Path) -> None:
        source = (root / "examples/product/product.toml").read_text(encoding="utf-8")
        texts = [row["text"] for row in product(read_system(source), language="zh").facts[
            "contributions"
        ]]  # fmt: skip

        assert "干燥间、涂布、化成" in texts
        assert None not in texts

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_the_sheet_speaks_both_tongues(self, root: Path, language: str) -> None:
        source = (root / "examples/product/product.toml").read_text(encoding="utf-8")
        document = product(read_system(source), language=language)
        shown = text(document)

        assert document.language == language
        assert shown.startswith("产品碳足迹") == (language == "zh")
        assert "ISO 14067:2018" in shown
        assert ("永不计入" if language == "zh" else "never part of a product footprint") in shown

    @pytest.mark.parametrize("suffix", ["html", "xlsx", "json", "parquet", "svg", "txt"])
    def test_the_sheet_takes_every_form(self, tmp_path: Path, suffix: str) -> None:
        document = product(read_system(LIFE))

        assert render(document, tmp_path / f"sheet.{suffix}").stat().st_size > 0

    def test_flows_have_no_factor_in_the_list_of_factors(self) -> None:
        assert product(read_system(LIFE)).facts["factors"] == []
