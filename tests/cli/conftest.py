"""Books that are read and quantified, for the verbs that only look."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.books import Tongue, files


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tongue:
    """A folder that is no ledger yet."""
    return Tongue(tmp_path / "books", capsys)


@pytest.fixture
def books(empty: Tongue, tmp_path: Path) -> Tongue:
    """A ledger with four lines read, of which one is quarantined and one has no distance."""
    file, mapping = files(tmp_path / "in")
    empty.ask("read", file, "--map", mapping)
    empty.ask("quantify")
    return empty
