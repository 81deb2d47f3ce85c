"""Proofs: where each row stands in the ledger and from which file or device it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.track.trace.traced import types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["proofs"]

PLACE = ("version", "part", "row")
SOURCE = ("source_sha256", "source_sheet", "source_line", "source_device", "source_seq")


def proofs(legs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give version, part and row of each leg and emission, with the evidence of the leg."""
    import polars as pl

    no = [None] * rows.height
    columns = {
        "table": ["activity"] * legs.height + ["emission"] * rows.height,
        "id": [*legs["activity_id"], *rows["emission_id"]],
        **{name: [*legs[f"_{name}"], *rows[f"_{name}"]] for name in PLACE},
        **{name: [*legs[name], *no] for name in SOURCE},
    }
    return pl.DataFrame(columns, schema=types("proofs"))
