"""The tables ``rules.csv`` and ``limits.csv`` of a room that has rules."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple

__all__ = ["Limits", "Rule", "limits_of", "rules_of", "table"]

Limits = dict[str, dict[str, float]]


class Rule(NamedTuple):
    """A rule as a person meets it: code and severity of its findings, its name in both tongues."""

    rule: str
    code: str
    severity: str
    en: str
    zh: str


@cache
def table(room: str, name: str) -> tuple[dict[str, str], ...]:
    """Give the rows of a table that is packed with a room, such as ``tanlu.monitor.quality``."""
    text = resources.files(room).joinpath(name).read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def rules_of(room: str) -> dict[str, Rule]:
    """Give every rule of a room by its name, in the order of ``rules.csv``."""
    return {row["rule"]: Rule(**row) for row in table(room, "rules.csv")}


def limits_of(room: str) -> Limits:
    """Give the thresholds of ``limits.csv`` by rule and parameter: a copy that may be changed."""
    found: Limits = {}
    for row in table(room, "limits.csv"):
        found.setdefault(row["rule"], {})[row["parameter"]] = float(row["value"])
    return found
