"""What another table lacks, from one version to a later one.

A row that stood in another row's company goes on doing so unless a commit wrote or hid a row of
its key. Only those keys are looked at again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.store.cube.leaving import FEW, few, hidden_by
from tanlu.store.index import COLUMNS, find, near
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tanlu.store.cube.shape import Lack
    from tanlu.store.ledger.manifest import PartEntry
    from tanlu.store.workspace import Workspace

__all__ = ["carried", "cost", "nothing"]

# so many keys are compared at once
AT_ONCE = 2_000_000


def nothing(lack: Lack) -> pl.DataFrame:
    """Give no row."""
    return lack.of(schema(lack.table).empty().lazy()).collect()


def cost(workspace: Workspace, lack: Lack, since: int, version: int) -> int:
    """Give how many rows are read to carry what is lacked from one version to another."""
    rows = [_rows(workspace, table, since, version) for table in lack.tables]
    hidden = _hidden(workspace, lack, since, version)
    if hidden is None:
        return sum(new + old for new, old in rows)
    looked = rows[1][1] if rows[0][0] > FEW else 0
    return rows[0][0] + rows[1][0] + looked


def carried(
    workspace: Workspace, lack: Lack, layers: list[pl.DataFrame], span: tuple[int, int]
) -> tuple[list[pl.DataFrame], int]:
    """Give what is lacked at the second of two versions, and how many rows were read for it."""
    import polars as pl

    since, version = span
    (new, _), (added, _) = (_rows(workspace, table, *span) for table in lack.tables)
    hidden = _hidden(workspace, lack, since, version)
    again = None if hidden is None else _touched(workspace, lack, hidden, since)
    if not since or again is None or again.len() > FEW:
        rows = sum(p.rows for table in lack.tables for p in workspace.parts(table, version))
        return [_whole(workspace, lack, version)], rows
    if not (new or added or again.len()):
        return layers, 0
    looked = again.to_frame(lack.key)
    left = pl.concat([layers[0], _new(workspace, lack, since, version)])
    left = left.join(looked, on=lack.key, how="anti")
    parts = [part for part in workspace.parts(lack.other, version) if part.version > since]
    if parts:
        told = lack.named(workspace.scan(lack.other, as_of=version, only=parts)).unique()
        left = left.lazy().join(told, on=lack.key, how="anti").collect(engine="streaming")
    back = _looked_up(workspace, lack, again, version)
    return [pl.concat([left, back])], new + added


def _rows(workspace: Workspace, table: str, since: int, version: int) -> tuple[int, int]:
    """Give how many rows were written after a version, and how many before."""
    parts = workspace.parts(table, version)
    new = sum(part.rows for part in parts if part.version > since)
    return new, sum(part.rows for part in parts) - new


def _whole(workspace: Workspace, lack: Lack, version: int) -> pl.DataFrame:
    """Give what is lacked at a version, by scans of both tables."""
    import polars as pl

    rows = sum(part.rows for part in workspace.parts(lack.table, version))
    pieces = max(1, -(-rows // AT_ONCE))
    found = [nothing(lack)]
    for piece in range(pieces):
        own = workspace.scan(lack.table, as_of=version)
        other = lack.named(workspace.scan(lack.other, as_of=version))
        if pieces > 1:
            mine = pl.col(lack.key).hash() % pieces == piece
            own, other = own.filter(mine), other.filter(mine)
        left = lack.of(own).join(other.unique(), on=lack.key, how="anti")
        found.append(left.collect(engine="streaming"))
    return pl.concat(found)


def _hidden(
    workspace: Workspace, lack: Lack, since: int, version: int
) -> list[dict[str, pl.Series]] | None:
    """Give by table what commits hid; None where the index does not find it soon."""
    if not since:
        return None
    found = [hidden_by(workspace, table, since, version) for table in lack.tables]
    sought = zip(lack.tables, found, strict=True)
    return found if all(few(workspace, table, each) for table, each in sought if each) else None


def _touched(
    workspace: Workspace, lack: Lack, hidden: list[dict[str, pl.Series]], since: int
) -> pl.Series:
    """Give the keys of the rows that held at ``since`` and were hidden after it, each once."""
    import polars as pl

    ids = [nothing(lack)[lack.key]]
    own, other = ({key: ids.to_list() for key, ids in each.items()} for each in hidden)
    if own:
        found = find(workspace, lack.table, own, columns=[lack.key], as_of=since)
        ids.append(found[lack.key])
    if other:
        rows = find(workspace, lack.other, other, columns=lack.needed[1], as_of=since)
        ids.append(lack.named(rows.lazy()).collect()[lack.key])
    return pl.concat(ids).unique()


def _looked_up(workspace: Workspace, lack: Lack, ids: pl.Series, version: int) -> pl.DataFrame:
    """Give what is lacked among a few keys."""
    if not ids.len():
        return nothing(lack)
    own = find(workspace, lack.table, {lack.key: ids.to_list()}, columns=lack.needed[0],
               as_of=version)  # fmt: skip
    told = _standing(workspace, lack, ids, version)
    return lack.of(own.lazy()).join(told, on=lack.key, how="anti").collect()


def _standing(workspace: Workspace, lack: Lack, ids: pl.Series, version: int) -> pl.LazyFrame:
    asked = {name: ids.to_list() for name in lack.columns}
    rows = find(workspace, lack.other, asked, columns=lack.needed[1], as_of=version)
    return lack.named(rows.lazy()).unique()


def _new(workspace: Workspace, lack: Lack, since: int, version: int) -> pl.DataFrame:
    """Give the rows written after a version whose keys did not stand in the other table before."""
    parts = [part for part in workspace.parts(lack.table, version) if part.version > since]
    if not parts:
        return nothing(lack)
    rows = workspace.scan(lack.table, as_of=version, only=parts)
    found = lack.of(rows).collect(engine="streaming")
    ids = found[lack.key].unique()
    if ids.len() <= FEW and _indexed(workspace, lack):
        told = _standing(workspace, lack, ids, version)
        return found.lazy().join(told, on=lack.key, how="anti").collect()
    old = _before(workspace.parts(lack.other, version), since)
    if not old:
        return found
    other = lack.named(workspace.scan(lack.other, as_of=version, only=old))
    told = other.join(ids.to_frame().lazy(), on=lack.key, how="semi").unique()
    return found.lazy().join(told, on=lack.key, how="anti").collect(engine="streaming")


def _before(parts: Sequence[PartEntry], since: int) -> list[PartEntry]:
    return [part for part in parts if part.version <= since]


def _indexed(workspace: Workspace, lack: Lack) -> bool:
    known = COLUMNS.get(lack.other, ())
    return set(lack.columns) <= set(known) and near(workspace, lack.other)
