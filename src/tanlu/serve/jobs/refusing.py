"""The rows that a rehearsal refuses, as a table that a spreadsheet opens without harm."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

__all__ = ["harmless", "refused_file", "refused_rows"]

HEAD = ("line", "code", "column", "value", "hint", "raw")
NUMBER = re.compile(r"[+-]?[\d.,]+")


def harmless(text: str) -> str:
    """Give a text that a spreadsheet program takes for a text, never for a formula."""
    if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def refused_file(rows: pl.DataFrame, path: Path) -> None:
    """Write refused rows as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    wanted = rows.select("source_line", *HEAD[1:])
    for line, *rest in wanted.iter_rows():
        writer.writerow([line, *(harmless(each or "") for each in rest)])
    path.write_text("\ufeff" + out.getvalue(), encoding="utf-8")


def refused_rows(path: Path, most: int) -> list[dict[str, Any]]:
    """Give the first refused rows of such a file; cells of a row as an object."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found: list[dict[str, Any]] = []
        for row in csv.DictReader(file):
            if len(found) >= most:
                break
            try:
                cells = json.loads(row["raw"] or "{}")
            except ValueError:
                cells = {}
            # a page shows what stood there: markup is no danger to it, nor is a formula
            plain = {name: _as_was(value or "") for name, value in row.items() if name}
            found.append({**plain, "cells": cells})
    return found


def _as_was(text: str) -> str:
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text
