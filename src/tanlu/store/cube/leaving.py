"""What leaves: the rows that later commits superseded or retracted; see `ledger.current`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.store.index import COLUMNS, near
from tanlu.store.ledger.current import ACTIVITY_KEYS, rows_of
from tanlu.store.ledger.parts import identity
from tanlu.terms import schema

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store.workspace import Workspace

__all__ = ["FEW", "few", "hidden_by"]

# so many rows that no longer hold are looked up one by one; for more all rows are read
FEW = 4096


def hidden_by(workspace: Workspace, table: str, since: int, version: int) -> dict[str, pl.Series]:
    """Give by column the values whose rows, written up to ``since``, commits after it hid."""
    import polars as pl

    found: dict[str, list[pl.Series]] = {}
    columns = set(schema(table).names)

    def later(of: str) -> list[pl.LazyFrame]:
        parts = [
            part for part in workspace.parts(of, version)
            if part.version > since and (of == "retraction" or part.superseding)
        ]  # fmt: skip
        return [rows_of(workspace.path, of, parts)] if parts else []

    for rows in later("retraction"):
        said = rows.filter(pl.col("of") == table).select("key", "id").collect(engine="streaming")
        for key in {identity(table), "activity_id"} & columns:
            found.setdefault(key, []).append(said.filter(pl.col("key") == key)["id"])
    if table in ACTIVITY_KEYS:
        for rows in later("activity"):
            ids = rows.select("supersedes").drop_nulls().collect(engine="streaming")["supersedes"]
            for key in ACTIVITY_KEYS[table]:
                found.setdefault(key, []).append(ids.alias("id"))
    joined = {key: pl.concat(each).drop_nulls().unique() for key, each in found.items()}
    return {key: ids for key, ids in joined.items() if ids.len()}


def few(workspace: Workspace, table: str, hidden: dict[str, pl.Series]) -> bool:
    """Tell whether the index finds what was hidden, soon."""
    known = COLUMNS.get(table, ())
    asked = sum(ids.len() for ids in hidden.values())
    return asked <= FEW and all(key in known for key in hidden) and near(workspace, table)
