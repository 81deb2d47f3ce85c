"""One meter by pencil: from what its register shows to micrograms, with the factor's own source."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tanlu.account import quantify
from tests.monitor.meters.ledgers import HOUR, MINUTE, START, device, ledger, passed, reads, tell

# MEE, NBS and NEA, 2025年第47号, annex, table 1, 全国: 0.5306 kg of CO2 a kWh, 2023
MEE_2023_UG_A_KWH = 530_600_000


def test_hours_of_a_register_that_begins_anew_weigh_what_a_pencil_says(tmp_path: Path) -> None:
    books = ledger(tmp_path, {"rollover": 100_000.0, "rate_max": 0.01})
    tell(books, "device", device("a", place="CN", ratio=3.0))
    # 2 kWh each 10 min on the dial and current transformers of 3: 6 kWh; it begins anew at 01:10
    shown = [99_986.0 + 2.0 * step for step in range(25)]
    rows = [("a", n, START + n * 10 * MINUTE, each % 100_000) for n, each in enumerate(shown)]
    reads(books, rows)
    passed(books, until=START + 3 * HOUR)

    made = quantify(books.scan("activity").collect()).emissions
    kept = made.group_by("activity_id").agg(pl.col("co2e_ug").sum()).sort("activity_id")

    # 6 steps of 6 kWh are 36 kWh an hour: 36 x 0.5306 kg = 19.1016 kg
    assert (
        books.scan("activity").select("energy_j").collect().to_series().to_list()
        == [36 * 3_600_000] * 3
    )
    assert kept["co2e_ug"].to_list() == [36 * MEE_2023_UG_A_KWH] * 3
    assert 36 * MEE_2023_UG_A_KWH == 19_101_600_000
