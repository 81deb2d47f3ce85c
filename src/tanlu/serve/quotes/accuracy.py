"""Quotes held to account: what would have been quoted for parcels, beside what they emitted."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.chains import overrides
from tanlu.errors import TanluError
from tanlu.factors.packs import library_of
from tanlu.serve.quotes.estimating import Pins, estimated
from tanlu.serve.quotes.lanes import HALF, history, modelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.store import Workspace

__all__ = ["Accuracy", "accuracy"]

PARTS = 5
MOST = 5_000


class Accuracy(NamedTuple):
    """How quotes of lanes did.

    ``covered`` is the share of outcomes inside the interval that is told; ``covered_lane`` inside
    that of the lane alone. Account and quote share their factors, so errors of these cancel
    between them: the second is the honest one where no other outcome is known.
    """

    parcels: int
    lanes: int
    without_lane: int
    covered: float
    covered_lane: float
    bias: float
    error: float


def accuracy(workspace: Workspace, outcomes: Mapping[str, int] | None = None) -> Accuracy:
    """Quote each parcel from the others of its lane and compare it with what it emitted.

    The parcels are cut into five parts by time; each part is quoted from the four others.

    Parameters
    ----------
    outcomes
        Emissions [µg] by shipment where they are known from elsewhere; the account unless told.

    Raises
    ------
    TanluError
        TL803 when no parcel can be compared.
    """
    parcels = history(workspace)
    if parcels.is_empty():
        raise TanluError("TL803", value=str(workspace.path))
    parcels = parcels.sort("start", "shipment").head(MOST).with_row_index("part")
    parcels = parcels.with_columns(pl.col("part") % PARTS)
    pins_of = library_of(workspace), overrides(workspace.path)
    rows, lane_keys, lost = [], set(), 0
    for part in range(PARTS):
        known = modelled(parcels.filter(pl.col("part") != part))
        for row in parcels.filter(pl.col("part") == part).iter_rows(named=True):
            key = row["origin"], row["destination"], "air" if row["air"] else "land"
            outcome = row["co2e_ug"] if outcomes is None else outcomes.get(row["shipment"])
            if key not in known or not outcome:
                lost += 1
                continue
            lane_keys.add(key)
            lane = known[key]
            pins = Pins(*pins_of, row["start"], {})
            found = estimated(lane.legs, row["mass_mg"], pins, lane.sigma_ln)
            rows.append((math.log(outcome / found.co2e_ug), found.sigma_ln, lane.sigma_ln))
    return _summed(rows, len(lane_keys), lost, str(workspace.path))


def _summed(rows: list[Any], lanes: int, lost: int, where: str) -> Accuracy:
    if not rows:
        raise TanluError("TL803", value=where)
    away = sorted(ln for ln, _, _ in rows)
    middle = sorted(abs(ln) for ln in away)[len(away) // 2]
    return Accuracy(
        len(rows), lanes, lost,
        sum(abs(ln) <= HALF * whole for ln, whole, _ in rows) / len(rows),
        sum(abs(ln) <= HALF * lane for ln, _, lane in rows) / len(rows),
        math.expm1(away[len(away) // 2]), math.expm1(middle),
    )  # fmt: skip
