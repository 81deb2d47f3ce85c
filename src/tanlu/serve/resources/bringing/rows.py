"""Activities as a client has them, into a file that the house reads like any other.

Values are not judged here: a row with a bad one is refused by `tanlu.monitor` with code, line and
column, and the others are taken. Refused here is only what is no row at all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec
import polars as pl

from tanlu.errors import TanluError
from tanlu.serve.resources.asking.bodies import Received
from tanlu.serve.resources.telling.forms import ARROW, CSV, JSON, NDJSON, PARQUET
from tanlu.terms import schema

__all__ = ["FORMS", "MOST_ROWS", "WRITABLE", "activities_file"]

FORMS = (JSON, NDJSON, ARROW, PARQUET, CSV)
MOST_ROWS = 5_000_000
# own dimensions of a body: each is a column of all its rows, also where one row alone has it
MOST_LABELS = 200
MOST_JSON = 64 << 20
STEP = 65_536
LINE = 1 << 20
# what the reader writes itself
OWN = (
    "zone", "precision", "assumptions", "corrects", "source_sha256", "source_sheet", "source_line",
)  # fmt: skip
WRITABLE = tuple(name for name in schema("activity").names if name not in OWN)
LABEL = "label:"
# stored unit -> unit of the mapping, and how many of the stored ones it has
UNITS = {
    "mg": ("mg", 1), "m": ("m", 1), "J": ("J", 1), "mL": ("mL", 1), "1": ("1", 1), "us": ("us", 1),
    "ppm": ("ppm", 1), "1e-3 degC": ("mdegC", 1), "0.001 TEU": ("TEU", 1000),
    "1e-7 deg": ("deg", 10_000_000), "1/100 of currency": ("", 100),
}  # fmt: skip
ORDINALS = ("leg_no", "quality", "source_seq")
TIMES = ("start", "end")
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the Z is written after it
NEEDED = ("start", "kind")


def activities_file(body: Received, folder: Path, zone: str) -> tuple[Path, str]:
    """Give a file of Parquet with the rows of a body, one text each cell, and its mapping.

    Raises
    ------
    TanluError
        TL486 for what is no row, TL467 for too many of them.
    """
    parts = folder / "parts"
    parts.mkdir()
    names: dict[str, None] = {}
    rows = 0
    for number, frame in enumerate(_frames(body)):
        rows += frame.height
        if rows > MOST_ROWS:
            raise TanluError("TL467", value=f"> {MOST_ROWS:,} rows", most=f"{MOST_ROWS:,} rows")
        names |= dict.fromkeys(frame.columns)
        _few(names)
        frame.write_parquet(parts / f"{number:06}.parquet")
    if not rows:
        raise TanluError("TL486", value="body: it has no row")
    path = folder / "activities.parquet"
    columns = sorted(names, key=_order)
    scan = pl.scan_parquet(
        sorted(parts.iterdir()), schema=dict.fromkeys(columns, pl.String),
        missing_columns="insert", extra_columns="raise",
    )  # fmt: skip
    scan.select(columns).sink_parquet(path)
    return path, _mapping(columns, zone)


def _few(names: Iterable[str]) -> None:
    """Refuse more labels than there may be, before there is a column of each."""
    count = sum(name.startswith(LABEL) for name in names)
    if count > MOST_LABELS:
        raise TanluError("TL467", value=f"{count:,} labels", most=f"{MOST_LABELS:,} labels")


def _order(name: str) -> tuple[int, str]:
    return (WRITABLE.index(name) if name in WRITABLE else len(WRITABLE), name)


def _frames(body: Received) -> Iterator[pl.DataFrame]:
    if body.media in (JSON, NDJSON):
        read: Callable[[Received], Iterator[Any]] = _json if body.media == JSON else _lines
        rows = read(body)
        start = 0
        while some := list(islice(rows, STEP)):
            yield _framed([_row(row, number) for number, row in enumerate(some, start + 1)])
            start += len(some)
    else:
        for frame in _tables(body):
            yield _texts(frame)


def _json(body: Received) -> Iterator[Any]:
    if body.bytes > MOST_JSON:
        raise TanluError("TL467", value=f"{body.bytes:,} B of JSON", most=f"{MOST_JSON:,} B")
    try:
        whole = msgspec.json.decode(body.path.read_bytes())
    except (msgspec.DecodeError, RecursionError) as error:
        raise TanluError("TL486", value=f"body: {error}") from error
    rows = whole.get("activities") if isinstance(whole, dict) and len(whole) == 1 else None
    if not isinstance(rows, list):
        raise TanluError("TL486", value='body: it is {"activities": [{…}, …]}')
    return iter(rows)


def _lines(body: Received) -> Iterator[Any]:
    decode = msgspec.json.Decoder().decode
    with body.path.open("rb") as file:
        for number, line in enumerate(_each(file), 1):
            if not line.strip():
                raise TanluError("TL486", value=f"line {number}: it is empty")
            try:
                yield decode(line)
            except (msgspec.DecodeError, RecursionError) as error:
                raise TanluError("TL486", value=f"line {number}: {error}") from error


def _each(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(LINE + 1):
        if len(line) > LINE:
            raise TanluError("TL467", value=f"a line of > {LINE:,} B", most=f"{LINE:,} B")
        yield line


def _row(row: Any, number: int) -> dict[str, str | None]:
    if not isinstance(row, dict):
        raise TanluError("TL486", value=f"activities/{number}: it is no object")
    for name in NEEDED:
        if name not in row:
            raise TanluError("TL486", value=f"activities/{number}: it has no '{name}'")
    found: dict[str, str | None] = {}
    for name, value in row.items():
        if name == "labels":
            found |= _labels(value, number)
        elif name not in WRITABLE:
            raise _unknown(name, f"activities/{number}")
        elif value is not None:
            found[name] = _cell(name, value, number)
    return found


def _unknown(name: str, where: str) -> TanluError:
    said = "the reader writes it; leave it out" if name in OWN else "no such column"
    return TanluError("TL486", value=f"{where}/{name[:60]}: {said}")


def _labels(value: Any, number: int) -> dict[str, str | None]:
    try:
        told = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        told = value
    if told is None:
        return {}
    if not isinstance(told, dict) or not all(isinstance(each, str) for each in told.values()):
        raise TanluError("TL486", value=f"activities/{number}/labels: it is no object of texts")
    return {f"{LABEL}{name}": text for name, text in told.items() if name.strip()}


def _cell(name: str, value: Any, number: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TanluError("TL486", value=f"activities/{number}/{name}: it is no text or number")
    if isinstance(value, float) and not math.isfinite(value):
        raise TanluError("TL486", value=f"activities/{number}/{name}: it is no number")
    text = str(value)
    unit = schema("activity")[name].unit
    if name in TIMES:
        return _time(text)
    many = UNITS[unit][1] if unit in UNITS and name not in ORDINALS else 1
    return text if many == 1 else _scaled(text, many)


def _time(text: str) -> str:
    """Give microseconds as the time that they are; what is none stays and is refused as such."""
    bare = text.removeprefix("-")
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 18 and len(bare) > 8):
        return text
    try:
        stamp = EPOCH + timedelta(microseconds=int(text))
    except OverflowError:
        return text
    return f"{stamp.isoformat(timespec='microseconds')}Z"


def _scaled(text: str, many: int) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return text
    return format(number / many, "f")


def _framed(rows: list[dict[str, str | None]]) -> pl.DataFrame:
    names = dict.fromkeys([*NEEDED, *(name for row in rows for name in row)])
    _few(names)
    return pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names},
        schema=dict.fromkeys(names, pl.String),
    )


def _tables(body: Received) -> Iterator[pl.DataFrame]:
    """Give the rows of a table of Arrow, Parquet or CSV in slices."""
    try:
        if body.media == ARROW:
            whole = pl.read_ipc_stream(body.path)
            yield from whole.iter_slices(STEP)
            return
        if body.media == CSV:
            scan = pl.scan_csv(body.path, infer_schema=False)
        else:
            scan = pl.scan_parquet(body.path, glob=False)
        rows = int(scan.select(pl.len()).collect(engine="streaming").item())
        # one more than may be, so that whoever counts them sees that they are too many
        for start in range(0, min(rows, MOST_ROWS + 1), STEP):
            yield scan.slice(start, STEP).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError) as error:
        raise TanluError("TL486", value=f"body: {str(error).splitlines()[0][:200]}") from error
    except TanluError:
        raise
    except BaseException as error:
        # a decoder may panic on a damaged body, and that is no `Exception`
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        raise TanluError("TL486", value=f"body: {str(error)[:200]}") from error


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Give a slice of a table as the cells of rows."""
    wrong = [name for name in frame.columns if name not in WRITABLE]
    if wrong:
        raise _unknown(wrong[0], "body")
    missing = [name for name in NEEDED if name not in frame.columns]
    if missing:
        raise TanluError("TL486", value=f"body: it has no '{missing[0]}'")
    for name, kind in frame.schema.items():
        if kind.is_nested() or kind in (pl.Boolean, pl.Binary):
            raise TanluError("TL486", value=f"body/{name}: {kind} is no text or number")
    plain = frame.select(_text(name, kind) for name, kind in frame.schema.items())
    if "labels" not in plain.columns or not plain["labels"].count():
        return plain.drop("labels", strict=False)
    size = int(plain["labels"].str.len_bytes().sum())
    if size > MOST_JSON:
        raise TanluError("TL467", value=f"{size:,} B of labels", most=f"{MOST_JSON:,} B")
    told = [_labels(each, 1 + at) for at, each in enumerate(plain["labels"])]
    names = dict.fromkeys(name for each in told for name in each)
    _few(names)
    return plain.drop("labels").with_columns(
        pl.Series(name, [each.get(name) for each in told], pl.String) for name in names
    )


