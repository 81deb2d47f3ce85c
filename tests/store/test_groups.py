from __future__ import annotations

import csv
import hmac
import io
from hashlib import sha256, shake_256

import polars as pl
import pytest

from tanlu.store import groups
from tanlu.terms import schema
from tests.store.activities import activities
from tests.store.ledger.test_digest import merkle


def test_leaves_are_what_the_reference_says() -> None:
    frame = activities(5)
    key = b"k" * 32
    salts = shake_256(b"tanlu/salt/v1" + key).digest(16 * 4 * 5)
    expected = []
    for row in range(5):
        for position, group in enumerate(("result", "activity", "places", "parties")):
            names = [c.name for c in schema("activity").columns if c.group == group]
            index = row * 4 + position
            salt = salts[16 * index : 16 * index + 16]
            expected.append(sha256(b"\x00" + salt + line(frame, names, row)).digest())

    assert b"".join(expected) == groups.leaves("activity", frame, key)
    assert merkle(expected) == groups.salted_root("activity", frame, key)


def line(frame: pl.DataFrame, names: list[str], row: int) -> bytes:
    # by the csv module: null is nothing, a text only quoted where RFC 4180 asks for it
    if not names:
        return b""
    out = io.StringIO()
    values = [frame[name][row] for name in names]
    csv.writer(out, lineterminator="").writerow(["" if v is None else v for v in values])
    text = out.getvalue()
    return b"" if len(values) == 1 and values[0] is None else text.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, b""),
        ("", b'""'),
        ("a b", b"a b"),
        ('q"', b'"q"""'),
        ("a,b", b'"a,b"'),
        ("碳", "碳".encode()),
    ],
)
def test_a_text_is_quoted_only_where_it_must(text, expected) -> None:
    frame = pl.DataFrame({"a": [text], "b": [7]}, schema={"a": pl.String, "b": pl.Int64})

    assert [expected + b",7"] == groups.group_lines(frame, ("a", "b"))


def test_a_batch_key_depends_on_secret_and_part() -> None:
    part = sha256(b"part").hexdigest()

    assert hmac.new(b"s", b"batch" + bytes.fromhex(part), sha256).digest() == groups.batch_key(
        b"s", part
    )


def test_every_column_of_every_table_is_in_one_group() -> None:
    for table in (
        "activity",
        "emission",
        "quarantine",
        "finding",
        "transfer",
        "retraction",
        "personal",
    ):
        columns = [
            name for group in groups.group_columns(table, schema(table).names) for name in group
        ]

        assert sorted(schema(table).names) == sorted(columns)
