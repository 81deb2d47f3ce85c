"""The open quarantined rows as a file to mend and read again with the same mapping."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.batch import CORRECTION
from tanlu.monitor.faults import hint_of
from tanlu.monitor.read.formulas import harmless, names_harmless
from tanlu.store import Workspace

__all__ = ["corrections"]

TOLD = {"_code": "code", "_column": "column", "_value": "value", "_hint": "hint"}


def corrections(workspace: Workspace, path: str | Path, *, language: str = "en") -> int:
    """Write the open quarantined rows as CSV and give their count.

    The file has the columns of the files that the rows came from, the reason in ``_code,
    _column, _value, _hint``, the whole line in ``_raw`` where it could not be cut into cells,
    and ``_quarantine_id``, by which a mended row is known when the file is read again. A cell that
    begins like a formula has a mark before it, which reading takes off again.

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
    table = _cells(rows)
    told = rows.select(pl.col(column).alias(name) for name, column in TOLD.items())
    raw = rows["raw"].str.json_path_match('$[""]').alias("_raw")
    ids = rows["quarantine_id"].alias(CORRECTION)
    whole = pl.concat([table, told, raw.to_frame(), ids.to_frame()], how="horizontal")
    whole = whole.with_columns(harmless(pl.col(pl.String)))
    whole.columns = names_harmless(whole.columns)
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


def _cells(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the cells of the rows as columns; all rows of one sheet have the same ones."""
    keys = ("source_sha256", "source_sheet", "raw")
    sheets = (
        rows.select("raw", *keys[:2])
        .with_row_index("_row")
        .with_columns(pl.col("raw").str.starts_with('{"":').alias("_broken"))
    )
    found = []
    for (*_, broken), part in sheets.group_by(*keys[:2], "_broken", maintain_order=True):
        names = [] if broken else [name for name in json.loads(part["raw"][0]) if name]
        cells = (_cell(part["raw"], name) for name in names)
        found.append(pl.DataFrame([part["_row"], *cells]))
    if not found:
        return pl.DataFrame()
    return pl.concat(found, how="diagonal").sort("_row").drop("_row")


def _cell(raw: pl.Series, name: str) -> pl.Series:
    """Give the cells of one column as text."""
    quoted = json.dumps(name, ensure_ascii=False)
    if "\\" in quoted:
        # a path does not know every escape; such a header is rare
        found = [json.loads(each).get(name) for each in raw]
        texts = [
            each if each is None or isinstance(each, str) else json.dumps(each) for each in found
        ]
        return pl.Series(name, texts, pl.String)
    return raw.str.json_path_match(f"$[{quoted}]").alias(name)
