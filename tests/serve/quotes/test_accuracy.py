"""Quotes are held to account, and what was found is told whole."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.quotes import accuracy
from tanlu.store import open_workspace


def test_the_interval_of_quotes_holds_most_outcomes(ledger):
    found = accuracy(open_workspace(ledger))

    assert found.parcels > 50
    assert found.lanes > 1
    assert 0.85 <= found.covered_lane <= found.covered <= 1
    assert abs(found.bias) < 0.15


def test_outcomes_that_are_known_from_elsewhere_are_compared_instead(ledger):
    workspace = open_workspace(ledger)

    with pytest.raises(TanluError, match="TL803"):
        accuracy(workspace, {})


def test_an_empty_ledger_has_nothing_to_compare(tmp_path):
    with pytest.raises(TanluError, match="TL803"):
        accuracy(open_workspace(tmp_path / "empty", create=True))
