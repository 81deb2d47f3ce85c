"""Faults inside of workbooks, Parquet and mappings: what no flipped byte of a whole file reaches.

A flipped byte of a zip is caught by its checksum; here the parts of a workbook are changed and
zipped again, the columns of Parquet take any type, and the values of a mapping any other value.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import random
import tomllib
import zipfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor import Mapping, propose, read
from tests.monitor.files import MAPPING, TEXT
from tests.monitor.test_fuzz import MUTATE, NARROW, WIDER, attempt

CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
NAMES = TEXT.splitlines()[0].split(",")
# seeds that once gave a traceback or a hang: never again
KNOWN: dict[str, tuple[int, ...]] = {"book": (526_757,), "parquet": (109,), "mapping": ()}

XML = (b"", b"0", b"-1", b"99999999999", b"1e400", b"NaN", b"A1", b"XFE1048577", b"s", b"str", b"b",
       b"e", b"d", b"inlineStr", b"<c/>", b"</row>", b"&#x0;", b"&amp;", b"\xff", b"14", b"2958466",
       b"<row r='1'/>", "全角１".encode(), b"sheet2.xml", b"date1904='1'")  # fmt: skip


@cache
def parts() -> dict[str, bytes]:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True, "remove_timezone": True}) as file:
        sheet = file.add_worksheet("数据")
        day = file.add_format({"num_format": "yyyy-mm-dd"})
        for at, line in enumerate(TEXT.splitlines()):
            sheet.write_row(at, 0, line.split(","))
        sheet.write_datetime(2, 6, dt.datetime(2026, 3, 2), day)
        sheet.write_number(2, 2, 1e9)
        sheet.write(3, 3, True)
        sheet.write_formula(4, 2, "=1/0", None, "#DIV/0!")
        sheet.merge_range("A7:C8", "merged")
        file.add_worksheet("empty")
    with zipfile.ZipFile(io.BytesIO(book.getvalue())) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def book(dice: random.Random) -> bytes:
    """A workbook of which some parts are changed, left out or doubled."""
    there = dict(parts())
    likely = [name for name in there if "sheet" in name or "shared" in name or "styles" in name]
    for _ in range(dice.randint(1, 4)):
        name = dice.choice(likely if dice.random() < 0.8 else list(there))
        raw = bytearray(there[name])
        if not raw:
            continue
        way = dice.random()
        if way < 0.35:
            dice.choice(MUTATE)(raw, dice)
        elif way < 0.9:
            marks = [at for at, byte in enumerate(raw) if byte in b"<>\"'= /"]
            start = dice.choice(marks or [0])
            end = min(start + dice.choice((1, 2, 5, 12)), len(raw))
            raw[start + 1 : end] = dice.choice(XML)
        else:
            raw.clear()
        there[name] = bytes(raw)
    if dice.random() < 0.1:
        there.pop(dice.choice(list(there)))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as out:
        for name, raw in there.items():
            out.writestr(name, raw)
    return made.getvalue()


UTC = dt.UTC
VALUES: tuple[tuple[pl.DataType | type[pl.DataType], tuple[Any, ...]], ...] = (
    (pl.Int8, (-128, 127, None)),
    (pl.Int64, (-(2**63), 2**63 - 1, 0, 20260301, None)),
    (pl.UInt64, (2**64 - 1, 0)),
    (pl.Int128, (2**100, -1)),
    (pl.Float32, (float("nan"), float("inf"), 1e38, -0.0)),
    (pl.Float64, (float("nan"), float("-inf"), 1e308, 5e-324, 45_000.5, None)),
    (pl.Boolean, (True, False, None)),
    (pl.String, ("", " ", "road", "1,2", "全", "\x00", "2026-03-01", "=1+1", None)),
    (pl.Binary, (b"\xff\xfe", b"road", None)),
    (pl.Date, (dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2026, 3, 1), None)),
    (pl.Time, (dt.time(23, 59, 59), None)),
    (pl.Duration("us"), (dt.timedelta(days=-1), dt.timedelta(days=10_000))),
    (pl.Datetime("ms"), (dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31), None)),
    (pl.Datetime("ns"), (dt.datetime(2026, 3, 1, 2, 3), None)),
    (pl.Datetime("us", "UTC"), (dt.datetime(2026, 3, 1, tzinfo=UTC), None)),
    (pl.Datetime("us", "America/St_Johns"), (dt.datetime(2026, 3, 8, 7, tzinfo=UTC), None)),
    (pl.Decimal(38, 10), (Decimal("1.5"), Decimal(10) ** 20, None)),
    (pl.Categorical, ("road", "rail", None)),
    (pl.Enum(["road", "boat"]), ("road", "boat", None)),
    (pl.Null, (None,)),
    (pl.List(pl.Int64), ([1, 2], [], None)),
    (pl.Array(pl.Int64, 2), ([1, 2], None)),
    (pl.Struct({"a": pl.Int64}), ({"a": 1}, None)),
)


def parquet(dice: random.Random) -> bytes:
    """A Parquet file whose columns have any types, some absent, some of other names."""
    height = dice.choice((0, 1, 3, 40))
    columns = []
    for name in [*NAMES, *dice.sample(["", "note", "全角", "_line", "code", "raw", "x\n"], 2)]:
        kind, values = dice.choice(VALUES)
        if name in {"id", "mode"} and dice.random() < 0.6:
            kind, values = VALUES[7]
        chosen = [dice.choice(values) for _ in range(height)]
        columns.append(pl.Series(name, chosen, dtype=kind, strict=False))
    made = io.BytesIO()
    frame = pl.DataFrame(columns)
    if dice.random() < 0.05:
        frame = frame.drop(dice.choice(NAMES))
    frame.write_parquet(made, compression=dice.choice(("zstd", "snappy", "uncompressed")))
    return made.getvalue()


OTHER: tuple[Any, ...] = (
    *("", "x", "kg", "km", "id", "{id}", "{", "{0}", "{id!r}", "%", "%Q", "(", "(?P<id>x", "全"),
    *(0, -1, 2**70, 1.5, float("inf"), True, [], ["id"], ["id", "id"], [1], {}, {"a": 1}),
    *({"from": "id"}, [{}], dt.date(2026, 1, 1), dt.time(1), "UTC", "Asia/Nowhere", "\x00"),
)
WORDS = (
    *("from", "unit", "map", "null", "else", "value", "text", "formats", "zone", "refer", "places"),
    *("assumption", "activity", "read", "labels", "personal", "decimal", "thousands", "sheet"),
    *("header", "encoding", "name", "assumptions", "locate", "unit_from", "kind", "start", "end"),
)


def inside(table: Any, dice: random.Random) -> None:
    """Change one value somewhere in a table."""
    if not isinstance(table, dict) or not table:
        return
    key = dice.choice(list(table))
    way = dice.random()
    if isinstance(table[key], dict) and way < 0.7:
        inside(table[key], dice)
    elif way < 0.5:
        table[key] = dice.choice(OTHER)
    elif way < 0.7:
        table[dice.choice(WORDS)] = dice.choice(OTHER)
    elif way < 0.85:
        table[dice.choice(WORDS)] = table.pop(key)
    else:
        table.pop(key)


def toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            # the escapes of JSON are those of TOML but for the surrogates
            import json

            return json.dumps(value, ensure_ascii=True)
        case dict():
            return "{" + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case _:
            return str(value)


def mapping(dice: random.Random) -> bytes:
    """The text of a mapping with some values changed, or some bytes of it."""
    text = MAPPING + '[assumptions]\nS = "shared"\n[labels]\nnote = "{from}/{to}"\n'
    if dice.random() < 0.3:
        raw = bytearray(text.encode())
        for _ in range(dice.randint(1, 3)):
            if raw:
                dice.choice(MUTATE)(raw, dice)
        return bytes(raw)
    table = tomllib.loads(text)
    for _ in range(dice.randint(1, 4)):
        inside(table, dice)
    return "".join(f"{toml(key)} = {toml(value)}\n" for key, value in table.items()).encode()


def read_with(path: Path, raw: bytes) -> None:
    """Read a good file by a damaged mapping."""
    where = path.with_suffix(".toml")
    where.write_bytes(raw)
    path.write_text(TEXT, encoding="utf-8")
    with contextlib.suppress(TanluError):
        by = Mapping.load(where)
        for batch in read(path, by):
            assert batch.rows_in == batch.activities.height + batch.quarantine.height


def _file(make: Callable[[random.Random], bytes]) -> Callable[[Path, int], None]:
    def law(path: Path, seed: int) -> None:
        dice = random.Random(seed)
        attempt(path, make(dice), WIDER if seed % 4 == 0 else NARROW)
        if seed % 8 == 0:
            with contextlib.suppress(TanluError):
                propose(path)

    return law


LAWS: dict[str, Callable[[Path, int], None]] = {
    "book": _file(book),
    "parquet": _file(parquet),
    "mapping": lambda path, seed: read_with(path, mapping(random.Random(seed))),
}


@pytest.mark.parametrize(("kind", "examples"), [("book", 40), ("parquet", 60), ("mapping", 60)])
def test_damage_inside_gives_no_traceback(tmp_path: Path, kind: str, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=CHECKS, deadline=None)
    @given(st.integers(0, 2**32))
    def law(seed: int) -> None:
        LAWS[kind](tmp_path / "f", seed)

    law()


@pytest.mark.slow
@pytest.mark.parametrize("kind", list(LAWS))
def test_much_damage_inside_gives_no_traceback(tmp_path: Path, kind: str) -> None:
    for seed in range(30_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 1_500):
        LAWS[kind](tmp_path / "f", seed)


@pytest.mark.parametrize("kind", list(LAWS))
def test_what_once_gave_a_traceback_gives_none_again(tmp_path: Path, kind: str) -> None:
    for seed in KNOWN[kind]:
        LAWS[kind](tmp_path / "f", seed)
