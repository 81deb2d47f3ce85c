"""What is decoded from the leaves is what was written, and nothing else is taken."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.store import block_entries, block_root
from tanlu.verify.offline.leaves import MOST_ENTRY, Leaves, agreed, entries

TYPES = {"n": "int64", "x": "float64", "t": "string", "d": "date"}
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5)
NUMBER = st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3)
REAL = st.floats(allow_nan=False, allow_infinity=False)
DAY = st.integers(0, 40_000)


def columns(kind):
    few = st.lists(kind | st.none(), min_size=1, max_size=200)
    return few | kind.flatmap(lambda value: st.integers(1, 200).map(lambda n: [value] * n))


@st.composite
def frames(draw):
    parts = {name: draw(columns(kind)) for name, kind in
             (("n", NUMBER), ("x", REAL), ("t", TEXT), ("d", DAY))}  # fmt: skip
    rows = min(map(len, parts.values()))
    types = {"n": pl.Int64, "x": pl.Float64, "t": pl.String, "d": pl.Int64}
    cut = {name: values[:rows] for name, values in parts.items()}
    return pl.DataFrame(cut, schema=types).with_columns(pl.col("d").cast(pl.Date))


def written(frame: pl.DataFrame) -> list[bytes]:
    return list(block_entries("activity", frame, "0" * 64))


def read(found: list[bytes], rows: int, types=TYPES) -> Leaves:
    made = Leaves(types, rows)
    for entry in found:
        made.feed(entry)
    made.done()
    return made


@settings(max_examples=60)
@given(frames())
def test_every_value_and_the_root_are_those_of_the_writer(frame: pl.DataFrame) -> None:
    made = read(written(frame), frame.height)

    plain = frame.with_columns(pl.col("d").to_physical())
    assert made.columns == plain.to_dict(as_series=False)
    assert made.root == block_root("activity", frame, "0" * 64)


@given(st.lists(st.binary(max_size=50)), st.integers(1, 40))
def test_entries_are_cut_however_the_pieces_fall(found: list[bytes], size: int) -> None:
    whole = b"".join(len(each).to_bytes(4, "big") + each for each in found)
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]

    assert list(entries(pieces)) == found


def test_a_file_that_ends_within_an_entry_is_refused() -> None:
    for data, code in ((b"\0\0\0\5abc", "TL720"), (b"\0\0", "TL720"), (b"\xff" * 9, "TL706")):
        with pytest.raises(TanluError, match=code):
            list(entries([data]))
    assert MOST_ENTRY < 2**32


FRAME = pl.DataFrame({"n": [1, 2, None], "x": [0.5, 1.5, 2.5], "t": ["a", "b" * 9, "c"]})


def refused(found: list[bytes], rows: int = 3) -> str:
    with pytest.raises(TanluError) as caught:
        read(found, rows)
    assert caught.value.code == "TL720"
    return str(caught.value.fields["why"])


def test_more_or_fewer_rows_and_bytes_are_refused() -> None:
    good = written(FRAME)

    assert refused(good[:1]) == "fewer than the rows need"
    assert refused([*good, good[-1]]) == "more than the rows need"
    assert refused(good, 4) == "3 rows, not 4"
    assert refused([good[0], good[1] + b"x"]) == "bytes follow the last column"
    assert refused([good[0], good[1][:-1]])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"n\ti1?", b"n\ti3?", "column n is written in no form that is known"),
        (b"n\ti1?", b"n\t=x", "x is no int64"),
        (b"n\ti1?", b"n\t=01", "01 is no int64"),
        (b"n\ti1?", b"n\t=9223372036854775808", "9223372036854775808 is no int64"),
        (b"n\ti1?", b"n\tf8", "it holds float64 where the table has int64"),
        (b"n\ti1?", b"t\ti1?", "column t is written in no form that is known"),
        (b"tanlu/block/v1", b"tanlu/block/v3", "it is not of tanlu/block/v1 or tanlu/block/v2"),
        (b"tanlu/block/v1", b"tanlu/block/v2", "its salt has not 64 hexadecimal digits"),
        (b"x\tf8", b"x\tf8\x00", "a control character"),
        (b"t\td\ta", b"t\td", "a code names no text of the list"),
        (b"\n3\n", b"\n03\n", "the rows are no number"),
        (b"\n3\n", b"\n131073\n", "more than 131072 rows"),
    ],
)
def test_a_head_that_no_writer_wrote_is_refused(old: bytes, new: bytes, why: str) -> None:
    head, *rest = written(FRAME)
    assert old in head

    assert refused([head.replace(old, new), *rest]) == why


def test_a_text_that_is_not_utf8_or_has_control_characters_is_refused() -> None:
    frame = pl.DataFrame({"t": [f"t{number:03}" for number in range(70)]})
    head, first, second = written(frame)

    for wrong, why in (
        (b"\xff", "a text is not UTF-8"),
        (b"\x07", "a text has a control character"),
    ):
        bad = first.replace(b"t000", wrong + b"000")
        assert refused([head, bad, second], 70) == why


def test_columns_that_are_not_asked_for_are_passed_over() -> None:
    made = read(written(FRAME), 3, {"t": "string", "absent": "int64"})

    assert made.columns == {"t": ["a", "b" * 9, "c"], "absent": [None] * 3}


def test_a_batch_statement_tells_the_same_columns() -> None:
    head = read(written(FRAME), 3).head
    groups = ["result", "activity", "places", "parties"]
    told = {"groups": groups, "columns": [["n"], ["x", "t"], [], []]}

    assert head is not None
    assert agreed(head, told)
    for wrong in ({"columns": [["n"], ["x"], [], []]}, {"groups": groups[::-1]}, {"columns": 3},
                  {"columns": [["n"], ["x", "t"]]}, {"columns": [3, [], [], []]}):  # fmt: skip
        assert not agreed(head, told | wrong)


def test_a_batch_statement_of_telemetry_tells_no_columns() -> None:
    head = read(written(FRAME), 3).head
    told = {"type": "tanlu/batch/v3"}

    assert head is not None
    assert not agreed(head, told)
    for table in ("reading", "position"):
        assert agreed(head._replace(table=table), told)
        for more in ({"columns": []}, {"groups": []}, {"root": b""}):
            assert not agreed(head._replace(table=table), told | more)
