"""The base year beside this year, and whether it must be recalculated.

GHG Protocol Corporate Standard chapter 5, ISO 14064-1:2018 6.4: structure, method or error that
changes the base year by more than the threshold changes the base, not the comparison. What a buyer
or seller brought in or took away is told in the boundary; what a better factor or formula changed
is measured, from the ledger's version of that time and from now.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tanlu.errors import say
from tanlu.report import numbers
from tanlu.report.organisation.lines import NEEDED, lines, market_lines
from tanlu.report.organisation.sums import amount
from tanlu.terms import time

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tanlu.report.organisation.boundary import Boundary

__all__ = ["base_year", "by_scope", "pins", "total_of"]

RECALCULATE = "TL816"
KEYS = ("scope_1_kg", "scope_2_location_kg", "scope_2_market_kg", "scope_3_kg")
# scope 2 is one of two, never both in one sum
TOTAL = ("scope_1_kg", "scope_2_location_kg", "scope_3_kg")

Amounts = dict[str, Decimal]


def by_scope(location: pl.DataFrame, market: pl.DataFrame | None) -> Amounts:
    """Give the totals of an inventory by scope [kg]; market-based only where it is known."""
    import polars as pl

    found = {
        f"scope_{scope}{'_location' if scope == 2 else ''}_kg": numbers.exact(
            amount(location.filter(pl.col("scope") == scope)), 9
        )
        for scope in (1, 2, 3)
    }
    if market is not None:
        found["scope_2_market_kg"] = numbers.exact(amount(market.filter(pl.col("scope") == 2)), 9)
    return found


def base_year(
    workspace: Any,
    boundary: Boundary,
    now: Amounts,
    *,
    profile: str,
    language: str,
    as_of: int | None = None,
) -> dict[str, Any] | None:
    """Give base year, what changes it, and this year against it; None without a base year.

    Parameters
    ----------
    workspace, boundary, profile, language
        As for ``organisation``.
    now
        What ``by_scope`` gives of this year [kg].
    as_of
        Ledger version that methods and factors are measured at; the newest without one.

    Returns
    -------
    dict
        ``pinned_kg``, ``changes``, ``adjustment_kg``, ``adjustment_percent`` (the largest of any
        scope and of the total), ``threshold_percent``, ``recalculate``, ``recalculated_kg``,
        ``this_kg``, ``change_percent`` against what holds, ``message`` where it must be done.
    """
    base = boundary.base
    if base is None:
        return None
    pinned = dict(base.totals)
    changes = [*_told(boundary, language), *_measured(workspace, boundary, profile, as_of)]
    adjusted = {
        key: sum((Decimal(each["amounts_kg"].get(key, "0")) for each in changes), Decimal(0))
        for key in pinned
    }
    percent = _largest(pinned, adjusted)
    again = percent > boundary.threshold_percent
    recalculated = {key: pinned[key] + adjusted[key] for key in pinned}
    holds = recalculated if again else pinned
    message = None
    if again:
        message = say(RECALCULATE, language=language, value=base.year,
                      why=f"{percent:.2f} % > {boundary.threshold_percent} %")  # fmt: skip
    return {
        "year": base.year,
        "pinned_kg": _texts(pinned),
        "changes": changes,
        "adjustment_kg": _texts(adjusted),
        "adjustment_percent": numbers.plain(percent),
        "threshold_percent": numbers.plain(boundary.threshold_percent),
        "recalculate": again,
        "recalculated_kg": _texts(recalculated),
        "this_kg": _texts({key: now[key] for key in pinned if key in now}),
        "change_percent": {
            key: numbers.plain(change)
            for key in pinned
            if key in now and (change := _percent(now[key] - holds[key], holds[key])) is not None
        },
        "message": message,
    }


def total_of(amounts_kg: Mapping[str, str]) -> Decimal:
    """Give what amounts by scope add up to [kg]: scope 2 by location, else by market."""
    one = "scope_2_location_kg" in amounts_kg
    keys = TOTAL if one else ("scope_1_kg", "scope_2_market_kg", "scope_3_kg")
    return sum((Decimal(amounts_kg[key]) for key in keys if key in amounts_kg), Decimal(0))


def _texts(amounts: Amounts) -> dict[str, str]:
    return {key: numbers.plain(value) for key, value in amounts.items()}


def _percent(part: Decimal, whole: Decimal) -> Decimal | None:
    return numbers.quotient(part * 100, whole, 4)


def _largest(pinned: Amounts, adjusted: Amounts) -> Decimal:
    """Give the largest change of a scope or the total, against what was pinned [%]."""
    pairs = [(adjusted[key], pinned[key]) for key in pinned]
    parts = [key for key in TOTAL if key in pinned]
    pairs.append((
        sum((adjusted[key] for key in parts), Decimal(0)),
        sum((pinned[key] for key in parts), Decimal(0)),
    ))  # fmt: skip
    found = Decimal(0)
    for part, whole in pairs:
        if not whole and part:
            return Decimal(100)
        found = max(found, abs(_percent(part, whole) or Decimal(0)))
    return found


def _told(boundary: Boundary, language: str) -> list[dict[str, Any]]:
    """Give the changes of structure that the boundary tells of."""
    chinese = language.startswith("zh")
    return [
        {
            "kind": each.kind, "entity": each.entity, "day": each.day.isoformat(),
            "reason": each.reason_zh if chinese else each.reason,
            "amounts_kg": _texts(dict(each.amounts)), "pins": [],
        }
        for each in boundary.changes
    ]  # fmt: skip


def _measured(
    workspace: Any, boundary: Boundary, profile: str, as_of: int | None
) -> list[dict[str, Any]]:
    """Give what methods and factors changed since the base year was pinned, from the ledger."""
    base = boundary.base
    if base is None or base.version is None:
        return []
    span = time.period(str(base.year), boundary.zone)
    then, now = (
        _of(workspace, boundary, profile, span, version) for version in (base.version, as_of)
    )
    amounts = {key: now[key] - then[key] for key in then if now.get(key, then[key]) != then[key]}
    if not amounts:
        return []
    before, after = (pins(workspace, profile, each) for each in (base.version, as_of))
    differ = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    return [{
        "kind": "method", "entity": None, "day": None, "reason": ", ".join(differ) or None,
        "amounts_kg": _texts(amounts),
        "pins": [[key, before.get(key), after.get(key)] for key in differ],
    }]  # fmt: skip


def _of(
    workspace: Any, boundary: Boundary, profile: str, span: tuple[int, int], version: int | None
) -> Amounts:
    location = lines(workspace, boundary, profile=profile, span=span, as_of=version, columns=NEEDED)
    market = market_lines(
        workspace, boundary, profile=profile, span=span, as_of=version, columns=NEEDED
    )
    return by_scope(location, market)


def pins(workspace: Any, profile: str, version: int | None) -> dict[str, str]:
    """Give the pins of the last commit that quantified a profile, up to a version."""
    found: dict[str, str] = {}
    for line in workspace.log("append"):
        source = line.get("source")
        if version is not None and line["version"] > version:
            break
        made = isinstance(source, dict) and source.get("by") == "quantify"
        if made and source["pins"]["profile"] == profile:
            found = source["pins"]
    return found
