"""The fast reader of plain readings against the general one: the same rows, or none."""

from __future__ import annotations

import json
import random
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.monitor.stream.bodies import JSON, NDJSON
from tanlu.monitor.stream.counting import Names
from tanlu.monitor.stream.decoding import scanning, texts

KNOWN = ["m-1", "m-2", "a very long name of a meter"]
NUMBERS = st.one_of(
    st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 9), st.floats(allow_nan=False),
    st.decimals(-(10**6), 10**6, places=3).map(float),
)  # fmt: skip


def names() -> Names:
    made = Names()
    made.add(pl.Series(KNOWN))
    return made


def scanned(data: bytes, media: str = JSON) -> pl.DataFrame | None:
    known = names()
    found = scanning.scan(data, media, known)
    return None if found is None else scanning.table_of([found], known)


def general(data: bytes, media: str = JSON) -> pl.DataFrame | None:
    rows = texts.typed(data, media, "reading")
    if not rows:
        return None
    table = texts.table_of(rows, "reading", frozenset(texts.ALWAYS))
    return table.select("device", "seq", "at", "value")


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "device": st.sampled_from(KNOWN), "seq": st.integers(0, 10**18 - 1),
            "at": st.integers(-(10**18) + 1, 10**18 - 1), "value": NUMBERS,
        }
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@given(
    ROWS,
    st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", "\t:")]),
    st.sampled_from([JSON, NDJSON]),
)
@settings(max_examples=300)
def test_what_it_reads_is_what_the_general_reader_reads(
    rows: list[dict[str, Any]], separators: tuple[str, str], media: str
) -> None:
    if media == JSON:
        data = json.dumps(rows, separators=separators).encode()
    else:
        data = "\n".join(json.dumps(row) for row in rows).encode()
    found = scanned(data, media)

    if found is not None:
        wanted = general(data, media)
        assert wanted is not None
        assert found.equals(wanted)


def test_plain_bodies_are_read() -> None:
    rows = [
        {"device": "m-2", "seq": 7, "at": 5, "value": 0.1},
        {"value": -3, "at": 6, "seq": 8, "device": "m-1"},
    ]
    wanted = [("m-2", 7, 5, 0.1), ("m-1", 8, 6, -3.0)]
    found = (
        scanned(json.dumps(rows).encode()),
        scanned(b"\n".join(json.dumps(row).encode() for row in rows) + b"\n", NDJSON),
    )

    for table in found:
        assert table is not None
        assert table.rows() == wanted


PLAIN = b'[{"device":"m-1","seq":1,"at":2,"value":3.5}]'


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b"m-1", b"stranger"), (b"m-1", b"m\\u002d1"), (b"m-1", "é".encode()), (b"m-1", b"m\x01"),
        (b"3.5", b"null"), (b"3.5", b"1e3"), (b"3.5", b"03.5"), (b"3.5", b"3."), (b"3.5", b".5"),
        (b"3.5", b"0.1234567890123456789"), (b"3.5", b"9007199254740993"), (b"3.5", b"true"),
        (b"1,", b"1.0,"), (b"1,", b"1234567890123456789,"), (b"seq", b"sep"), (b"seq", b"at"),
        (b"}", b',"quality":1}'), (b'"at":2,', b""), (b"]", b""), (b"]", b"],"), (b"]", b"]]"),
        (b"[", b""), (b"}", b"},"), (b"2", b'"2026-11-22T00:00:00Z"'), (b"{", b"{,"),
    ],
)  # fmt: skip
def test_all_else_is_left_to_the_general_reader(was: bytes, now: bytes) -> None:
    assert scanned(PLAIN) is not None
    assert scanned(PLAIN.replace(was, now, 1)) is None


def test_crushed_bodies_are_never_read_as_what_they_do_not_say() -> None:
    rows = [{"device": "m-1", "seq": seq, "at": 10 + seq, "value": seq / 8} for seq in range(4)]
    whole = {
        JSON: json.dumps(rows).encode(),
        NDJSON: b"\n".join(json.dumps(row).encode() for row in rows),
    }
    draw = random.Random(6)
    letters = b'[]{},:"0123456789.-e \n\\'
    read = 0
    for _ in range(20_000):
        media = draw.choice([JSON, NDJSON])
        data = bytearray(whole[media])
        for _ in range(draw.randrange(1, 4)):
            place = draw.randrange(len(data))
            data[place : place + draw.randrange(2)] = bytes([draw.choice(letters)])
        found = scanned(bytes(data), media)
        if found is not None:
            read += 1
            wanted = general(bytes(data), media)
            assert wanted is not None, data
            assert found.equals(wanted), data

    assert read > 500
