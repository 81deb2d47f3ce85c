"""A workspace of its own for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tanlu.store import Workspace, open_workspace

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "ledger", create=True)
