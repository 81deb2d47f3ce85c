"""Commands speak of the library of the ledger, or of the built-in one where there is none."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.library.held import held
from tanlu.factors import library
from tanlu.factors.packs import adopt
from tanlu.store import open_workspace
from tests.factors.packs.own import own


def asked(folder: Path) -> argparse.Namespace:
    return argparse.Namespace(ledger=folder)


def test_where_there_is_no_ledger_the_built_in_library_is_meant(tmp_path: Path) -> None:
    assert held(asked(tmp_path)) is library()


def test_a_ledger_means_its_own(tmp_path: Path) -> None:
    books = open_workspace(tmp_path / "books", create=True)
    adopt(books, [*library().packs, own()], why="test")

    assert held(asked(books.path)).hash != library().hash
