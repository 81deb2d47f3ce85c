"""One rule alone over a few rows that tell only what matters."""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.terms import schema
from tanlu.verify.plausibility import Checked, check
from tanlu.verify.plausibility.checking import RULES

HOUR_US = 3_600_000_000
NOON_US = 1_790_913_600_000_000  # 2026-10-02 12:00 in Shanghai
USUAL: dict[str, Any] = {
    "start": NOON_US, "end": NOON_US + 2 * HOUR_US, "zone": "Asia/Shanghai",
    "precision": "instant", "kind": "transport.road",
}  # fmt: skip


def rows(*told: dict[str, Any]) -> pl.DataFrame:
    """Give activities a0, a1 … of these columns, the usual ones where they tell nothing."""
    made = [{"activity_id": f"a{k}", **USUAL, **each} for k, each in enumerate(told)]
    return pl.DataFrame(made, schema=schema("activity").dtypes(), orient="row")


def table(name: str, *told: dict[str, Any]) -> pl.DataFrame:
    """Give a table of that schema."""
    return pl.DataFrame(list(told), schema=schema(name).dtypes(), orient="row")


def only(
    rule: str, activities: pl.DataFrame, limits: dict[str, float] | None = None, **tables: Any
) -> Checked:
    """Check by one rule."""
    off: dict[str, dict[str, float]] = {name: {"on": 0.0} for name in RULES if name != rule}
    return check(activities, rules={**off, rule: {"on": 1.0, **(limits or {})}}, **tables)


def subjects(made: Checked) -> list[str]:
    """Give what the findings are about."""
    return made.findings["subject"].to_list()


def reasons(made: Checked, rule: str) -> dict[str, int | None]:
    """Give why rows were not checked by a rule, and how many."""
    return {each["reason"]: each["rows"] for each in made.not_checked if each["rule"] == rule}
