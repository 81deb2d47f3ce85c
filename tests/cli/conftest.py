"""Books that are read and quantified, for the verbs that only look."""

from __future__ import annotations

import contextlib
import io
import shutil
from pathlib import Path

import pytest

from tanlu.cli import main
from tests.cli.books import Tongue, files


@pytest.fixture
def empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tongue:
    """A folder that is no ledger yet."""
    return Tongue(tmp_path / "books", capsys)


@pytest.fixture(scope="session")
def quantified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the books and of what they were read from; to be copied."""
    folder = tmp_path_factory.mktemp("quantified")
    file, mapping = files(folder / "in")
    for words in (["read", str(file), "--map", str(mapping)], ["quantify"]):
        with contextlib.redirect_stdout(io.StringIO()):
            assert main([*words, "--ledger", str(folder / "books"), "--json"]) == 0
    return folder


@pytest.fixture
def books(empty: Tongue, tmp_path: Path, quantified: Path) -> Tongue:
    """A ledger with four lines read, of which one is quarantined and one has no distance."""
    shutil.copytree(quantified, tmp_path, dirs_exist_ok=True)
    return empty
