"""Lines into records and records into columns."""

from __future__ import annotations

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.read.cells import Cut, cut
from tanlu.monitor.read.lines import Lines


def parted(text: str, *, width: int = 2, last: bool = True, delimiter: str = ",") -> Cut:
    names = [f"c{n}" for n in range(width)]
    data = text.encode()
    return cut(Lines(data, 1, data.count(b"\n")), names, delimiter, '"', last=last)


def rows(found: Cut) -> list[tuple[str | None, ...]]:
    return found.rows.drop("_line").rows()


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("1,2", ("1", "2")),
        ('"1,5",2', ("1,5", "2")),
        ('"say ""hi""",2', ('say "hi"', "2")),
        (",", (None, None)),
        (' "x",2', (' "x"', "2")),
        ('5" pipe,2', ('5" pipe', "2")),
        ("运单,件", ("运单", "件")),
    ],
)
def test_a_record_is_cut_into_its_fields(line: str, cells: tuple[str | None, ...]) -> None:
    assert rows(parted(line + "\n")) == [cells]


def test_a_quoted_field_may_go_over_lines() -> None:
    found = parted('a,"one\ntwo\nthree"\nb,2\n')

    assert rows(found) == [("a", "one\ntwo\nthree"), ("b", "2")]
    assert found.rows["_line"].to_list() == [1, 4]


@pytest.mark.parametrize(("line", "said"), [("1", "1 ≠ 2"), ("1,2,3", "3 ≠ 2")])
def test_a_ragged_line_is_broken_alone(line: str, said: str) -> None:
    found = parted(f"a,b\n{line}\nc,d\n")

    assert rows(found) == [("a", "b"), ("c", "d")]
    assert found.broken.rows() == [(2, "TL305", said, line)]


def test_a_quote_that_never_closes_breaks_one_line_only() -> None:
    found = parted('a,b\nc,"d\ne,f\ng,h\n')

    assert rows(found) == [("a", "b"), ("e", "f"), ("g", "h")]
    assert found.broken["code"].to_list() == ["TL306"]


def test_control_characters_and_bad_bytes_break_their_line() -> None:
    found = parted("a\x00,b\nc\ufdd0,d\ne,f\n")

    assert rows(found) == [("e", "f")]
    assert found.broken["code"].to_list() == ["TL309", "TL308"]


def test_empty_lines_are_no_records() -> None:
    assert rows(parted("\na,b\n\n  \nc,d\n")) == [("a", "b"), ("c", "d")]


def test_a_record_that_may_go_on_is_kept_for_the_next_block() -> None:
    found = parted('a,b\nc,"d\n', last=False)

    assert rows(found) == [("a", "b")]
    assert found.rest == b'c,"d\n'


def test_a_cut_line_is_told_with_its_beginning() -> None:
    found = cut(Lines(b"zzz", 7, 1, cut=True), ["a"], ",", '"', last=False)

    assert found.broken.rows() == [(7, "TL307", "", "zzz")]


def test_one_column_is_a_table_too() -> None:
    assert rows(parted("a\nb\n", width=1)) == [("a",), ("b",)]


FIELD = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufdd0"))


@given(st.lists(st.tuples(FIELD, FIELD, FIELD), min_size=1, max_size=8))
def test_what_a_writer_of_csv_wrote_is_read_back(table: list[tuple[str, str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(table)
    found = parted(text.getvalue(), width=3)

    assert found.broken.is_empty()
    assert [tuple(cell or "" for cell in row) for row in rows(found)] == table


@given(st.lists(st.text(st.sampled_from('a1,"\n \t;'), max_size=30), max_size=12))
def test_no_line_is_lost_or_read_twice(lines: list[str]) -> None:
    text = "".join(line.replace("\n", " ") + "\n" for line in lines)
    found = parted(text, width=3)
    seen = pl.concat([found.rows["_line"], found.broken["_line"]]).to_list()

    assert len(seen) == len(set(seen))
    assert set(seen) <= set(range(1, len(lines) + 1))
