"""Rows that the ledger refuses: they become quarantined ones, so that no row holds up the others.

What takes the streams in looks at rows before; this is for what it let through all the same.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

__all__ = ["CODES", "sorted_out"]

# for what reasons of a value the ledger refuses a commit
CODES = {"TL604", "TL605"}
CONTROL = r"[\x00-\x1f\x7f]"
REPLACEMENT = "\ufffd"
# they have no quarantine behind them
LAST = ("quarantine", "finding")
FAULT = ":fault"


def sorted_out(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Give the rows that the ledger takes, and the others as rows of table quarantine.

    A control character in a text (TL604) or a number that is not one (TL605) is refused. In the
    rows of quarantine and finding themselves the character is replaced.
    """
    import polars as pl

    found: dict[str, pl.DataFrame] = {}
    refused = []
    for name, table in tables.items():
        if name in LAST:
            found[name] = _cleaned(table)
            continue
        fault = table.select(_fault(table).alias(FAULT))[FAULT]
        found[name] = table.filter(fault.is_null())
        if fault.null_count() < len(fault):
            rows = table.with_columns(fault).filter(fault.is_not_null())
            refused.append(_quarantined(name, rows))
    if refused:
        found["quarantine"] = pl.concat(
            [found[name] for name in LAST[:1] if name in found] + refused
        )
    return found


def _fault(table: pl.DataFrame) -> pl.Expr:
    """Give the first column of each row that is refused, null where none is."""
    import polars as pl

    faults = [pl.lit(None, pl.String)]
    for name, kind in table.schema.items():
        if kind == pl.String:
            faults.append(pl.when(pl.col(name).str.contains(CONTROL)).then(pl.lit(name)))
        elif kind.is_float():
            faults.append(pl.when(pl.col(name).is_finite().not_()).then(pl.lit(name)))
    return pl.coalesce(faults)


def _quarantined(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    kept = schema("quarantine")
    made = pl.DataFrame(list(_rows(name, rows)), schema_overrides=kept.dtypes())
    return _cleaned(kept.fit(made))


def _rows(name: str, rows: pl.DataFrame) -> Iterator[dict[str, object]]:
    import polars as pl

    raws = rows.drop(FAULT).select(pl.struct(pl.all()).struct.json_encode()).to_series()
    for line, (row, raw) in enumerate(zip(rows.iter_rows(named=True), raws, strict=True), 1):
        column, stream = row[FAULT], row.get("stream") or name
        hashed = sha256(raw.encode()).hexdigest()
        yield {
            "quarantine_id": f"{hashed}:{stream}:{line}",
            "code": "TL604" if isinstance(row[column], str) else "TL605",
            "column": column,
            "value": str(row[column]),
            "source_sha256": hashed,
            "source_sheet": stream,
            "source_line": line,
            "raw": raw,
        }


def _cleaned(table: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return table.with_columns(pl.col(pl.String).str.replace_all(CONTROL, REPLACEMENT))
