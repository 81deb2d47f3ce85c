"""Electricity by market is recomputed from what was bought and the residual mix."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.report.disclosure.inventory import made

from tanlu.report.workbook.market import supplied
from tanlu.terms import schema


def test_without_instruments_the_residual_mix_holds_for_all(tmp_path: Path) -> None:
    workspace, _ = made(tmp_path)
    rows = workspace.scan("emission").filter(pl.col("method") == "market").collect()
    (row,) = supplied(workspace, rows).iter_rows(named=True)

    # 0.6096 kg/kWh: the mix of 2023 without what is traded (MEE and NBS, announcement of 2025)
    assert (row["bought_g"], row["covered"]) == (0.0, 0.0)
    assert row["residual_g"] * 3.6 == pytest.approx(609.6)


def test_steps_give_the_emission_to_the_microgram(tmp_path: Path) -> None:
    workspace, _ = made(tmp_path)
    rows = workspace.scan("emission").filter(pl.col("method") == "market").collect()
    exact = pl.col("energy_j") * (
        pl.col("bought_g") + (1 - pl.col("covered")) * pl.col("residual_g")
    )
    redone = supplied(workspace, rows).select((exact + 0.5).floor().cast(pl.Int64).alias("ug"))

    assert redone["ug"].to_list() == rows["co2e_ug"].to_list()


def test_nothing_by_market_gives_no_steps(tmp_path: Path) -> None:
    workspace, _ = made(tmp_path)

    assert supplied(workspace, schema("emission").empty()).height == 0
