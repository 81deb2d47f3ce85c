"""The thresholds of every rule as data, each with its reason and its source."""

from __future__ import annotations

from functools import cache

from tanlu.terms.rules import Limits, Rule, limits_of, rules_of, table

__all__ = ["ROOM", "Limits", "factors", "limits", "rules"]

ROOM = "tanlu.monitor.quality"


def rules() -> dict[str, Rule]:
    """Give every rule by its name, in the order of ``rules.csv``."""
    return rules_of(ROOM)


def limits() -> Limits:
    """Give the thresholds of ``limits.csv`` by rule and parameter: a copy that may be changed."""
    return limits_of(ROOM)


@cache
def factors() -> dict[float, tuple[str, str]]:
    """Give the ratios that a slip of units makes, each with its words in both tongues."""
    return {float(row["factor"]): (row["en"], row["zh"]) for row in table(ROOM, "factors.csv")}
