"""A ledger with products."""

from __future__ import annotations

import pytest

from tanlu.report.product import product


@pytest.fixture
def largest(home) -> str:
    facts = product(None, home.workspace("home"), profile="iso14083").facts
    return str(facts["largest"][0]["key"])
