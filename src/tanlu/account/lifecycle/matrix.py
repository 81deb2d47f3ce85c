"""Solve A·s = f for many demands at once: how often each unit process runs.

A has the reference flows on its diagonal and, negative, what each process takes from the others;
loops are allowed as long as the system makes more of everything than it uses. The matrix is
factorised once, sparse, for all demands (Heijungs and Suh 2002, the computational structure of
life cycle assessment, ch. 2).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.account.lifecycle.system import System

__all__ = ["scaling", "solve"]

# a solved system repeats its demand to this, or is too close to singular to be believed
TRUSTED = 1e-6
SHOWN = 6


def solve(system: System, demands: pl.DataFrame) -> pl.DataFrame:
    """Give how often each process runs for each demand.

    Parameters
    ----------
    system
        Unit processes.
    demands
        Columns demand (text), process, and amount in the stored unit of the process's output.

    Returns
    -------
    DataFrame
        demand, process, runs [reference flows]: every process that runs, by demand and process.

    Raises
    ------
    TanluError
        TL525 when a loop uses as much of its product as it makes, TL526 for a demand of what no
        process makes, TL002 without the extra ``account``.

    Notes
    -----
    A = diag(output) − exchanges is a Z-matrix, so A⁻¹ ≥ 0 exactly if some s > 0 has A·s > 0
    (Hawkins and Simon 1949): solving A·s = output once decides whether the loops converge.
    """
    found = scaling(system, demands)
    names = system.processes["process"].sort()
    labels = demands["demand"].unique(maintain_order=True)
    numpy = _library("numpy")
    rows, columns = numpy.nonzero(found)
    runs = pl.DataFrame(
        {
            "demand": labels.gather(columns),
            "process": names.gather(rows),
            "runs": pl.Series(found[rows, columns], dtype=pl.Float64),
        }
    )
    return runs.sort("demand", "process")


def scaling(system: System, demands: pl.DataFrame) -> Any:
    """Give the matrix of runs: a row a process by name, a column a demand in order of appearance.

    Raises
    ------
    TanluError
        As ``solve``.
    """
    numpy, linear = _library("numpy"), _library("scipy.sparse.linalg")
    names = system.processes.sort("process")
    place = {name: number for number, name in enumerate(names["process"])}
    strange = demands.filter(~pl.col("process").is_in(names["process"].implode()))
    if strange.height:
        raise TanluError("TL526", value=strange["demand"][0], why=strange["process"][0])
    matrix, sized = _matrix(system, names, place)
    labels = {name: at for at, name in enumerate(demands["demand"].unique(maintain_order=True))}
    wanted = numpy.zeros((len(place), len(labels)))
    rows = demands["process"].replace_strict(place, return_dtype=pl.Int64).to_numpy()
    columns = demands["demand"].replace_strict(labels, return_dtype=pl.Int64).to_numpy()
    numpy.add.at(wanted, (rows, columns), demands["amount"].cast(pl.Float64).to_numpy())
    try:
        factors = linear.splu(matrix)
    except RuntimeError as error:
        raise _looped(system, names, matrix) from error
    _converges(system, names, matrix, factors.solve(sized))
    return factors.solve(wanted)


def _matrix(system: System, names: pl.DataFrame, place: dict[str, int]) -> tuple[Any, Any]:
    numpy, sparse = _library("numpy"), _library("scipy.sparse")
    made = names["output"].to_numpy()
    taken = system.exchanges.group_by("process", "supplier").agg(pl.col("amount").sum())
    of, at = (
        taken[name].replace_strict(place, return_dtype=pl.Int64).to_numpy()
        for name in ("supplier", "process")
    )
    diagonal = numpy.arange(len(place))
    matrix = sparse.csc_matrix(
        (
            numpy.concatenate([made, -taken["amount"].to_numpy()]),
            (numpy.concatenate([diagonal, of]), numpy.concatenate([diagonal, at])),
        ),
        shape=(len(place), len(place)),
    )
    return matrix, numpy.array(made)


def _converges(system: System, names: pl.DataFrame, matrix: Any, runs: Any) -> None:
    numpy = _library("numpy")
    made = names["output"].to_numpy()
    good = numpy.isfinite(runs).all() and (runs > 0).all()
    if not good or numpy.abs(matrix @ runs - made).max() > TRUSTED * numpy.abs(made).max():
        raise _looped(system, names, matrix)


def _looped(system: System, names: pl.DataFrame, matrix: Any) -> TanluError:
    """Name the processes of a loop that uses as much as it makes."""
    numpy = _library("numpy")
    graph = _library("scipy.sparse.csgraph")
    taken = matrix.copy()
    taken.setdiag(taken.diagonal() - names["output"].to_numpy())
    _, parts = graph.connected_components(taken, directed=True, connection="strong")
    for part in numpy.unique(parts):
        inside = numpy.flatnonzero(parts == part)
        block = matrix[inside][:, inside].toarray()
        if _starved(block, names["output"].to_numpy()[inside]):
            called = [names["process"][int(at)] for at in inside[:SHOWN]]
            return TanluError("TL525", value=called[0], why=" → ".join(called))
    return TanluError("TL525", value=system.about.get("product", "?"), why="singular")


def _starved(block: Any, made: Any) -> bool:
    numpy = _library("numpy")
    try:
        runs = numpy.linalg.solve(block, made)
    except numpy.linalg.LinAlgError:
        return True
    return not (numpy.isfinite(runs).all() and (runs > 0).all() and runs.max() < 1 / TRUSTED**2)


def _library(name: str) -> Any:
    """Give numpy or a part of scipy, or say which extra brings it."""
    try:
        return import_module(name)
    except ImportError as error:
        raise TanluError("TL002", value=name.partition(".")[0], extra="account") from error
