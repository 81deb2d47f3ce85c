"""A CSV file as a table of text, one column a heading, with the line of each row."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from tanlu.factors.importers.read import bounds

__all__ = ["decoded", "table"]

CODES = ("utf-8-sig", "gb18030", "cp1252")


def table(path: Path, held: bytes | None = None) -> pl.DataFrame:
    """Give the rows of a CSV file: its headings as columns of text, and ``_line`` from 1.

    ``held`` are its bytes where they are read already.

    Raises
    ------
    TanluError
        TL220 for what is no table, TL221 for one that is too long.
    """
    with bounds.guarded(path):
        text = decoded(path.read_bytes() if held is None else held)
        bounds.within(path, text.count("\n"), bounds.ROWS, "lines")
        head = text.partition("\n")[0]
        mark = max((",", ";", "\t"), key=head.count)
        found = pl.read_csv(
            io.BytesIO(text.encode()), separator=mark, infer_schema=False, null_values=[""]
        )
        named = found.rename({name: name.strip().strip("﻿") for name in found.columns})
        stripped = named.with_columns(pl.all().str.strip_chars().replace("", None))
        return stripped.with_row_index("_line", offset=2).with_columns(pl.col("_line").cast(int))


def decoded(held: bytes) -> str:
    """Give the text of bytes: UTF-16 by its mark, else UTF-8, GB 18030 or Windows 1252."""
    if held[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return held.decode("utf-16")
    for code in CODES:
        try:
            return held.decode(code)
        except UnicodeDecodeError:
            continue
    return held.decode("utf-8", "replace")
