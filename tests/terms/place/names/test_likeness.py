"""Names that are spelled alike."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.terms.place.names.likeness import alike


def near(*written: str) -> list[str]:
    return alike(pl.DataFrame({"text": written}).with_row_index("row"))["alike"].to_list()


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Guangzou", "Guangzhou, CN"), ("Hambourgh", "Hamburg, DE"), ("Singapor", "Singapore, SG")],
)
def test_a_slip_of_the_pen_finds_the_name(written: str, meant: str) -> None:
    assert meant in near(written)[0]


def test_at_most_three_names_are_shown() -> None:
    assert near("San Pedro de la Sierra")[0].count("; ") <= 2


def test_what_is_like_nothing_finds_nothing() -> None:
    assert near("qqqqqqxxxxxx") == []


def test_nothing_asked_is_nothing_found() -> None:
    assert near() == []