def _text(name: str, kind: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if name in TIMES and (kind.is_integer() or isinstance(kind, pl.Datetime)):
        stamp = column.cast(pl.Datetime("us")) if kind.is_integer() else column
        if isinstance(kind, pl.Datetime) and kind.time_zone:
            stamp = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return stamp.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if name in TIMES:
        return column.cast(pl.String).map_elements(_time, return_dtype=pl.String)
    unit = schema("activity")[name].unit
    many = UNITS[unit][1] if unit in UNITS and name not in ORDINALS else 1
    text = column.cast(pl.String)
    if many == 1:
        return text
    return text.map_elements(lambda each: _scaled(each, many), return_dtype=pl.String)


def _mapping(columns: list[str], zone: str) -> str:
    """Give the mapping of a file whose columns are those of the house already."""
    lines = ['name = "API"', "[read]", f"zone = {json.dumps(zone)}", "[activity]"]
    for name in columns:
        if name in WRITABLE:
            said = schema("activity")[name]
            rule = f"from = {json.dumps(name)}"
            if name == "amount_fen":
                rule += ', unit_from = "currency"' if "currency" in columns else ', unit = "CNY"'
            elif said.type == "int64" and name not in (*ORDINALS, *TIMES):
                rule += f", unit = {json.dumps(UNITS[said.unit][0])}"
            lines.append(f"{name} = {{ {rule} }}")
    labels = [name for name in columns if name.startswith(LABEL)]
    if labels:
        lines += ["[labels]", *(
            f"{json.dumps(name.removeprefix(LABEL), ensure_ascii=False)} = "
            f"{json.dumps(name, ensure_ascii=False)}" for name in labels
        )]  # fmt: skip
    return "\n".join(lines) + "\n"
