"""Estimate one shipment at once, to the same microgram as the columnar path.

The first request of a kind of shipment goes through the columns; what they prepared (factor,
codes, chain of legs) is kept as a template. Every further one puts its amounts into the template
and runs the same specification, compiled to Python functions.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import polars as pl

from tanlu.account.batch import ready
from tanlu.account.chains.decided import NONE
from tanlu.account.compiled import compiled
from tanlu.account.legs.computing import BOUNDARIES, GASES, spec
from tanlu.errors import TanluError
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.account.chains.decided import Overrides
    from tanlu.factors import Library

__all__ = ["estimate"]

AMOUNTS = (
    *("mass_mg", "distance_m", "energy_j", "volume_ml", "count", "teu_milli"),
    *("load_ppm", "empty_ppm", "amount_fen"),
)
NOT_ASKED = {"activity_id", "end", "subject", "shipment", "labels", "source_sha256", *AMOUNTS}


_Pins = tuple["Library", str, str, "Overrides"]


class _Template(NamedTuple):
    """Legs as the columns prepared them, valid for a time."""

    valid_from: int
    valid_to: int
    legs: tuple[dict[str, Any], ...]


def estimate(
    activity: Mapping[str, Any],
    *,
    library: Library | None = None,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
    chains: Overrides = NONE,
) -> dict[str, Any]:
    """Give the emission of one activity or order.

    Parameters
    ----------
    activity
        Columns of schema ``activity`` by name; at least kind and start.
    library, profile, gwp_set, chains
        As for ``quantify``.

    Returns
    -------
    dict
        ``co2e_ug``, ``ttw_ug``, ``wtt_ug`` and ``legs``: for each leg its kind, distance, factor,
        assumptions, tier and, by boundary, co2e_ug, lower_ug, upper_ug and gases [µg].

    Raises
    ------
    TanluError
        TL501 when it cannot be quantified, TL508 when it is too large to count.
    """
    from tanlu.factors import library as built_in

    kept = library or built_in()
    template = _template(activity, (kept, profile, gwp_set, chains))
    run = compiled(spec())
    legs = []
    totals = dict.fromkeys(BOUNDARIES, 0)
    for leg in template.legs:
        row = leg | {name: activity.get(name) for name in leg["_open"]}
        out = run(row)
        for boundary in BOUNDARIES:
            totals[boundary] += out[f"{boundary}_co2e_ug"] or 0
            known = row[f"{boundary}_co2e_g"] is not None and out["x"] is not None
            if known and out[f"{boundary}_upper_ug"] is None:
                raise TanluError("TL508", value=row["kind"])
        if all(out[f"{boundary}_upper_ug"] is None for boundary in BOUNDARIES):
            raise TanluError("TL501", value=row["kind"], why="amounts are missing")
        legs.append(_said(row, out))
    return {
        "co2e_ug": sum(totals.values()),
        "ttw_ug": totals["ttw"],
        "wtt_ug": totals["wtt"],
        "legs": legs,
    }


def _said(row: Mapping[str, Any], out: Mapping[str, Any]) -> dict[str, Any]:
    told = ("kind", "share_key", "origin", "destination", "distance_m", "distance_type")
    factor = ("factor_id", "factor_hash", "assumptions", "sigma_ln_ppm", "daf_ppm", "transport_kgm")
    both = {**row, **out}
    names = ("co2e", "lower", "upper", *GASES, "unsplit")
    return {
        **{name: both.get(name) for name in (*told, *factor)},
        **{b: {f"{name}_ug": out[f"{b}_{name}_ug"] for name in names} for b in BOUNDARIES},
    }


def _template(activity: Mapping[str, Any], pins: _Pins) -> _Template:
    fixed = tuple(
        (name, value)
        for name, value in sorted(activity.items())
        if name not in NOT_ASKED and name != "start"
    )
    # which amounts are told decides the codes; an untold class, of a leg to the airport too, is
    # assumed by the band of mass and distance
    told = tuple(activity.get(name) is not None for name in AMOUNTS)
    within = _within(activity)
    *others, chains = pins
    found = _templates(fixed, told, within, _hour(activity, pins[0]), *others, chains.sha256)
    start = int(activity["start"])
    for template in found:
        if template.valid_from <= start < template.valid_to:
            return template
    template = _make(activity, pins)
    found.append(template)
    return template


def _within(activity: Mapping[str, Any]) -> tuple[int | None, ...]:
    """Give the bands of an activity; none where class and distance are told: nothing is assumed."""
    if activity.get("vehicle_class") is not None and activity.get("distance_m") is not None:
        return ()
    return tuple(_band(marks, activity.get(name)) for name, marks in _bands().items())


def _hour(activity: Mapping[str, Any], library: Library) -> int | None:
    """Give the hour of the day where the library has factors by the hour."""
    from tanlu.factors import cuts
    from tanlu.factors.functions import slot

    if not cuts(library)["hour"]:
        return None
    start = int(activity["start"])
    told = {"start": start, "end": start + 1, "zone": "UTC", **activity}
    hour: int = slot(pl.DataFrame([{name: told[name] for name in ("start", "end", "zone")}]))[0]
    return hour


@cache
def _bands() -> dict[str, tuple[int, ...]]:
    from tanlu.factors import bands

    return bands()


def _band(marks: tuple[int, ...], amount: int | None) -> int | None:
    return None if amount is None else bisect_right(marks, amount)


@lru_cache(maxsize=65_536)
def _templates(*_: object) -> list[_Template]:
    return []


def _make(activity: Mapping[str, Any], pins: _Pins) -> _Template:
    wanted = schema("activity").dtypes()
    given = {
        "activity_id": "estimate",
        "zone": "UTC",
        "precision": "instant",
        "end": int(activity["start"]) + 1,
        **activity,
    }
    batch = pl.DataFrame(
        {name: pl.Series([value], dtype=wanted[name]) for name, value in given.items()}
    )
    rows, refused = ready(batch, *pins)
    if refused.height or not rows.height:
        _refuse(refused, given["activity_id"])
    legs = rows.sort("share_key", nulls_last=False).to_dicts()
    missing = [leg for leg in legs if leg["form"] is None]
    if missing:
        raise TanluError(
            "TL201", value=missing[0]["kind"], unit="-", nearest=missing[0]["match_nearest"] or "?"
        )
    for leg in legs:
        leg["_open"] = _open(leg, activity)
    return _Template(
        max(leg["valid_from"] for leg in legs), min(leg["valid_to"] for leg in legs), tuple(legs)
    )


def _refuse(refused: pl.DataFrame, activity: str) -> NoReturn:
    """Say which place is not known, or why two places cannot be joined."""
    if not refused.height:
        raise TanluError("TL501", value=activity, why="nothing to quantify")
    row = refused.row(0, named=True)
    named = row["value"] or activity
    raise TanluError(row["code"], value=named, why=(row["hint"] or "").partition("; ")[0])


def _open(leg: Mapping[str, Any], activity: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the amounts that the request gives and the chain does not."""
    proposed = leg.get("share_key") is not None
    own = {"distance_m", "load_ppm", "empty_ppm"} if proposed else set()
    return tuple(name for name in AMOUNTS if name in activity and name not in own)
