"""Right documents, small enough to be done again some hundred times, and of every kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tanlu.share.exchange.ileap import Company, Exchanged, exchanged
from tanlu.store import open_workspace

COMPANY = Company("Tanlu Express", ("urn:epc:id:sgln:4063973.00000.8",))


@pytest.fixture(scope="package")
def made(network_books: Path) -> Exchanged:
    return exchanged(open_workspace(network_books), COMPANY)


@pytest.fixture(scope="package")
def right(network_books: Path, made: Exchanged) -> list[dict[str, Any]]:
    names = [each["extensions"][0]["data"].get("shipmentId") for each in made.footprints]
    some = tuple(filter(None, names))[:4]
    return exchanged(open_workspace(network_books), COMPANY, shipments=some).footprints
