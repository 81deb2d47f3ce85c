"""Every column has a header in both tongues."""

from __future__ import annotations

import pytest

from tanlu.report.words import Words
from tanlu.report.workbook.grids import grids


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_and_sheet_has_words_and_no_two_sheets_one_name(language: str) -> None:
    made = grids(Words(language))
    heads = [column.head for grid in made for column in grid.columns]

    assert "" not in heads
    assert len({grid.name for grid in made}) == len(made)
    for grid in made:
        assert len({column.key for column in grid.columns}) == len(grid.columns)
