"""Totals with noise, and the account of what each publication cost in privacy."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.share.release.noise import discrete_laplace, margin
from tanlu.store.log import log_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from tanlu.store import Workspace

__all__ = ["LIMIT", "noised", "released_with_noise", "spent"]

LIMIT = Fraction(4)
MOST = 2**63 - 1


def released_with_noise(
    workspace: Workspace,
    name: str,
    rows: pl.DataFrame,
    cells: pl.DataFrame,
    *,
    clamp: int,
    epsilon: Fraction,
    limit: Fraction = LIMIT,
    per_contributor: int = 1,
) -> pl.DataFrame:
    """Give totals with noise, after the log was told what they cost.

    Parameters
    ----------
    workspace
        Its log keeps the account: a statement ``release`` for each publication.
    name
        What the numbers are, for example ``parcels 2026-10``: publications of one name add up.
    rows, cells, clamp, epsilon, per_contributor
        As for `noised`.
    limit
        Most that all publications of the name may cost together; what an earlier one of the name
        was published under stays, for it was a promise.

    Raises
    ------
    TanluError
        TL864 when the limit would be passed: then nothing is computed and nothing is logged.
        TL863 as `noised`; TL615 without a log.
    """
    log = log_of(workspace)
    with workspace.writer():
        before, limit = spent(workspace, name), min([limit, *_promised(workspace, name)])
        if before + epsilon > limit:
            raise TanluError("TL864", value=name, spent=before, wanted=epsilon, limit=limit)
        table = noised(rows, cells, clamp=clamp, epsilon=epsilon, per_contributor=per_contributor)
        log.state(
            "release",
            name,
            {
                "mechanism": "discrete-laplace",
                "epsilon": str(epsilon),
                "clamp": clamp,
                "per_contributor": per_contributor,
                "cells": cells.height,
                "spent": str(before + epsilon),
                "limit": str(limit),
            },
        )
    return table


def spent(workspace: Workspace, name: str) -> Fraction:
    """Give what the publications of a name cost so far, by the log."""
    return sum((_told(said, "epsilon") for said in _stated(workspace, name)), Fraction(0))


def _promised(workspace: Workspace, name: str) -> list[Fraction]:
    return [_told(said, "limit") for said in _stated(workspace, name)]


def _stated(workspace: Workspace, name: str) -> list[dict[str, Any]]:
    stated = log_of(workspace).statements("release")
    return [each.statement.content for each in stated if each.statement.subject == name]


def noised(
    rows: pl.DataFrame,
    cells: pl.DataFrame,
    *,
    clamp: int,
    epsilon: Fraction,
    per_contributor: int = 1,
) -> pl.DataFrame:
    """Give the total of each cell with noise that hides any one contributor.

    Each contributor counts in at most ``per_contributor`` cells, in each with a sum between 0
    and ``clamp``; so Δ = clamp · per_contributor. Which cells there are is given, for a cell that
    is there because somebody is in it would tell.

    Parameters
    ----------
    rows
        ``contributor``, ``value`` (whole numbers) and the columns of ``cells``.
    cells
        All cells, each once, also those without rows.

    Returns
    -------
    polars.DataFrame
        The columns of ``cells``, ``total`` (whole, can be negative), ``margin``: 95 % of the noise
        is within it.

    Raises
    ------
    TanluError
        TL863 for columns that are absent, a cell that stands twice, or numbers that are not above
        nought.
    """
    import polars as pl

    by = cells.columns
    _checked(rows, by, clamp, epsilon, per_contributor)
    if cells.is_duplicated().any():
        # each time it is told the same total has other noise, and their mean has hardly any
        raise TanluError("TL863", value=", ".join(by), why="a cell stands twice")
    counted = (
        rows.join(cells, on=by, how="semi", nulls_equal=True)
        .group_by("contributor", *by)
        .agg(pl.col("value").cast(pl.Int128).sum().clip(0, clamp))
        .sort("contributor", *by)
        .with_columns(_place=pl.int_range(pl.len()).over("contributor"))
        .filter(pl.col("_place") < per_contributor)
        .group_by(by)
        .agg(pl.col("value").sum())
    )
    table = cells.join(counted, on=by, how="left", nulls_equal=True, maintain_order="left")
    scale = Fraction(clamp * per_contributor) / epsilon
    totals = [int(value or 0) + discrete_laplace(scale) for value in table["value"]]
    off = margin(scale)
    if any(abs(total) > MOST for total in (*totals, off)):
        raise TanluError("TL863", value="total", why="a total is beyond 64 bits")
    return cells.with_columns(total=pl.Series(totals, dtype=pl.Int64), margin=pl.lit(off, pl.Int64))


def _checked(
    rows: pl.DataFrame, by: Sequence[str], clamp: int, epsilon: Fraction, per_contributor: int
) -> None:
    for name in ("contributor", "value", *by):
        if name not in rows.columns:
            raise TanluError("TL863", value=name, why="there is no such column")
    if not rows.schema["value"].is_integer():
        raise TanluError("TL863", value="value", why="whole numbers are wanted")
    for named, number in (
        ("clamp", clamp), ("epsilon", epsilon), ("per_contributor", per_contributor),
    ):  # fmt: skip
        if number <= 0:
            raise TanluError("TL863", value=named, why="a number above nought is wanted")


def _told(content: dict[str, Any], name: str) -> Fraction:
    try:
        return Fraction(content[name])
    except (KeyError, ValueError, TypeError, ZeroDivisionError) as error:
        raise TanluError("TL863", value="release", why=f"a statement tells no {name}") from error
