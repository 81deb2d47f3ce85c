"""Fixtures of the monitor room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.store import Workspace, open_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "books", create=True)
