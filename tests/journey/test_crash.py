"""A process killed at any instant loses nothing acknowledged and counts nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journey.travel import kill_in_the_middle, tanlu

ROWS = 120_000


@pytest.fixture(scope="session")
def big_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that takes seconds to read."""
    path = tmp_path_factory.mktemp("crash") / "shipments.csv"
    lines = ["Waybill,Mode,Weight (kg),Distance (km),From,To,Shipped"]
    for i in range(ROWS):
        mode = ("Truck", "Rail")[i % 2]
        day = f"2026-03-{1 + i % 28:02}"
        lines.append(f"W{i},{mode},{100 + i % 9000},{50 + i % 1500},CN-SH,CN-ZJ,{day}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def undisturbed(big_file: Path, tmp_path_factory: pytest.TempPathFactory, root: Path) -> str:
    """The total of the same file, never disturbed."""
    folder = tmp_path_factory.mktemp("calm")
    tanlu("read", big_file, "--map", root / "tests/journey/shipments.map.toml", "--ledger", folder)
    return str(tanlu("quantify", "--ledger", folder)["co2e_wtw_kg"])


def _torment(rounds: int, file: Path, folder: Path, mapping: Path) -> dict[str, object]:
    read = ("read", file, "--map", mapping, "--ledger", folder)
    for seed in range(rounds // 2):
        if kill_in_the_middle(seed, 2.5, *read):
            break
    facts = tanlu(*read)
    assert facts["rows_in"] == facts["rows_new"] + facts["rows_known"] == ROWS
    for seed in range(rounds // 2):
        if kill_in_the_middle(seed, 2.5, "quantify", "--ledger", folder):
            break
    total = tanlu("quantify", "--ledger", folder)
    assert tanlu("ledger", "check", "--ledger", folder)["findings"] == []
    return total


def test_a_few_kills_change_no_total(
    big_file: Path, undisturbed: str, tmp_path: Path, root: Path
) -> None:
    mapping = root / "tests/journey/shipments.map.toml"
    total = _torment(6, big_file, tmp_path / "books", mapping)

    assert total["co2e_wtw_kg"] == undisturbed


@pytest.mark.slow
def test_fifty_kills_change_no_total(
    big_file: Path, undisturbed: str, tmp_path: Path, root: Path
) -> None:
    mapping = root / "tests/journey/shipments.map.toml"
    kills = 0
    ledger = 0
    while kills < 50:
        _torment(10, big_file, tmp_path / f"books{ledger}", mapping)
        kills += 10
        ledger += 1
    total = tanlu("quantify", "--ledger", tmp_path / "books0")

    assert total["co2e_wtw_kg"] == undisturbed
