"""Activities and a chain of places made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from tanlu.terms import schema

NOON = 1_767_225_600_000_000
BASE = {
    "start": NOON, "end": NOON + 1, "zone": "Asia/Shanghai", "precision": "instant",
    "kind": "transport.road", "place": "CN", "vehicle_class": "truck.artic.44t",
    "energy_carrier": "diesel", "mass_mg": 10**10, "distance_m": 250_000, "distance_type": "sfd",
}  # fmt: skip

Make = Callable[..., pl.DataFrame]


@pytest.fixture
def activities() -> Make:
    """Activities from keyword rows; ids a0, a1 … unless given."""

    def make(*rows: dict[str, Any]) -> pl.DataFrame:
        full = [{**BASE, "activity_id": f"a{number}", **row} for number, row in enumerate(rows)]
        types = schema("activity").dtypes()
        names = sorted({name for row in full for name in row}, key=list(types).index)
        return pl.DataFrame(full, schema={name: types[name] for name in names})

    return make
