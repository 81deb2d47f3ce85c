"""Hours of a gas boiler with round numbers: 100 g/Nm³ and 1,000 Nm³ an hour are 100 kg."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.account.measured.hours import COLUMNS

START = 1_767_196_800_000_000  # 2026-01-01 00:00 in Asia/Shanghai
HOUR = 3_600_000_000
ROW: dict[str, Any] = {
    "source": "K1", "gas": "co2", "running": 1, "points": 60, "points_possible": 60,
    "conc_mg_m3": 100_000.0, "conc_basis": "dry", "flow_m3": 1000.0, "temperature_c": 0.0,
    "pressure_pa": 101_325.0, "moisture": 0.0, "oxygen": 0.03,
}  # fmt: skip


def stack(*changes: dict[str, Any]) -> pl.DataFrame:
    """Readings of consecutive hours, each with what differs."""
    made = [{**ROW, "start": START + n * HOUR, **each} for n, each in enumerate(changes)]
    return pl.DataFrame([{n: r.get(n) for n in COLUMNS} for r in made], schema=COLUMNS)
