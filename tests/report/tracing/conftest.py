"""The facts of the order of the example in both tongues."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
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


@pytest.fixture(scope="session")
def by_track(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    folder: Path = tmp_path_factory.mktemp("tracked")
    order.build(folder)
    workspace = open_workspace(folder)
    at = order.BEGIN + 22 * order.DAY + order.DAY // 24
    sigma = 30_612_244
    node = pl.DataFrame({
        "node_id": ["n"], "device": ["gnss-1"], "number": [1], "arrival": [at],
        "departure": [at + 1], "arrival_sigma_us": [sigma], "departure_sigma_us": [sigma],
        "lat_e7": [1], "lon_e7": [2], "sigma_mm": [5000], "kind": ["border"],
        "probability_ppm": [512_345],
    })  # fmt: skip
    workspace.append("node", node)
    found = trace(workspace, order.ORDER)
    return {language: tracing(found, language=language) for language in ("en", "zh")}


@pytest.fixture
def traced_by_track(by_track: dict[str, Document]) -> dict[str, Any]:
    return dict(by_track["en"].facts)
