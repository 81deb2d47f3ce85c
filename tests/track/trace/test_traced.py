"""The record has its tables with the types that it says."""

from __future__ import annotations

from examples.trace import order

from tanlu.track.trace import trace
from tanlu.track.trace.traced import TABLES, types


def test_every_table_of_a_trace_has_its_columns(ledger) -> None:
    found = trace(ledger, order.ORDER)

    for table in TABLES:
        assert types(table) == dict(getattr(found, table).schema)


def test_a_trace_of_little_has_the_same_columns(ledger) -> None:
    found = trace(ledger, f"activity:{order.ORDER}/6")

    for table in TABLES:
        assert types(table) == dict(getattr(found, table).schema)
