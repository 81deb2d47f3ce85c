from __future__ import annotations

import struct

import polars as pl

from tanlu.store.ledger.arrow import fixed_bytes


def test_values_come_little_endian_also_from_a_slice() -> None:
    table = pl.DataFrame({"a": [1, 2, 3, 4], "f": [0.5, -0.0, 1e300, 2.0]})[1:3]

    assert [struct.pack("<2q", 2, 3), struct.pack("<2d", -0.0, 1e300)] == fixed_bytes(table)


def test_narrow_columns_keep_their_width() -> None:
    table = pl.select(pl.Series("b", [1, -1], pl.Int8), pl.Series("w", [1, 2], pl.UInt32))

    assert [b"\x01\xff", struct.pack("<2I", 1, 2)] == fixed_bytes(table)
