"""Entries: the hash of a value above the number of its block."""

from __future__ import annotations

from tests.store.activities import activities

from tanlu.store.index.keys import COLUMNS, LOW, entries, hashes
from tanlu.terms import schema


def test_all_columns_that_can_be_asked_are_of_their_table() -> None:
    assert [
        (table, name) for table, names in COLUMNS.items() for name in names
        if name not in schema(table).names
    ] == []  # fmt: skip


def test_the_same_value_in_another_column_is_another_key() -> None:
    assert hashes("activity", "subject", ["a"]) != hashes("activity", "shipment", ["a"])


def test_the_low_bits_are_free_for_the_block() -> None:
    assert {each & LOW for each in hashes("activity", "subject", ["a", "b"])} == {0}


def test_a_value_that_stands_twice_in_a_block_has_one_entry_and_null_has_none() -> None:
    rows = activities(65).select("subject", "vehicle")
    found = entries("activity", rows, 10)
    one = hashes("activity", "subject", ["waybill:100064"])[0]

    assert len(found) == 65
    assert one | 11 in found.to_list()
