"""The terminal: fits the window, obeys no name."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from tests.report.ledger import network

from tanlu.report import text, transport
from tanlu.terms import Document, Section


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 100])
def test_no_line_is_wider_than_the_window(language: str, width: int) -> None:
    shown = text(transport(network(), language=language), width=width, colour=False)

    assert [line for line in shown.splitlines() if cell_len(line) > width] == []


def test_control_characters_of_a_name_do_not_reach_the_window() -> None:
    section = Section("S", "", (), ("n",), (("\x1b[31mred\x07",),))

    shown = text(Document("D", "en", (Section("H"), section)), width=60, colour=False)

    assert not {"\x1b", "\x07"} & set(shown)


def test_the_total_stands_with_its_interval_and_what_is_missing() -> None:
    head = text(transport(network()), width=120, colour=False).splitlines()[:8]

    said = [line.split()[0:2] for line in head if line.startswith("  ")][:3]
    assert said == [["Total", "greenhouse"], ["95", "%"], ["Not", "quantified"]]
