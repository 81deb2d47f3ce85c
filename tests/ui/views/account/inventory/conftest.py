"""A ledger with a boundary."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tanlu.report.organisation import organisation

BOUNDARY = Path(__file__).parents[5] / "src/tanlu/simulate/data/organisation.toml"


@pytest.fixture
def bounded(home):
    """The ledger of the organisation with a boundary beside it, and its inventory."""
    workspace = home.workspace("home")
    shutil.copy(BOUNDARY, Path(workspace.path) / "organisation.toml")
    return organisation(workspace, "2026", language="en", profile="iso14083").facts
