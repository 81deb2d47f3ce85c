"""A group of three in memory: a parent, a carrier of its own and a shared box pool."""

from __future__ import annotations

from typing import Any

from tests.report.ledger import Ledger, activity, emission, frames

from tanlu.report.organisation import Boundary, parse

GROUP = """
name = "Group"
name_zh = "集团"
approach = "operational_control"
outside = ["STRANGER"]

[[entity]]
id = "mall"
operators = ["MALL"]
sites = ["PK-1"]

[[entity]]
id = "express"
parent = "mall"
equity_percent = "100"
operators = ["EXPRESS"]

[[entity]]
id = "boxes"
parent = "mall"
equity_percent = "60"
financial_control = "joint"
operational_control = true
operators = ["BOXES"]

[[entity]]
id = "associate"
parent = "mall"
equity_percent = "30"
financial_control = false
operational_control = false
operators = ["ASSOCIATE"]

[[entity]]
id = "hub"
parent = "mall"
equity_percent = "0"
financial_control = false
operational_control = false
lease = "upstream"
sites = ["HUB-1"]
"""


def boundary(more: str = "", *, approach: str | None = None) -> Boundary:
    """The group's boundary, with more lines before its entities."""
    return parse((more + GROUP).encode(), approach=approach)


def row(number: int, kind: str, boundary: str, co2e_ug: int, **more: Any) -> dict[str, Any]:
    """One emission of an inventory; ``more`` names its parties and carrier."""
    facts = activity(number, kind)
    profile = more.pop("profile", "ghg_protocol")
    bare = {"profile": profile, "subject": None, "place": None, "payer": None}
    return emission(facts, boundary, co2e_ug, **(bare | more))


def ledger(rows: list[dict[str, Any]]) -> Ledger:
    """A ledger in memory that holds these emissions and one activity for each."""
    numbers = sorted({int(each["activity_id"][1:]) for each in rows})
    by_number = {int(each["activity_id"][1:]): each["kind"] for each in rows}
    activities = [activity(number, by_number[number]) for number in numbers]
    made = frames(activities, rows)
    return Ledger(activity=made[0], emission=made[1])
