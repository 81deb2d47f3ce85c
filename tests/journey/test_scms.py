"""Ten thousand real, dirty shipments: every line accounted for, each oddity with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journey.travel import tanlu

LINES = 10_324
RESOLVABLE = 8_378  # lines with a resolvable weight and a mode, counted independently


@pytest.fixture(scope="session")
def journey(
    shared: Path, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """The ledger with what read and quantify said."""
    folder = tmp_path_factory.mktemp("scms") / "books"
    file = shared / "data/real/scms/scms_delivery_history.tsv"
    read = tanlu("read", file, "--map", root / "examples/scms/map.toml", "--ledger", folder)
    return folder, read, tanlu("quantify", "--ledger", folder)


def test_every_line_is_accounted_for(journey: tuple[Path, dict[str, Any], dict[str, Any]]) -> None:
    _, read, _ = journey

    assert read["rows_in"] == LINES
    assert read["rows_in"] == read["rows_new"] + read["rows_known"] + read["rows_quarantined"]


def test_95_percent_of_the_resolvable_lines_have_a_footprint(
    journey: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    _, read, total = journey
    quantified = LINES - read["rows_quarantined"] - total["unquantified"]["rows"]

    assert quantified >= 0.95 * RESOLVABLE


def test_reading_the_file_again_adds_nothing(
    journey: tuple[Path, dict[str, Any], dict[str, Any]], shared: Path, root: Path
) -> None:
    folder, _, _ = journey
    file = shared / "data/real/scms/scms_delivery_history.tsv"
    again = tanlu("read", file, "--map", root / "examples/scms/map.toml", "--ledger", folder)

    assert again["rows_new"] == 0


def test_every_emission_can_be_repeated(
    journey: tuple[Path, dict[str, Any], dict[str, Any]],
) -> None:
    folder, _, _ = journey

    assert tanlu("verify", "--ledger", folder)["differences"] == 0
