"""Sealing: a salted leaf for each group of columns of each record, under one root.

A group's bytes are the line that RFC 4180 gives its columns, so that a verifier needs a CSV
writer and a hash and nothing else.
"""

from __future__ import annotations

import hmac
import io
import struct
from hashlib import sha256
from itertools import chain
from operator import add
from typing import TYPE_CHECKING

from tanlu.terms import schema
from tanlu.terms.proof import cbor, salts, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tanlu.store.ledger.manifest import PartEntry

__all__ = [
    "GROUPS",
    "IN_BLOCKS",
    "batch_key",
    "block_payload",
    "group_columns",
    "group_lines",
    "group_text",
    "leaves",
    "payload",
    "salted_root",
]

GROUPS = ("result", "activity", "places", "parties")
SALT = 16
CHUNK = 8192  # small enough for the processor's cache
TYPE = "tanlu/batch/v2"
# telemetry: proved 64 records at a time, under the root that its part has anyway
IN_BLOCKS = frozenset({"position", "reading"})
BLOCK_TYPE = "tanlu/batch/v3"


def batch_key(secret: bytes, part_sha256: str) -> bytes:
    """Give the key of a part's salts: HMAC-SHA-256(secret, "batch" || SHA-256 of the part)."""
    return hmac.new(secret, b"batch" + bytes.fromhex(part_sha256), sha256).digest()


def group_columns(table: str, there: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Give the columns of each group among those of a part, in the order of GROUPS."""
    of = {column.name: column.group for column in schema(table).columns}
    return tuple(tuple(name for name in there if of[name] == group) for group in GROUPS)


def group_lines(frame: pl.DataFrame, names: tuple[str, ...]) -> list[bytes]:
    """Give a group's bytes for each record: its columns as one line of CSV, without line end.

    A double is the 16 hexadecimal digits of its bits, so that no writer's choice of digits counts.
    """
    if not names:
        return [b""] * frame.height
    return group_text(frame, names).getvalue().split(b"\n")[:-1]


def group_text(frame: pl.DataFrame, names: tuple[str, ...]) -> io.BytesIO:
    """Give the same lines joined, a line feed after each."""
    chosen = frame.select(names)
    chosen = chosen.with_columns(_bits(column) for column in chosen if column.dtype.is_float())
    held = io.BytesIO()
    chosen.write_csv(held, include_header=False, quote_style="necessary")
    return held


def _bits(column: pl.Series) -> pl.Series:
    import polars as pl

    found = [None if value is None else struct.pack(">d", value).hex() for value in column]
    return pl.Series(column.name, found, pl.String)


def leaves(table: str, frame: pl.DataFrame, key: bytes) -> bytes:
    """Give the leaf hashes in a row; leaf 4·record + group is SHA-256(0x00 || salt || bytes)."""
    step = SALT * len(GROUPS)
    salted = salts(key, frame.height * len(GROUPS))
    groups = group_columns(table, frame.columns)
    found = []
    for first in range(0, frame.height, CHUNK):
        chunk = frame.slice(first, CHUNK)
        part = salted[first * step : (first + CHUNK) * step]
        hashes = [
            _hashes(part, position, group_lines(chunk, names))
            for position, names in enumerate(groups)
        ]
        found.append(b"".join(chain.from_iterable(zip(*hashes, strict=True))))
    return b"".join(found)


def _hashes(salted: bytes, position: int, lines: list[bytes]) -> list[bytes]:
    starts = range(position * SALT, len(salted), SALT * len(GROUPS))
    prefixes = [b"\x00" + salted[at : at + SALT] for at in starts]
    return [sha256(entry).digest() for entry in map(add, prefixes, lines)]


def salted_root(table: str, frame: pl.DataFrame, key: bytes) -> bytes:
    """Give the root over the salted leaves of all records."""
    return tree.root(leaves(table, frame, key))


def payload(entry: PartEntry, columns: Sequence[str], root: bytes) -> bytes:
    """Give the batch payload: what a signed entry of the log will hold."""
    return cbor.encode(
        {
            **_part(entry, TYPE),
            "groups": list(GROUPS),
            "columns": [list(names) for names in group_columns(entry.table, columns)],
            "root": root,
        }
    )


def block_payload(entry: PartEntry) -> bytes:
    """Give the batch payload of a part without salted leaves: its 64-record root alone."""
    return cbor.encode(_part(entry, BLOCK_TYPE))


def _part(entry: PartEntry, kind: str) -> dict[str, str | int | bytes]:
    return {
        "type": kind,
        "table": entry.table,
        "version": entry.version,
        "part": bytes.fromhex(entry.sha256),
        "blocks": bytes.fromhex(entry.root),
        "schema": bytes.fromhex(entry.schema),
        "n": entry.rows,
    }
