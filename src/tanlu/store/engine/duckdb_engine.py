"""DuckDB: a plan as one query over the columns of a frame, both ways without a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb

from tanlu.store.engine.sql import join_sql, spec_sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tanlu.store.engine.plan import Plan

__all__ = ["join_duckdb", "run_duckdb"]


class _Columns:
    """A frame as nothing but an Arrow stream: so DuckDB needs no further library to read it."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.frame.__arrow_c_stream__(requested_schema)


def run_duckdb(plan: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    """Give the kept columns of the plan, in the order of the frame's rows."""
    return _query(spec_sql(plan, "frame", [], "duckdb"), frame=frame.select(list(plan.inputs)))


def join_duckdb(
    frame: pl.DataFrame, resolved: pl.DataFrame, kept: Sequence[str], keys: Sequence[str], at: str
) -> pl.DataFrame:
    """Give the kept columns of the match join, in the order of the frame's rows."""
    numbered = frame.select([*keys, at]).with_row_index("~row")
    query = join_sql(("frame", "resolved"), (["~row"], kept), keys, at, "duckdb")
    return _query(query, frame=numbered, resolved=resolved).sort("~row").drop("~row")


def _query(query: str, **tables: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    with duckdb.connect(":memory:") as connection:
        for name, table in tables.items():
            connection.register(name, _Columns(table))
        return pl.DataFrame(connection.sql(query))
