"""Emission rows by hand for the tests of this room."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

ROW: dict[str, Any] = {
    "kind": "transport.road", "tier": "modelled", "method": "intensity", "profile": "iso14083",
    "basis": "none", "gwp_set": "AR6", "boundary": "ttw", "assumptions": None, "quality": 1,
    "share_of": None, "sigma_ln_ppm": 100_000, "factor_id": "f",
}  # fmt: skip
TYPES = {
    "activity_id": pl.String, "assumptions": pl.String, "share_of": pl.String,
    "source_device": pl.String, "co2e_ug": pl.Int64, "sigma_ln_ppm": pl.Int64,
    "quality": pl.Int64, "ch4_fossil_ug": pl.Int64, "primary_share_ppm": pl.Int64,
}  # fmt: skip


def emissions(*rows: dict[str, Any]) -> pl.DataFrame:
    """Rows that differ from ``ROW`` in what is told; each is an activity of its own."""
    full = [
        {**ROW, "activity_id": f"a{n:03}", "co2e_ug": 10**9, **row} for n, row in enumerate(rows)
    ]
    names = list(dict.fromkeys(name for row in full for name in row))
    types = {name: TYPES.get(name) for name in names}
    return pl.DataFrame(full, schema=types, infer_schema_length=None)


def ppm(*sigmas: float) -> int:
    """The σ of independent parts together [ppm]."""
    return round(1e6 * math.sqrt(sum(each * each for each in sigmas)))
