"""Each row says where it stands and from what it came."""

from __future__ import annotations

import polars as pl
from examples.trace import order

from tanlu.track.trace import trace


def test_each_leg_emission_and_event_stands_where_it_is_said_to(ledger) -> None:
    found = trace(ledger, order.ORDER).proofs

    # three events saw it
    assert found.height == 10 + 18 + 3
    for row in found.iter_rows(named=True):
        (part,) = [each for each in ledger.parts(row["table"]) if each.file == row["part"]]
        held = ledger.scan(row["table"], raw=True, only=[part]).collect()
        assert held[f"{row['table']}_id"][row["row"]] == row["id"]
        assert part.version == row["version"]


def test_the_evidence_of_a_leg_is_its_device_and_number(ledger) -> None:
    found = trace(ledger, order.ORDER).proofs.filter(pl.col("id") == f"{order.ORDER}/3")

    assert found.select("source_device", "source_seq").row(0) == ("gnss-3", 3)
