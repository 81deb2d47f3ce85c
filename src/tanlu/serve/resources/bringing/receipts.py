"""Receipts: what became of the rows that were brought, and which were refused, why and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from tanlu.errors import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from tanlu.store import Workspace
    from tanlu.terms import Progress

__all__ = ["MOST_SHOWN", "Receipt", "Refusal", "last", "receipt", "refusals"]

MOST_SHOWN = 1000


class Refusal(BaseModel):
    """A row that was refused."""

    line: int = Field(description="Line of the file, or number of the row, from 1")
    column: str | None = Field(description="Column at fault")
    value: str | None = Field(description="Value at fault")
    code: str = Field(description="Error code", pattern="^TL[0-9]{3}$")
    reason: str = Field(description="The reason in the language of who asked")
    quarantine_id: str = Field(description="Identity of the refused row")


class Receipt(BaseModel):
    """What became of the rows: rows_in = rows_new + rows_known + rows_quarantined."""

    rows_in: int
    rows_new: int
    rows_known: int
    rows_quarantined: int
    rows_accepted: int = Field(description="rows_new + rows_known")
    quarantined: dict[str, int] = Field(description="Refused rows by code")
    findings: dict[str, int] = Field(description="What was noticed, by code")
    refused: list[Refusal] = Field(description=f"The first {MOST_SHOWN} refused rows")
    ledger_version: int | None = Field(description="The version after it; null of a rehearsal")
    file_sha256: str = Field(description="Content hash of the original that is kept")


def last(steps: Iterable[Progress] | Iterator[Progress]) -> Any:
    """Give the result of a long work."""
    found = None
    for step in steps:
        found = step.result
    return found


def receipt(workspace: Workspace, facts: dict[str, Any], language: str) -> dict[str, Any]:
    """Give the receipt of a reading, with the refused rows of its file."""
    import polars as pl

    rows = workspace.scan("quarantine").filter(pl.col("source_sha256") == facts["file_sha256"])
    first = rows.head(MOST_SHOWN).collect(engine="streaming") if facts["rows_quarantined"] else None
    names = ("rows_in", "rows_new", "rows_known", "rows_quarantined", "rows_accepted",
             "quarantined", "findings", "file_sha256")  # fmt: skip
    return {
        **{name: facts[name] for name in names},
        "refused": [] if first is None else refusals(first, language),
        "ledger_version": facts["version"],
    }


def refusals(rows: pl.DataFrame, language: str) -> list[dict[str, Any]]:
    """Give refused rows with their reasons."""
    wanted = rows.select("source_line", "column", "value", "code", "quarantine_id")
    return [
        {
            "line": line, "column": column, "value": value, "code": code,
            "reason": say(code, language=language, value=value or "", columns=column or "",
                          why=column or "", near=""),
            "quarantine_id": name,
        }
        for line, column, value, code, name in wanted.sort("source_line").iter_rows()
    ]  # fmt: skip
