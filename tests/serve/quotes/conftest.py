"""A ledger with lanes, its log, and the quotes of it."""

from __future__ import annotations

import shutil

import pytest

from tanlu.serve.api import Home
from tanlu.serve.quotes import Quotes
from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests import serving

SHOP = "https://shop.example"


@pytest.fixture(scope="session")
def ledger(tmp_path_factory):
    """A quantified ledger of 500 orders, with its log."""
    path = serving.books(tmp_path_factory.mktemp("quotes"), orders=500)
    begin_log(open_workspace(path))
    return path


@pytest.fixture(scope="session")
def quotes(ledger, tmp_path_factory):
    """Quotes of a server with that ledger and an empty organisation."""
    folder = tmp_path_factory.mktemp("server") / "books"
    shutil.copytree(ledger, folder)
    at = Home(folder)
    at.found("other", "Other", "他方")
    yield Quotes(at)
    at.close()


@pytest.fixture
def served(ledger, tmp_path):
    """The whole application on a copy of the ledger."""
    at = serving.home(ledger, tmp_path)
    yield serving.whole(at)
    at.close()
