"""A document as the template takes it: widths that fit the page, colours without variables."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.report.ledger import network

from tanlu.report import transport
from tanlu.report.pdf.layout import PAGE_PT, layout
from tanlu.report.svg import wide
from tanlu.terms import Chart, Document, Section

pytest.importorskip("typst", reason="EXTRA ABSENT: tanlu[report] is not installed")


def table(columns: tuple[str, ...], *rows: tuple[object, ...]) -> dict[str, object]:
    made = layout(Document("D", "en", (Section("S", "", (), columns, rows),)))
    found: dict[str, object] = made["hero"]["table"]
    return found


@given(st.integers(1, 14), st.integers(0, 40), st.integers(1, 20))
def test_a_table_is_never_wider_than_the_page(columns: int, words: int, digits: int) -> None:
    names = tuple(f"column {i} [t CO₂e]" for i in range(columns))
    row = tuple("w" * words if i % 2 else 10**digits for i in range(columns))

    assert sum(table(names, row)["widths"]) <= PAGE_PT + 1e-6


def test_numbers_stand_to_the_right_with_separators() -> None:
    made = table(("name", "x [t]", "s [%]"), ("a", Decimal("1234.5"), Decimal("12.34")))

    assert made["kinds"] == ["word", "number", "bar"]
    assert made["cells"] == ["a", "1,235", "12.3"]


def test_null_is_a_dash_and_not_nought() -> None:
    made = table(("x [t]", "y"), (None, None), (Decimal(1), "a"))

    assert made["cells"] == ["–", "–", "1.000", "a"]


def test_no_colour_is_left_as_a_variable() -> None:
    text = json.dumps(layout(transport(network(60), "2026-10")))

    assert text.count("var(--") == 0


def test_words_of_a_picture_are_apart_from_its_shapes() -> None:
    chart = Chart("bar", "Lanes", "t", ("north", "south"), (("WTW", (3.0, 1.0)),))
    made = layout(Document("D", "en", (Section("S", chart=chart),)))["hero"]["picture"]

    assert made["svg"].count("<text") == 0
    assert [w["text"] for w in made["words"]] == ["north", "3.00", "south", "1.00"]


def test_room_is_made_for_words_as_they_are_shown() -> None:
    chart = Chart("bar", "x", "t", ("😀" * 40,), (("WTW", (3.0,)),))
    made = layout(Document("D", "en", (Section("S", chart=chart),)))["hero"]["picture"]

    assert made["words"][0]["text"].endswith("…")
    assert wide(made["words"][0]["text"]) < made["width"] / 2


def test_the_unit_of_a_header_stays_whole() -> None:
    made = table(("n [t CO₂e]", "name"), (Decimal(1), "a"))

    assert made["head"][0] == "n [t\u00a0CO₂e]"
    assert made["widths"][0] > wide("[t CO₂e]", made["size"])


def test_a_document_without_a_period_has_no_date() -> None:
    assert layout(Document("D", "en", (Section("S"),)))["date"] is None
    assert layout(transport(network(20), "2026-Q4"))["date"] == [2026, 12, 31]


def test_a_table_higher_than_a_page_goes_on_on_the_next() -> None:
    few = (("name", "text"), *(("a", "short") for _ in range(12)))
    long = (("name", "text"), *(("a", "many words in a cell " * 60) for _ in range(12)))

    assert (table(*few)["whole"], table(*long)["whole"]) == (True, False)


def test_the_column_with_the_most_to_say_gets_the_room() -> None:
    made = table(
        ("set", "licence", "source"), ("AR6", "CC0-1.0", "a long title of a document " * 9)
    )
    widths: Any = made["widths"]

    assert widths[2] > 0.6 * PAGE_PT > 5 * widths[0]
