"""Holding what is kept up to the newest version, in memory and on the disk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tanlu.store.cube import lacking, summing
from tanlu.store.cube.layers import Layer, Sums, kept, read
from tanlu.store.cube.shape import Lack
from tanlu.terms import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

    from tanlu.store.cube.shape import Cube
    from tanlu.store.workspace import Workspace

__all__ = ["cells", "extend"]

# who asks once does not wait for more rows than these; who serves many extends before they ask
SOON = 300_000
# nor for another who reads that many
PATIENCE_S = 1.0
# fewer rows are read again rather than kept on the disk
WORTH = 20_000

_HELD: WeakKeyDictionary[Workspace, dict[str, Sums]] = WeakKeyDictionary()
_TURNS: WeakKeyDictionary[Workspace, threading.RLock] = WeakKeyDictionary()
_FIRST = threading.Lock()


def cells(
    workspace: Workspace,
    cube: Cube | Lack,
    where: pl.Expr | None = None,
    *,
    as_of: int | None = None,
) -> pl.DataFrame | None:
    """Give what is kept at a version: exactly what a scan of it gives.

    Parameters
    ----------
    where
        Which cells, by their keys; all if not said.
    as_of
        A version; the newest if not said.

    Returns
    -------
    DataFrame or None
        Of a cube its keys, sums and ``rows``; of a lack the rows; in no order. None where much
        would first have to be read, or the version is older than what is held: then a scan is the
        shorter way.
    """
    version, turn = workspace.at(as_of), _turn(workspace)
    if not turn.acquire(timeout=PATIENCE_S):
        return None
    try:
        held = _held(workspace, cube, version)
        if held.version > version:
            return None
        if held.version < version:
            how = _how(cube)
            if how.cost(workspace, cube, held.version, version) > SOON:
                return None
            held = _carried(workspace, cube, held, version)
        layers = [each.cells for each in held.layers]
    finally:
        turn.release()
    return cube.netted(layers, where)


def extend(workspace: Workspace, cubes: Sequence[Cube | Lack]) -> Iterator[Progress]:
    """Bring what is kept up to date; without new commits nothing is read or yielded."""
    for done, cube in enumerate(cubes, 1):
        version = workspace.version
        with _turn(workspace):
            held = _held(workspace, cube, version)
            if held.version >= version:
                continue
            _carried(workspace, cube, held, version)
        yield Progress("index", done, len(cubes))


def _turn(workspace: Workspace) -> threading.RLock:
    with _FIRST:
        return _TURNS.setdefault(workspace, threading.RLock())


def _how(cube: Cube | Lack) -> Any:
    return lacking if isinstance(cube, Lack) else summing


def _held(workspace: Workspace, cube: Cube | Lack, version: int) -> Sums:
    every, shape = _HELD.setdefault(workspace, {}), cube.shape
    if shape not in every:
        nothing = Layer(_how(cube).nothing(cube))
        every[shape] = read(workspace, cube, version) or Sums(0, (nothing,), 0)
    return every[shape]


def _carried(workspace: Workspace, cube: Cube | Lack, held: Sums, version: int) -> Sums:
    """Give what is kept at a later version, and remember it."""
    before = {id(each.cells): each for each in held.layers}
    layers, rows = _how(cube).carried(
        workspace, cube, [each.cells for each in held.layers], (held.version, version)
    )
    same = tuple(before.get(id(each), Layer(each)) for each in layers)
    sums = Sums(version, same, held.unsaved + rows)
    if sums.unsaved >= WORTH:
        sums = kept(workspace, cube, sums)
    _HELD[workspace][cube.shape] = sums
    return sums
