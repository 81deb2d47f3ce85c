"""Proofs: where each row stands in the ledger and from which file or device it came."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.track.trace.traced import types

if TYPE_CHECKING:
    import polars as pl

__all__ = ["PLACE", "TABLES", "proofs"]

# by what a node is told, the table of its row
TABLES = {"event": "event", "track": "node"}
PLACE = ("version", "part", "row")
SOURCE = ("source_sha256", "source_sheet", "source_line", "source_device", "source_seq")


def proofs(legs: pl.DataFrame, rows: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Give version, part and row of each leg, emission and node, with the evidence of the leg.

    A node that legs alone tell of has no row of its own.
    """
    import polars as pl

    met = nodes.filter(pl.col("id").is_not_null()) if nodes["id"].count() else nodes.clear()
    no = [None] * (rows.height + met.height)
    tables = [TABLES[each] for each in met["told_by"]]
    columns = {
        "table": ["activity"] * legs.height + ["emission"] * rows.height + tables,
        "id": [*legs["activity_id"], *rows["emission_id"], *met["id"]],
        **{name: [*legs[f"_{name}"], *rows[f"_{name}"], *met[name]] for name in PLACE},
        **{name: [*legs[name], *no] for name in SOURCE},
    }
    return pl.DataFrame(columns, schema=types("proofs"))
