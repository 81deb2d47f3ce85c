"""Fixtures of the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.store import Workspace, open_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / "ledger", create=True)


@pytest.fixture
def result():
    def last(progress):
        return [step.result for step in progress][-1]

    return last
