"""Members of shared totals by hand."""

from __future__ import annotations

from typing import Any

import polars as pl

TYPES = {
    "activity_id": pl.String, "group": pl.String, "kind": pl.String, "distance_type": pl.String,
    "temperature_class": pl.String, "unit": pl.String, "vehicle": pl.String, "round": pl.String,
    "operation": pl.String, "vehicle_class": pl.String, "origin": pl.String,
    "destination": pl.String,
}  # fmt: skip
MEMBER = {"group": "round:r", "kind": "transport.road", "distance_type": "sfd"}


def members(*rows: dict[str, Any], **common: Any) -> pl.DataFrame:
    """Members ``m0, m1, …`` of one group; what is not told is null."""
    full = [{**MEMBER, "activity_id": f"m{n}", **common, **row} for n, row in enumerate(rows)]
    names = dict.fromkeys(name for row in full for name in row)
    types = {name: TYPES.get(name, pl.Int64) for name in names}
    return pl.DataFrame(full, schema=types)


def totals(*amounts: int, **common: Any) -> pl.DataFrame:
    """Totals ``t0, t1, …`` of the group."""
    rows = [
        {"total_id": f"t{n}", "group": "round:r", "co2e_ug": amount, **common}
        for n, amount in enumerate(amounts)
    ]
    types = {"total_id": pl.String, "group": pl.String, "co2e_ug": pl.Int64}
    more = dict.fromkeys(common, pl.String)
    return pl.DataFrame(rows, schema={**types, **more})


def shares(made: Any, of: str = "t0") -> dict[str, int]:
    """The shares of one total by member."""
    table = made.shares if hasattr(made, "shares") else made
    mine = table.filter(total_id=of).sort("activity_id")
    return dict(mine.select("activity_id", "share_ug").iter_rows())
