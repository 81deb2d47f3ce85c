"""Tables know where each of their cells lies."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from tests.report.workbook.test_steps import of
from tests.report.workspace import made

from tanlu.report.words import Words
from tanlu.report.workbook.grids import grids
from tanlu.report.workbook.tables import tables


def test_a_factor_stands_once_however_many_rows_use_it(tmp_path: Path) -> None:
    found = of(made(tmp_path))
    frames = tables(found, grids(Words("en")))

    assert frames.factors.height == frames.rows["factor"].n_unique()
    assert frames.factors.select("factor_hash", "boundary", "co2e_g").is_duplicated().any() is False


def test_totals_are_the_exact_sums_of_what_counts(tmp_path: Path) -> None:
    workspace = made(tmp_path)
    frames = tables(of(workspace), grids(Words("en")))
    kept = workspace.scan("emission").collect()["co2e_ug"].sum()

    assert int(frames.totals["counted_ug"].sum()) == kept
    assert frames.totals["rows"].sum() == 8
    assert frames.lines.height == 8


def test_members_of_a_round_lie_together(tmp_path: Path) -> None:
    frames = tables(of(made(tmp_path)), grids(Words("en")))

    assert frames.rounds.select("members", (pl.col("last") - pl.col("first") + 1)).rows() == [
        (2, 2), (2, 2),
    ]  # fmt: skip
