"""Fixtures for the resources."""

from __future__ import annotations

import pytest

from tanlu.serve.api import Home
from tanlu.serve.resources import ROOMS
from tanlu.store import open_workspace
from tests.serving import client


@pytest.fixture
def asked(home):
    """A client of a manager of the small living network."""
    return client(home, rooms=ROOMS)


@pytest.fixture(scope="module")
def read_only(network_books, tmp_path_factory):
    """The same for a whole file of tests, which change nothing."""
    from tests.serving import home

    made = home(network_books, tmp_path_factory.mktemp("read"))
    yield client(made, rooms=ROOMS)
    made.close()


@pytest.fixture(scope="module")
def emptied(tmp_path_factory):
    """A client of a manager of an empty ledger."""
    folder = tmp_path_factory.mktemp("emptied")
    open_workspace(folder, create=True)
    home = Home(folder)
    yield client(home, rooms=ROOMS)
    home.close()


@pytest.fixture(scope="module")
def offered(network_books, tmp_path_factory):
    """The operations of the whole application over a copy of that network."""
    from tests.serve.resources.described.offering import offer

    yield from offer(network_books, tmp_path_factory.mktemp("offered"))
