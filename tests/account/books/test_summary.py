"""Totals as exact decimal texts."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.account import quantify_all
from tanlu.account.books import decimal
from tanlu.store import open_workspace


@pytest.mark.parametrize(
    ("amount", "places", "text"),
    [
        (1, 9, "0.000000001"),
        (-1_500_000_000, 9, "-1.500000000"),
        (10**25, 9, "1" + "0" * 16 + ".000000000"),
    ],
)
def test_amounts_are_decimal_texts(amount: int, places: int, text: str) -> None:
    assert text == decimal(amount, places)


@pytest.mark.parametrize("profile", ["iso14067", "ghg_protocol"])
def test_the_total_counts_every_activity_once_whatever_its_contract(
    tmp_path: Path, profile: str
) -> None:
    books = open_workspace(tmp_path / "books", create=True)
    told = {"start": 1_767_225_600_000_000, "end": 1_767_312_000_000_000, "precision": "day",
            "zone": "Asia/Shanghai", "kind": "energy.electricity", "place": "CN-GD",
            "energy_j": 3_600_000_000}  # fmt: skip
    books.append("activity", pl.DataFrame([
        {"activity_id": "a0", "technology": None, **told},
        {"activity_id": "a1", "technology": "pv", **told},
    ]))  # fmt: skip
    *_, end = quantify_all(books, profile=profile)
    rows = books.scan("emission").filter(pl.col("method") != "market").collect()

    assert end.result is not None
    assert set(rows["activity_id"]) == {"a0", "a1"}
    assert end.result["co2e_wtw_kg"] == decimal(rows["co2e_ug"].sum(), 9)
