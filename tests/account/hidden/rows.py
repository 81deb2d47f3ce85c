"""Activities and emissions with only what waste is read from."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.terms import schema


def activities(*rows: dict[str, Any]) -> pl.DataFrame:
    """Activities ``a0, a1 …`` of road transport unless told."""
    base = {"start": 0, "end": 1, "zone": "UTC", "precision": "day", "kind": "transport.road"}
    types = schema("activity").dtypes()
    full = [{**base, "activity_id": f"a{n}", **row} for n, row in enumerate(rows)]
    return pl.DataFrame([{n: r.get(n) for n in types} for r in full], schema=types)


def emissions(*rows: dict[str, Any]) -> pl.DataFrame:
    """Emissions ``e0, e1 …`` of the activities ``a0, a1 …`` unless told."""
    types = schema("emission").dtypes()
    full = [{"emission_id": f"e{n}", "activity_id": f"a{n}", **row} for n, row in enumerate(rows)]
    return pl.DataFrame([{n: r.get(n) for n in types} for r in full], schema=types)
