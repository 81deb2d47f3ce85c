"""tanlu report indicators."""

from __future__ import annotations

from pathlib import Path

from tests.cli.books import Tongue


def test_indicators_come_with_their_cuts(books: Tongue, tmp_path: Path) -> None:
    books.ask("quantify")
    file = tmp_path / "i.json"
    facts = books.ask("report", "indicators", "--by", "kind", "--cost", "1000", "--out", file)
    found = {f["indicator"]: f for f in facts["indicators"] if f["by"] is None}

    assert file.exists()
    assert found["order_g"]["value"]
    assert found["cost"]["numerator"] == "1000"
    assert {f["by"] for f in facts["indicators"]} == {None, "kind"}


def test_a_cost_that_is_no_amount_is_a_sentence(books: Tongue) -> None:
    for wrong in ("dear", "-1", "nan"):
        assert books.ask("report", "indicators", "--cost", wrong, expect=2)["error"]["code"] == (
            "TL001"
        )
