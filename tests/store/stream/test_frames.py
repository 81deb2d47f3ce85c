"""A frame gives its tables back, or nothing."""

from __future__ import annotations

from zlib import crc32

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from tanlu.errors import TanluError
from tanlu.store.stream.frames import HEAD, Frame, Opening, Writer, tables_of
from tanlu.terms import schema
from tests.store.stream.feeds import readings, refusals


def framed(tables, offset=64, synced=64, rows=3, at=7) -> bytes:
    with Writer().frame(tables, offset, synced, rows, at) as view:
        return bytes(view)


def read(data: bytes, offset: int = 64):
    head = Frame.decode(data[:HEAD], offset)
    return None if head is None else tables_of(head, data[HEAD : head.end - offset])


TABLES = {"reading": readings(0, 70), "quarantine": refusals(0, 2)}
DATA = framed(TABLES)


def test_a_frame_gives_all_its_tables_back() -> None:
    found = read(DATA)

    assert found is not None
    assert list(found) == ["reading", "quarantine"]
    for name, table in TABLES.items():
        assert_frame_equal(found[name], table)


def test_the_head_says_where_it_stands_and_what_came_before() -> None:
    head = Frame.decode(framed(TABLES, offset=640, synced=64, rows=90, at=5)[:HEAD], 640)

    assert head is not None
    assert (head.offset, head.synced, head.rows, head.at) == (640, 64, 90, 5)
    assert head.end == 640 + len(DATA)
    assert len(DATA) % 8 == 0


def test_a_frame_at_another_place_is_none() -> None:
    assert read(DATA, offset=72) is None


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_a_changed_byte_is_seen(at: int, change: int) -> None:
    changed = bytearray(DATA)
    changed[at] ^= change

    assert read(bytes(changed)) is None


@given(st.integers(0, len(DATA) - 1))
def test_a_cut_frame_is_none(size: int) -> None:
    assert read(DATA[:size]) is None


NUMBERS = st.none() | st.integers(-(2**63), 2**63 - 1)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "device": st.none() | st.text(st.characters(codec="utf-8"), max_size=40),
            "seq": NUMBERS,
            "value": st.none() | st.floats(allow_nan=False),
            "evidence": st.none() | st.just("ab" * 32),
        }
    ),
    max_size=100,
)


@given(st.dictionaries(st.sampled_from(["reading", "quarantine"]), ROWS, min_size=1))
def test_any_rows_come_back_as_they_were(rows) -> None:
    tables = {"position": schema("position").empty()}
    for name, each in rows.items():
        kinds = schema("reading").dtypes()
        made = pl.DataFrame(each, schema_overrides=kinds) if each else pl.DataFrame(schema=kinds)
        if name == "quarantine":
            made = made.select(raw="device", source_line="seq")
        tables[name] = schema(name).fit(made)

    found = read(framed(tables))

    assert found is not None
    assert list(found) == list(tables)
    for name, table in tables.items():
        assert_frame_equal(found[name], table)


@pytest.mark.parametrize(
    "made",
    [b"not arrow", b'[["colour",0,0]]', b"[3]", b"\xff", b'[["reading",1,8]]', b"[[1,2,3]]"],
)
def test_right_checksums_over_anything_else_are_no_frame(made: bytes) -> None:
    body = b"not arrow   " + b" " * 4 + made + b" " * (-len(made) % 8)
    head = Frame(len(made), len(body), 64, 64, 1, 7, crc32(body))

    assert tables_of(head, body) is None


def test_a_frame_that_says_other_rows_than_it_has_is_none() -> None:
    head = Frame.decode(DATA[:HEAD], 64)
    assert head is not None
    body = DATA[HEAD:].replace(b'["reading",70,', b'["reading",71,')

    assert body != DATA[HEAD:]
    assert tables_of(head._replace(checksum=crc32(body)), body) is None


def test_a_buffer_used_again_makes_the_same_bytes() -> None:
    writer = Writer()
    with writer.frame({"reading": readings(0, 5000)}, 64, 64, 5000, 7):
        pass
    with writer.frame(TABLES, 64, 64, 3, 7) as view:
        again = bytes(view)

    assert again == DATA


def test_part_of_a_large_frame_does_not_carry_all_of_it() -> None:
    large = readings(0, 100_000, device="a device with a name that is rather long")

    assert len(framed({"reading": large.filter(pl.col("seq") < 10)})) < 5000


@pytest.mark.parametrize(
    ("code", "rows"),
    [("TL101", {"valu": [1.0]}), ("TL102", {"value": ["1"]})],
)
def test_columns_that_are_not_the_tables_are_refused(code: str, rows) -> None:
    with pytest.raises(TanluError) as refused:
        framed({"reading": pl.DataFrame(rows)})

    assert refused.value.code == code


OPENING = Opening(3, 10, 20, 30, b"w" * 16)


def test_a_segment_says_what_it_is() -> None:
    assert Opening.decode(OPENING.encode()) == OPENING
    assert len(OPENING.encode()) == 64


@given(st.integers(0, 63), st.integers(1, 255))
def test_a_changed_byte_of_the_opening_is_seen(at: int, change: int) -> None:
    changed = bytearray(OPENING.encode())
    changed[at] ^= change

    assert Opening.decode(bytes(changed)) is None


def test_a_group_of_many_small_bodies_is_written_as_one() -> None:
    bodies = pl.concat([readings(at, 7) for at in range(0, 70, 7)], rechunk=False)

    assert bodies.n_chunks() == 10
    assert framed({"reading": bodies}) == framed({"reading": readings(0, 70)})
