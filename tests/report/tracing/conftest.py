"""The facts of the order of the example in both tongues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from examples.trace import order

from tanlu.report.tracing import tracing
from tanlu.store import open_workspace
from tanlu.terms import Document
from tanlu.track.trace import trace


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    folder: Path = tmp_path_factory.mktemp("order")
    order.build(folder)
    found = trace(open_workspace(folder), order.ORDER)
    return {language: tracing(found, language=language) for language in ("en", "zh")}


@pytest.fixture
def facts(documents: dict[str, Document]) -> dict[str, Any]:
    return dict(documents["en"].facts)
