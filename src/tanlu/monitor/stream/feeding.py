"""Quarantined rows of streams out to be mended, and in again.

``tanlu stream quarantine`` shows what `quarantined` gives and writes it with `export`; ``tanlu
stream refeed FILE`` sends what `mended` gives: to the running server (``streams/serve.json`` has
its address; the rows as NDJSON), or through a `Pipeline` of its own where none runs. A row that is
taken, or is there already, retracts the quarantined row that its ``_quarantine_id`` names.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.stream.bodies import CORRECTS, NDJSON, Body
from tanlu.monitor.stream.refused import SHEET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store import Workspace

__all__ = ["export", "mended", "quarantined"]

STREAM = "_stream"
TOLD = {"_code": "code", "_column": "column", "_value": "value", "_hint": "hint"}
BODY_ROWS = 10_000


def quarantined(workspace: Workspace, stream: str | None = None) -> pl.DataFrame:
    """Give the quarantined rows of streams that are not mended, schema ``quarantine``.

    Parameters
    ----------
    stream
        Only those of this stream.
    """
    sheet = pl.col("source_sheet")
    wanted = sheet.str.starts_with(SHEET) if stream is None else sheet == SHEET + stream
    rows = workspace.scan("quarantine").filter(wanted).unique("quarantine_id", keep="first")
    return rows.collect().sort("source_sheet", "source_sha256", "source_line")


def export(workspace: Workspace, path: str | Path, stream: str | None = None) -> int:
    """Write the quarantined rows of streams as lines of JSON, and give their count.

    Each line has the columns that came, the reason in ``_code, _column, _value, _hint``, and
    ``_stream`` and ``_quarantine_id``, by which the mended row is known. A body that nobody could
    read stands in the column without a name.

    Raises
    ------
    TanluError
        TL614 when the file cannot be written.
    """
    rows = quarantined(workspace, stream)
    lines = [json.dumps(_line(row), ensure_ascii=False) + "\n" for row in rows.to_dicts()]
    try:
        Path(path).write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise TanluError("TL614", value=Path(path).name, why=str(error)) from error
    return rows.height


def _line(row: dict[str, Any]) -> dict[str, Any]:
    told = json.loads(row["raw"])
    cells = told if isinstance(told, dict) else {"": told}
    named = {name: row[column] for name, column in TOLD.items() if row[column] is not None}
    own = {STREAM: row["source_sheet"].removeprefix(SHEET), CORRECTS: row["quarantine_id"]}
    return {**cells, **named, **own}


def mended(path: str | Path) -> Iterator[Body]:
    """Give the rows of a mended file as bodies, in its order.

    Raises
    ------
    TanluError
        TL352 for a file that is not lines of JSON with ``_stream``, TL004 when it cannot be read.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TanluError("TL004", value=Path(path).name, why=str(error)) from error
    of: str | None = None
    rows: list[bytes] = []
    for line in lines:
        if not line.strip():
            continue
        stream = _stream(line)
        if rows and (stream != of or len(rows) == BODY_ROWS):
            yield _body(of, rows)
            rows = []
        of = stream
        rows.append(line.encode())
    if rows:
        yield _body(of, rows)


def _stream(line: str) -> str:
    try:
        stream = json.loads(line)[STREAM]
    except (ValueError, TypeError, KeyError) as error:
        raise TanluError("TL352", value=NDJSON, why="a line has no _stream") from error
    return str(stream)


def _body(stream: str | None, rows: list[bytes]) -> Body:
    return Body(stream or "", NDJSON, b"\n".join(rows), time.time_ns() // 1000)
