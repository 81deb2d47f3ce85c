"""Sums from one version to a later one: new commits are added, what they hide is taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tanlu.store.cube.leaving import few, hidden_by
from tanlu.store.index import find
from tanlu.terms import schema

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store.cube.shape import Cube
    from tanlu.store.workspace import Workspace

__all__ = ["carried", "cost", "nothing"]


def nothing(cube: Cube) -> pl.DataFrame:
    """Give the sums of no row."""
    return cube.of(schema(cube.table).empty().lazy())


def cost(workspace: Workspace, cube: Cube, since: int, version: int) -> int:
    """Give how many rows are read to carry sums from one version to another."""
    parts = workspace.parts(cube.table, version)
    new = sum(part.rows for part in parts if part.version > since)
    hidden = hidden_by(workspace, cube.table, since, version) if since else {}
    if hidden and not few(workspace, cube.table, hidden):
        new += sum(part.rows for part in parts if part.version <= since)
    return new


def carried(
    workspace: Workspace, cube: Cube, layers: list[pl.DataFrame], span: tuple[int, int]
) -> tuple[list[pl.DataFrame], int]:
    """Give the layers at the second of two versions, and how many rows were read for them."""
    since, version = span
    parts = workspace.parts(cube.table, version)
    new = [part for part in parts if part.version > since]
    old = sum(part.rows for part in parts if part.version <= since)
    hidden = hidden_by(workspace, cube.table, since, version) if since else {}
    rows = sum(part.rows for part in new)
    if hidden and sum(ids.len() for ids in hidden.values()) * 2 > old:
        # most of it is gone: what holds is read anew
        return [cube.of(workspace.scan(cube.table, as_of=version))], rows + old
    changed = [cube.of(workspace.scan(cube.table, as_of=version, only=new))] if new else []
    if hidden:
        gone, looked = _gone(workspace, cube, hidden, since)
        changed, rows = [*changed, cube.of(gone, sign=-1)], rows + looked
    layers = [*layers, cube.netted(changed)] if changed else layers
    return _merged(cube, layers), rows


def _merged(cube: Cube, layers: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Give the layers with neighbours in size made one, so that there are few of them."""
    left = [each for each in layers if each.height] or layers[:1]
    while len(left) > 1 and left[-2].height < 2 * left[-1].height:
        left = [*left[:-2], cube.netted(left[-2:])]
    return left


def _gone(
    workspace: Workspace, cube: Cube, hidden: dict[str, pl.Series], since: int
) -> tuple[pl.LazyFrame, int]:
    """Give the rows that held at ``since`` and were hidden after it, and how many were read."""
    import polars as pl

    if few(workspace, cube.table, hidden):
        asked = {key: ids.to_list() for key, ids in hidden.items()}
        found = find(workspace, cube.table, asked, columns=cube.columns, as_of=since)
        return found.lazy(), found.height
    rows = workspace.scan(cube.table, as_of=since)
    for key, ids in hidden.items():
        told = ids.to_frame(key).lazy().with_columns(pl.lit(value=True).alias(f"_{key}"))
        rows = rows.join(told, on=key, how="left")
    marks = [pl.col(f"_{key}").fill_null(value=False) for key in hidden]
    looked = sum(part.rows for part in workspace.parts(cube.table, since))
    return rows.filter(pl.any_horizontal(marks)), looked
