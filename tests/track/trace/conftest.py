"""The order of the example, once for all tests that only read."""

from __future__ import annotations

from pathlib import Path

import pytest
from examples.trace import order

from tanlu.store import Workspace, open_workspace


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder: Path = tmp_path_factory.mktemp("order")
    order.build(folder)
    return open_workspace(folder)
