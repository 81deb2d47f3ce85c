"""Mutated files never give a traceback: rows are accepted or quarantined, or the file refused."""

from __future__ import annotations

import contextlib
import io
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor import Mapping, propose, read
from tests.monitor.files import MAPPING, TEXT

LINES = TEXT + (
    'A4,road,"1,240",3,"上海\n浦东","say ""hi""",2026-03-04\n'
    "A5,,heavy,,a,b,2026年3月5日\nA6,rail,1e3,１２,a,b,05/03/2026\n,,,,,,\n"
)
NARROW = Mapping.parse(
    MAPPING.replace('Shanghai"', 'Shanghai"\nthousands = ","\nnull = ["-"]').replace(
        '{ from = "day" }', '{ from = "day", formats = ["%Y年%m月%d日", "%d/%m/%Y"] }'
    )
)
WIDER = Mapping.parse(
    MAPPING.replace(
        'mass_mg = { from = "kg", unit = "kg" }',
        'mass_mg = { from = "kg", unit = "kg", refer = { pattern = \'See (?P<id>\\w+)\', '
        "id = 'id', group = 'from', share_by = 'km', assumption = 'S' } }",
    )
    + '[labels]\nnote = "{from}/{to}"\n[assumptions]\nS = "shared"\n'
)
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "latin-1", "utf-16-be", "shift_jis")
BYTES = (b"\x00", b'"', b"\r", b"\n", b"\r\n", b",", b"\t", b"\xff", b"\x81", b"\xef\xbb\xbf",
         b"See A1", "全".encode(), b"\x1a", b"'", b"1e999", b"-0", b"\xed\xa0\x80")  # fmt: skip


@cache
def seeds() -> dict[str, bytes]:
    cells = [line.split(",") for line in TEXT.splitlines()]
    book, part = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as file:
        sheet = file.add_worksheet()
        for at, row in enumerate(cells):
            sheet.write_row(at, 0, row)
        sheet.write_formula(3, 2, "=1/0", None, "#DIV/0!")
    frame = pl.DataFrame(cells[1:], schema=cells[0], orient="row")
    frame.with_columns(pl.col("kg").cast(pl.Float64)).write_parquet(part)
    texts = {name: LINES.encode(name, "replace") for name in ENCODINGS}
    return {**texts, "xlsx": book.getvalue(), "parquet": part.getvalue()}


def _flip(raw: bytearray, dice: random.Random) -> None:
    raw[dice.randrange(len(raw))] = dice.randrange(256)


def _cut(raw: bytearray, dice: random.Random) -> None:
    del raw[dice.randrange(len(raw)) :]


def _insert(raw: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(raw) + 1)
    raw[at:at] = dice.choice(BYTES) * dice.choice((1, 1, 1, 2, 7))


def _drop(raw: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(raw))
    del raw[at : at + dice.randrange(1, 40)]


def _repeat(raw: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(raw))
    raw[at:at] = raw[at : at + dice.randrange(1, 60)] * dice.choice((1, 3))


def _mix(raw: bytearray, dice: random.Random) -> None:
    raw += "A9,road,１,2,北京,天津,2026-03-09\n".encode(dice.choice(ENCODINGS), "replace")


def _swap(raw: bytearray, dice: random.Random) -> None:
    one, other = dice.choice(BYTES), dice.choice(BYTES)
    raw[:] = raw.replace(one, other)


MUTATE: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip, _cut, _insert, _drop, _repeat, _mix, _swap,
)  # fmt: skip


def mutated(kind: str, seed: int, times: int) -> bytes:
    dice = random.Random(seed)
    raw = bytearray(seeds()[kind])
    for _ in range(times):
        if raw:
            dice.choice(MUTATE)(raw, dice)
    return bytes(raw)


def attempt(path: Path, raw: bytes, by: Mapping = WIDER) -> None:
    """Read a file; anything but an error that a user can mend is a fault of the program."""
    path.write_bytes(raw)
    try:
        for batch in read(path, by):
            assert batch.rows_in == batch.activities.height + batch.quarantine.height
    except TanluError:
        pass


def _law(path: Path, kind: str, seed: int, times: int) -> None:
    raw = mutated(kind, seed, times)
    attempt(path, raw, WIDER if seed % 4 == 0 else NARROW)
    if seed % 16 == 0:
        with contextlib.suppress(TanluError):
            propose(path)


CASES = {
    "kind": st.sampled_from((*ENCODINGS, *ENCODINGS, "xlsx", "parquet")),
    "seed": st.integers(0, 2**32),
    "times": st.integers(1, 6),
}
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=150, suppress_health_check=CHECKS)
@given(**CASES)
def test_a_mutated_file_gives_no_traceback(
    tmp_path: Path, kind: str, seed: int, times: int
) -> None:
    _law(tmp_path / "f", kind, seed, times)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kinds", "examples"),
    [
        (("utf-8", "utf-8-sig"), 2_000),
        (("utf-16", "utf-16-be", "gb18030"), 2_000),
        (("latin-1", "shift_jis", "utf-8"), 2_000),
        (("xlsx", "parquet"), 4_000),
    ],
)
def test_ten_thousand_mutated_files_give_no_traceback(
    tmp_path: Path, kinds: tuple[str, ...], examples: int
) -> None:
    @settings(max_examples=examples, suppress_health_check=CHECKS)
    @given(**{**CASES, "kind": st.sampled_from(kinds)})
    def law(kind: str, seed: int, times: int) -> None:
        _law(tmp_path / "f", kind, seed, times)

    law()


@settings(max_examples=60, suppress_health_check=CHECKS)
@given(st.binary(max_size=300))
def test_any_bytes_give_no_traceback(tmp_path: Path, raw: bytes) -> None:
    attempt(tmp_path / "f", raw)


@settings(max_examples=60, suppress_health_check=CHECKS)
@given(st.lists(st.lists(st.text(max_size=8), min_size=7, max_size=7), max_size=6))
def test_any_cells_are_rows_accepted_or_quarantined(tmp_path: Path, table: list[list[str]]) -> None:
    import csv

    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(table)
    attempt(tmp_path / "f", (TEXT + text.getvalue()).encode("utf-8", "replace"))
