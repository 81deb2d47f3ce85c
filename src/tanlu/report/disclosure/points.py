"""Datapoints of ESRS E1 and IFRS S2 with the element identities of their published taxonomies."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from tanlu.report.disclosure.paths import reach
from tanlu.report.numbers import plain, quotient

__all__ = ["datapoints", "tags"]

TONNES = ("tCO2e", "tCO2")


@cache
def tags() -> tuple[dict[str, str], ...]:
    """Give the table of tags: element, axis and member, unit, path of the fact, clause, taxonomy.

    Only identities that stand in the published taxonomy files are in it.
    """
    table = resources.files("tanlu.report.disclosure").joinpath("tags.csv")
    return tuple(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def datapoints(
    facts: Mapping[str, Any],
    *,
    energy: Mapping[str, Any] | None = None,
    revenue: Decimal | None = None,
    currency: str = "CNY",
    language: str = "en",
) -> list[dict[str, Any]]:
    """Give each datapoint of the table with its value from the facts of an inventory.

    Parameters
    ----------
    facts
        Of `tanlu.report.organisation.organisation`.
    energy
        What `energy_mix` gives; its datapoints are null without.
    revenue, currency
        Net revenue of the period; no intensity without.
    language
        Tongue of the labels.

    Returns
    -------
    list
        ``standard``, ``element``, ``axis``, ``member``, ``label``, ``value`` (decimal text, null
        where the inventory does not tell: never 0), ``unit``, ``fact``, ``clause``, ``taxonomy``.

    References
    ----------
    ESRS E1 (Delegated Regulation (EU) 2023/2772) E1-5, E1-6; IFRS S2 (2023) 29(a).
    """
    whole = {**facts, "energy": energy or {}}
    if revenue is not None:
        whole["revenue"] = {"amount": plain(revenue)}
        whole["intensity"] = {
            basis: _per(facts.get(f"co2e_{basis}_kg"), revenue) for basis in ("location", "market")
        }
    column = "zh" if language.startswith("zh") else "en"
    return [
        {
            "standard": tag["standard"],
            "element": tag["element"],
            "axis": tag["axis"] or None,
            "member": tag["member"] or None,
            "label": tag[column],
            "value": _value(reach(whole, tag["fact"]), tag["unit"]),
            "unit": tag["unit"].replace("currency", currency),
            "fact": tag["fact"],
            "clause": tag["clause"],
            "taxonomy": tag["taxonomy"],
        }
        for tag in tags()
    ]


def _value(found: Any, unit: str) -> str | None:
    """Give a fact in the unit of its tag: kilograms become tonnes, exactly."""
    if found is None:
        return None
    value = Decimal(str(found))
    return plain(value.scaleb(-3) if unit in TONNES else value)


def _per(kilograms: Any, revenue: Decimal) -> str | None:
    if kilograms is None:
        return None
    found = quotient(Decimal(str(kilograms)).scaleb(-3), revenue, 12)
    return None if found is None else plain(found)
