"""Parquet files by rows, without their whole in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.read.guarded import guarded
from tanlu.monitor.read.lines import LONGEST
from tanlu.monitor.read.pages import damage

__all__ = ["shape", "slices"]

BYTES = 1 << 26  # of the texts of some rows


def shape(path: Path) -> tuple[tuple[str, ...], int]:
    """Give the columns of a Parquet file and its count of rows.

    Raises
    ------
    TanluError
        TL301 when it is damaged.
    """
    with guarded(path):
        why = damage(path)
        if why:
            raise TanluError("TL301", value=path.name, why=why)
        scan = pl.scan_parquet(path, glob=False)
        names = tuple(scan.collect_schema().names())
        return names, int(scan.select(pl.len()).collect().item())


def slices(
    path: Path, rows: int, size: int, columns: Sequence[str] | None = None
) -> Iterator[pl.DataFrame]:
    """Give the rows in slices of ``size`` with their number from 1 as ``_line``.

    ``columns`` are other names of the columns in their order: a file may have one called _line.
    """
    scan = pl.scan_parquet(path, glob=False)
    for start in range(0, rows, size):
        with guarded(path):
            frame = scan.slice(start, size).collect()
            plain = frame.with_columns(_flat(name, kind) for name, kind in frame.schema.items())
            plain.columns = list(columns or plain.columns)
        numbered = plain.with_row_index("_line", offset=start + 1).with_columns(
            pl.col("_line").cast(pl.Int64)
        )
        yield from _parted(numbered, path)


def _parted(frame: pl.DataFrame, path: Path) -> Iterator[pl.DataFrame]:
    """Give rows in parts of some megabytes of text.

    A text that a file holds once may stand in all of its rows: what takes no room in a file or in
    a column takes it in every row that is written down.
    """
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    if not texts:
        yield frame
        return
    sizes = frame.select(
        pl.sum_horizontal(pl.col(name).str.len_bytes().cast(pl.Int64) for name in texts)
    ).to_series()
    if (sizes > LONGEST).any():
        line = frame["_line"][sizes.arg_max() or 0]
        why = f"row {line} is longer than {LONGEST:,} bytes"
        raise TanluError("TL301", value=path.name, why=why)
    start = 0
    for count in (sizes.cum_sum() // BYTES).rle().struct.field("len"):
        yield frame.slice(start, count)
        start += count


def _flat(name: str, kind: pl.DataType) -> pl.Expr:
    """Give a column as text, number, date or time: nested ones as JSON."""
    column = pl.col(name)
    if kind.is_nested():
        return (
            pl.struct(column.alias("_")).struct.json_encode().str.slice(5).str.head(-1).alias(name)
        )
    if kind.is_temporal() and kind not in (pl.Date, pl.Datetime):
        return column.cast(pl.Int64)
    if isinstance(kind, pl.Categorical | pl.Enum) or kind in (pl.Boolean, pl.Null):
        return column.cast(pl.String)
    if kind == pl.Binary:
        return column.bin.encode("hex")
    return column.cast(pl.Float64) if isinstance(kind, pl.Decimal) else column
