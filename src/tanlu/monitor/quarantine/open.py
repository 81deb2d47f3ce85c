"""Which refused rows are open, with what stood in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.store import Workspace

__all__ = ["Refused", "counted", "one", "page"]


class Refused(NamedTuple):
    """A refused row: what is wrong with which value, and the cells as they stood in its file."""

    quarantine_id: str
    code: str
    column: str
    value: str
    hint: str
    source_sha256: str
    sheet: str
    line: int
    cells: dict[str, str]


def _open(workspace: Workspace) -> pl.LazyFrame:
    """Give the refused rows that no activity corrects."""
    answered = (
        workspace.scan("activity", columns=["corrects"])
        .filter(pl.col("corrects").is_not_null())
        .rename({"corrects": "quarantine_id"})
    )
    return workspace.scan("quarantine").join(answered, on="quarantine_id", how="anti")


def counted(workspace: Workspace) -> pl.DataFrame:
    """Count the open rows by ``source_sha256, code, column``, the most first."""
    return (
        _open(workspace)
        .group_by("source_sha256", "code", "column")
        .agg(pl.len().cast(pl.Int64).alias("rows"))
        .sort("rows", "code", "column", descending=[True, False, False])
        .collect(engine="streaming")
    )


def page(
    workspace: Workspace, *, code: str = "", source: str = "", start: int = 0, limit: int = 50
) -> list[Refused]:
    """Give open rows in the order of their files and lines, from the ``start``-th on."""
    rows = _open(workspace)
    if code:
        rows = rows.filter(pl.col("code") == code)
    if source:
        rows = rows.filter(pl.col("source_sha256") == source)
    found = rows.sort("source_sha256", "source_line", "quarantine_id").slice(start, limit)
    return [_told(row) for row in found.collect(engine="streaming").iter_rows(named=True)]


def one(workspace: Workspace, name: str) -> Refused:
    """Give an open row.

    Raises
    ------
    TanluError
        TL484 when there is none, or when it is corrected.
    """
    rows = _open(workspace).filter(pl.col("quarantine_id") == name).head(1)
    found = rows.collect(engine="streaming")
    if found.is_empty():
        raise TanluError("TL484", value=name[:80])
    return _told(found.row(0, named=True))


def _told(row: dict[str, object]) -> Refused:
    try:
        cells = json.loads(str(row["raw"] or "{}"))
    except ValueError:
        cells = {"": str(row["raw"])}
    line = row["source_line"]
    return Refused(
        str(row["quarantine_id"]), str(row["code"]), str(row["column"] or ""),
        str(row["value"] or ""), str(row["hint"] or ""), str(row["source_sha256"] or ""),
        str(row["source_sheet"] or ""), line if isinstance(line, int) else 0,
        {str(k): "" if v is None else str(v) for k, v in cells.items()},
    )  # fmt: skip
