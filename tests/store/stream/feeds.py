"""Rows of streams for the tests, each told apart by its number."""

from __future__ import annotations

import polars as pl

from tanlu.terms import schema


def readings(first: int, count: int, device: str = "meter-1") -> pl.DataFrame:
    """Give readings numbered from ``first`` on, all columns of the schema."""
    seq = pl.int_range(first, first + count, eager=True, dtype=pl.Int64)
    rows = pl.DataFrame({"seq": seq}).with_columns(
        device=pl.lit(device),
        at=pl.col("seq") * 60_000_000,
        stream=pl.lit("energy_wh"),
        value=pl.col("seq") * 0.5,
    )
    return schema("reading").fit(rows)


def refusals(first: int, count: int) -> pl.DataFrame:
    """Give quarantined rows numbered from ``first`` on."""
    line = pl.int_range(first, first + count, eager=True, dtype=pl.Int64)
    rows = pl.DataFrame({"source_line": line}).with_columns(
        quarantine_id=pl.format("q{}", "source_line"),
        code=pl.lit("TL352"),
        source_sha256=pl.lit("ab" * 32),
        source_sheet=pl.lit("energy_wh"),
        raw=pl.lit('{"value":"x"}'),
    )
    return schema("quarantine").fit(rows)
