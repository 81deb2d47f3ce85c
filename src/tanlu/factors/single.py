"""Match one activity in memory, for estimates within a millisecond: equal to the columnar match."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tanlu.factors import rules
from tanlu.factors.batch import suggest
from tanlu.factors.compose import KEY, resolve_one
from tanlu.factors.packs.load import Library, library
from tanlu.factors.places import region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.factors.compose import KeyRow

_built_in = library


def match_one(
    leg: Mapping[str, Any],
    *,
    library: Library | None = None,
    profile: str = "iso14083",
    gwp_set: str = "AR6",
) -> dict[str, Any]:
    """Give the resolved columns of one activity, as ``match`` gives them for a batch of one row.

    Parameters
    ----------
    leg
        Columns of schema ``activity``, at least kind and start [us]; absent ones are null.

    Returns
    -------
    dict
        The resolved columns without the key, ``match_code`` and ``match_nearest``; a leg without
        factor has ``match_code`` TL201 and no resolved column.
    """
    kept = library or _built_in()
    place = region(leg.get("place")) or region(leg.get("origin"), ports=True)
    name, band = leg.get("vehicle_class"), None
    if name is None:
        band = _band(leg)
        name = band.value if band else None
    carrier, temperature = leg.get("energy_carrier"), leg.get("temperature_class")
    facets = (leg.get("technology"), leg.get("material"))
    key: KeyRow = (leg["kind"], name, carrier, temperature, place, *facets)
    start = leg["start"]
    rows = resolve_one(key, kept, rules.profile(profile), gwp_set)
    held = [each for each in rows if each["valid_from"] <= start < each["valid_to"]]
    row = held[_slot(leg)] if len(held) > 1 else next(iter(held), None)
    if row is None:
        nearest = suggest(leg["kind"], name, carrier, kept)
        return {"match_code": "TL201", "match_nearest": nearest}
    found = {column: value for column, value in row.items() if column not in KEY}
    if band:
        found["tier"] = "default"
        found["sigma_ln"] = math.sqrt(row["sigma_ln"] ** 2 + band.sigma_ln**2)
    codes = (leg.get("assumptions"), band and band.code, row.get("assumptions"))
    found["assumptions"] = ";".join(code for code in codes if code) or None
    return {**found, "match_code": None, "match_nearest": None}


def _slot(leg: Mapping[str, Any]) -> int:
    """Give the hour of the day of an activity, 24 for one of over an hour."""
    import polars as pl

    from tanlu.factors.functions import slot

    names = {"start": pl.Int64, "end": pl.Int64, "zone": pl.String}
    found: int = slot(pl.DataFrame([{name: leg.get(name) for name in names}], schema=names))[0]
    return found


def _band(leg: Mapping[str, Any]) -> rules.Default | None:
    """Give the band of mass or distance into which a leg without class falls."""
    for row in rules.defaults():
        if row.by not in {"mass_mg", "distance_m"} or row.kind != leg["kind"]:
            continue
        amount = leg.get(row.by)
        if amount is not None and amount < row.below:
            return row
    return None
