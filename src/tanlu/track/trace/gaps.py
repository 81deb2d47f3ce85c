"""Gaps: where a leg does not begin where the one before ended, or before it ended."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tanlu.track.trace.telling import told

if TYPE_CHECKING:
    import polars as pl

__all__ = ["gaps"]

# further apart two points are two places, where no code tells [m]
NEAR_M = 5000.0
METRES = 111_195.0 / 1e7
KEPT = (
    "relation", "kind", "thing", "number", "activity_id", "chain", "leg_no", "start", "end",
    "origin", "origin_lat_e7", "origin_lon_e7", "destination", "destination_lat_e7",
    "destination_lon_e7",
)  # fmt: skip
MOVING = ("transport.", "hub.")
Leg = dict[str, Any]


def gaps(legs: pl.DataFrame) -> list[pl.DataFrame]:
    """Give a finding for each missing leg and each overlap of the subject's own legs.

    Legs of one chain are compared where chains are named, in the order of their numbers where
    they have some. Works on the hub and transport legs alone: energy and packaging go nowhere.
    """
    # a trace has 5,000 legs at most: a walk is faster than a plan of columns
    own = [
        leg
        for leg in legs.select(KEPT).iter_rows(named=True)
        if leg["relation"] == "self" and (leg["kind"] or "").startswith(MOVING)
    ]
    own.sort(key=_order)
    pairs = [
        (one, two)
        for one, two in pairwise(own)
        # parallel rows of one leg are not one after the other
        if one["chain"] == two["chain"]
        and (two["leg_no"] is None or two["leg_no"] != one["leg_no"])
    ]
    missing = [(two["thing"], _between(one, two)) for one, two in pairs if _missing(one, two)]
    over = [
        (two["thing"], f"{one['activity_id']} · {two['activity_id']}")
        for one, two in pairs
        if two["start"] < one["end"]
    ]
    return [
        told(code, [whose for whose, _ in found], "warning", values=[text for _, text in found])
        for code, found in (("TL432", missing), ("TL433", over))
        if found
    ]


def _between(one: Leg, two: Leg) -> str:
    ends = f"{one['destination'] or '?'} ⋯ {two['origin'] or '?'}"
    return f"{one['activity_id']} → {ends} → {two['activity_id']}"


def _order(leg: Leg) -> tuple[Any, ...]:
    chain, number = leg["chain"], leg["leg_no"]
    return chain is None, chain or "", number is None, number or 0, leg["start"], leg["number"]


def _missing(one: Leg, two: Leg) -> bool:
    """Tell whether a leg begins elsewhere than the one before ended, or a number is left out."""
    jump = None not in (one["leg_no"], two["leg_no"]) and two["leg_no"] > one["leg_no"] + 1
    if jump:
        return True
    if one["destination"] is not None and two["origin"] is not None:
        return bool(one["destination"] != two["origin"])
    ends = [one["destination_lat_e7"], one["destination_lon_e7"], two["origin_lat_e7"],
            two["origin_lon_e7"]]  # fmt: skip
    if None in ends:
        return False
    from_lat, from_lon, lat, lon = ends
    north = (lat - from_lat) * METRES
    turn = (lon - from_lon + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    east = turn * METRES * math.cos(math.radians(lat / 1e7))
    return math.sqrt(north**2 + east**2) > NEAR_M
