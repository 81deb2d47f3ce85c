"""The thresholds of every rule as data, each with its reason and its source."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

__all__ = ["Limits", "Rule", "factors", "limits", "packed", "rules"]

Limits = dict[str, dict[str, float]]


class Rule(NamedTuple):
    """A rule as a person meets it: code and severity of its findings, its name in both tongues."""

    rule: str
    code: str
    severity: str
    en: str
    zh: str


@cache
def packed(name: str) -> tuple[dict[str, str], ...]:
    """Give the rows of a table that is packed with this room."""
    text = resources.files("tanlu.monitor.quality").joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def rules() -> dict[str, Rule]:
    """Give every rule by its name, in the order of ``rules.csv``."""
    return {row["rule"]: Rule(**row) for row in packed("rules.csv")}


def limits() -> Limits:
    """Give the thresholds of ``limits.csv`` by rule and parameter: a copy that may be changed."""
    found: Limits = {}
    for row in packed("limits.csv"):
        found.setdefault(row["rule"], {})[row["parameter"]] = float(row["value"])
    return found


@cache
def factors() -> dict[float, tuple[str, str]]:
    """Give the ratios that a slip of units makes, each with its words in both tongues."""
    return {float(row["factor"]): (row["en"], row["zh"]) for row in packed("factors.csv")}
