"""Quarantined rows of streams out to be mended, and in again.

A row that is taken, or is there already, retracts the quarantined row that its ``_quarantine_id``
names: so a file of mended rows may be fed as often as one likes.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.stream.bodies import CORRECTS
from tanlu.monitor.stream.refused import SHEET
from tanlu.store import Workspace

__all__ = ["export", "mended", "quarantined"]

STREAM, RAW = "_stream", "_raw"
TOLD = ("code", "column", "value", "hint")


def quarantined(workspace: Workspace, stream: str | None = None) -> pl.DataFrame:
    """Give the quarantined rows of streams that are not mended: schema ``quarantine``, ``stream``.

    Parameters
    ----------
    stream
        Only those of this stream.
    """
    sheet = pl.col("source_sheet")
    wanted = sheet.str.starts_with(SHEET) if stream is None else sheet == SHEET + stream
    rows = workspace.scan("quarantine").filter(wanted).unique("quarantine_id", keep="first")
    return (
        rows.with_columns(sheet.str.strip_prefix(SHEET).alias("stream"))
        .collect(engine="streaming")
        .sort("stream", "source_sha256", "source_line")
    )


def export(rows: pl.DataFrame, path: Path) -> None:
    """Write what `quarantined` gave: a line of JSON for each row, and why it was refused.

    A body that nobody could cut into rows stands in ``_raw``.

    Raises
    ------
    TanluError
        TL614 when the file is there already or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            for row in rows.iter_rows(named=True):
                told = _cells(row["raw"]) | {STREAM: row["stream"], CORRECTS: row["quarantine_id"]}
                told |= {f"_{name}": row[name] for name in TOLD}
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
    except OSError as error:
        raise TanluError("TL614", value=path.name, why=error.strerror or str(error)) from error


def _cells(raw: str) -> dict[str, object]:
    try:
        cells = json.loads(raw)
    except ValueError:
        cells = None
    whole = not isinstance(cells, dict) or "" in cells or "base64" in cells
    return {RAW: raw} if whole else dict(cells)


def mended(path: Path, stream: str | None = None) -> tuple[dict[str, list[bytes]], int]:
    """Give the mended rows by stream as JSON, and how many lines are still no rows.

    Parameters
    ----------
    stream
        The stream of all of them, if it is not the one each line tells.

    Raises
    ------
    TanluError
        TL301 for a file that cannot be read or a line that is no object.
    """
    found: dict[str, list[bytes]] = {}
    skipped = 0
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise TanluError("TL301", value=path.name, why=str(error)) from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        row = _row(line, f"{path.name}:{number}")
        of = stream or row.get(STREAM)
        if RAW in row or not isinstance(of, str):
            skipped += 1
            continue
        kept = {name: value for name, value in row.items() if name == CORRECTS or name[:1] != "_"}
        found.setdefault(of, []).append(json.dumps(kept, ensure_ascii=False).encode())
    return found, skipped


def _row(line: str, where: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TanluError("TL301", value=where, why=str(error)) from error
    if not isinstance(row, dict):
        raise TanluError("TL301", value=where, why="it is no object")
    return row
