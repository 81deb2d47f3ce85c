"""The outbox."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.hooks import emit
from tanlu.serve.hooks.outbox import hear
from tanlu.serve.hooks.shelf import Shelf
from tanlu.serve.jobs.publishing import published
from tanlu.store.relational.tables.hooks import HEARD, MESSAGES
from tests.serving import last


def test_an_event_that_there_is_not_is_a_fault(home):
    with home.state.of("home") as scoped, pytest.raises(TanluError, match="TL495"):
        emit(scoped, "nothing", {})


def test_what_was_before_is_not_told_and_what_comes_later_is_even_if_nobody_listened(home):
    workspace = home.workspace("home")
    shelf = Shelf(home.state)
    shelf.subscribe("home", "https://a.example/", ["edition.published"])
    assert hear(home, "home") == 0
    last(published(workspace, {"name": "first"}))
    assert hear(home, "home") == 1
    assert hear(home, "home") == 0
    with home.state.of("home") as scoped:
        (message,) = scoped.rows(MESSAGES)
        assert '"edition":"first"' in message["body"]
        assert scoped.one(HEARD)["version"] == workspace.version
