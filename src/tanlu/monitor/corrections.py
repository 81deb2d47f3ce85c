"""The open quarantined rows as a file to mend and read again with the same mapping."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.batch import CORRECTION
from tanlu.monitor.faults import hint_of
from tanlu.store import Workspace

__all__ = ["corrections"]

TOLD = {"_code": "code", "_column": "column", "_value": "value", "_hint": "hint"}


def corrections(workspace: Workspace, path: str | Path, *, language: str = "en") -> int:
    """Write the open quarantined rows as CSV and give their count.

    The file has the columns of the files that the rows came from, the reason in ``_code,
    _column, _value, _hint``, the whole line in ``_raw`` where it could not be cut into cells,
    and ``_quarantine_id``, by which a mended row is known when the file is read again.

    Raises
    ------
    TanluError
        TL614 when the file cannot be written.
    """
    rows = _open(workspace)
    if language == "zh":
        hints = {code: hint_of(code, language, columns="") for code in rows["code"].unique()}
        rows = rows.with_columns(
            pl.col("code").replace_strict(hints, return_dtype=pl.String).alias("hint")
        )
    cells: list[dict[str, Any]] = [json.loads(raw) for raw in rows["raw"]]
    names = list(dict.fromkeys(name for row in cells for name in row if name))
    table = (
        pl.DataFrame(
            [[_text(row.get(name)) for name in names] for row in cells],
            schema=dict.fromkeys(names, pl.String),
            orient="row",
        )
        if names and cells
        else pl.DataFrame()
    )
    told = rows.select(pl.col(column).alias(name) for name, column in TOLD.items())
    raw = pl.Series("_raw", [_text(row.get("")) for row in cells], dtype=pl.String)
    ids = rows["quarantine_id"].alias(CORRECTION)
    whole = pl.concat([table, told, raw.to_frame(), ids.to_frame()], how="horizontal")
    try:
        whole.write_csv(Path(path), include_bom=True)
    except OSError as error:
        raise TanluError("TL614", value=Path(path).name, why=str(error)) from error
    return whole.height


def _open(workspace: Workspace) -> pl.DataFrame:
    """Give the quarantined rows that no activity corrects."""
    answered = (
        workspace.scan("activity", columns=["corrects"])
        .filter(pl.col("corrects").is_not_null())
        .rename({"corrects": "quarantine_id"})
    )
    rows = workspace.scan("quarantine").join(answered, on="quarantine_id", how="anti")
    return rows.collect(engine="streaming").sort("source_sha256", "source_line")


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    return json.dumps(cell, ensure_ascii=False)
