"""Curves of a park's power: what the sources give as areas, the load as a line over them."""

from __future__ import annotations

import math
from typing import Any

from tanlu.serve.live import Day
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context

__all__ = ["SERIES", "curve", "day_curve"]

KW = 1000.0
# the series by the columns of the points, as the script adds them up, and their colours
CURVE = (("pv", "pv"), ("storage", "storage"), ("grid", "grid"), ("load", "pv+storage+grid"))
ROLES = ("pv", "storage", "grid", "ink")
SERIES = "|".join(sums for _, sums in CURVE)


def curve(context: Context, here: dict[str, Any]) -> Chart:
    """Give the power of the last minutes from what was told of a park."""
    t = context.words
    columns, points = here.get("columns", []), here.get("points", [])
    series = []
    for name, sums in CURVE:
        places = [columns.index(each) for each in sums.split("+") if each in columns]
        values = tuple(_sum(point, places) / KW for point in points)
        series.append((t(f"parks.role.{name}"), values))
    label = [t(f"parks.role.{name}") for name, _ in CURVE]
    return Chart(
        "line", t("parks.power"), "kW",
        tuple(context.numbers.moment(point[0], "clock") for point in points), tuple(series),
        over=(label[-1],),
        roles=tuple(zip(label, ROLES, strict=True)),
    )  # fmt: skip


def _sum(point: list[Any], places: list[int]) -> float:
    values = [point[place] for place in places]
    return math.nan if None in values else float(sum(values))


def day_curve(context: Context, found: Day) -> Chart:
    """Give the power of a day from the ledger."""
    t = context.words
    column = {role: place for place, role in enumerate(found.roles)}
    series = []
    for name, sums in CURVE:
        places = [column[each] for each in sums.split("+")]
        values = tuple(_sum(list(line), places) / KW for _, line in found.lines)
        series.append((t(f"parks.role.{name}"), values))
    label = [name for name, _ in series]
    times = tuple(context.numbers.moment(at, "minute")[-5:] for at, _ in found.lines)
    return Chart(
        "line", t("parks.day"), "kW", times, tuple(series), over=(label[-1],),
        roles=tuple(zip(label, ROLES, strict=True)),
    )  # fmt: skip
