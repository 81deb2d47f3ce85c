"""热力图: where the carbon of a period is, step by step: a map of lanes, tiles, a ranking."""

from __future__ import annotations

from typing import Any

from tanlu.errors import TanluError
from tanlu.report.heat import STEPS, Heat, heat, modes, ranking, regions, web
from tanlu.report.overview import months
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered
from tanlu.ui.frame.ruling import WTW, Rules, ruled, tabs, told
from tanlu.ui.views.operate.outline import outlined

__all__ = ["VIEWS", "heat_of", "heated", "show"]

# of the bars of the slider [px of its drawing]
WIDE, HIGH, LEAST = 1000.0, 44.0, 1.5
BY = ("lane", "where")


def show(context: Context) -> Shown:
    """Give the heat of a period; of one of its steps with ``at``.

    Raises
    ------
    TanluError
        TL819 for a step that there is not, TL931 for one in which nothing is.
    """
    found, by_rules = heated(context), ruled(context)
    at = context.query("at") or None
    if at is not None and at not in found.steps:
        raise TanluError("TL931", value=at[:40])
    by = context.query("by", BY[0])
    by = by if by in BY else BY[0]
    language = context.language
    tiles, lanes = regions(found, at, language=language), _lane(context, found, at)
    charts = {
        "map": outlined(context, web(found, at, language=language, href=lanes), tiles),
        "tiles": tiles,
        "modes": modes(found, at, language=language),
    }
    model = {
        "found": found, "at": at, "by": by, "empty": not found.cells.height,
        "profiles": tabs(context, by_rules),
        "whole_of": "carbon" if by_rules.profile == WTW else "plain",
        "bars": _bars(context, found), "whole": context.here(at=""),
        "near": _near(context, found, at), "tabs": _tabs(context, found),
        "cuts": [(context.words(f".by.{each}"), context.here(by=each), each == by) for each in BY],
        "rows": _rows(context, found, at, by), "figures": _figures(context, found, at),
        "place": 0 if at is None else found.steps.index(at) + 1,
    }  # fmt: skip
    title = context.words(".title")
    return Shown("heatmap.html", model, title, charts, fragment="heatmap/part.html")


def heated(context: Context, period: str | None = None, step: str | None = None) -> Heat:
    """Give the heat of the period that is asked for, the newest month unless told."""
    workspace = context.asked.workspace
    wanted = period or context.query("period")
    if not wanted:
        held = remembered(workspace, ("months",), lambda: months(workspace), books=True)
        wanted = held[0][0] if held else ""
    steps = step or context.query("step") or ("day" if len(wanted) > len("2026") else "month")
    return heat_of(workspace, ruled(context), wanted, steps)


def heat_of(workspace: Any, by: Rules, period: str, step: str = "day") -> Heat:
    """Give the heat of a period, computed once for a state of the ledger; all time without one."""
    made: Heat = remembered(
        workspace, ("heat", period, step, by),
        lambda: heat(workspace, period or None, step=step, **by.sums), books=True,
    )  # fmt: skip
    return made


def _lane(context: Context, found: Heat, at: str | None) -> Any:
    """Give how the address of a lane's shipments is made, where there is such a page.

    They are of the period that is shown and summed by the same rules: they make up the lane.
    """
    if "totals.shipments" not in context.addresses:
        return None
    period = found.period or ""
    if at is not None:
        first, last, _ = found.span(at)
        period = f"{first}" if first == last else f"{first}/{last}"

    def href(origin: str, destination: str) -> str:
        ends = {"origin": origin, "destination": destination}
        return context.url("totals.shipments", **ends, period=period, **told(context))

    return href


def _bars(context: Context, found: Heat) -> list[dict[str, Any]]:
    """Give each step as a bar that leads to it: x, y, width and height within the slider."""
    sums = {str(step): int(ug) for step, ug, _ in found.cut("step").iter_rows()}
    top = max(sums.values(), default=0) or 1
    each = WIDE / max(1, len(sums))
    made = []
    for place, step in enumerate(sorted(sums)):
        high = max(LEAST, HIGH * max(0, sums[step]) / top)
        made.append({
            "step": step, "href": context.here(at=step), "x": f"{place * each:.2f}",
            "w": f"{max(1.0, each - 2):.2f}", "y": f"{HIGH - high:.1f}", "h": f"{high:.1f}",
            "said": f"{step} · {context.numbers.carbon(sums[step])}",
        })  # fmt: skip
    return made


def _near(context: Context, found: Heat, at: str | None) -> dict[str, str]:
    """Give where the step before and the one after are; the first after the whole period."""
    steps = found.steps
    place = -1 if at is None else steps.index(at)
    return {
        "before": context.here(at=steps[place - 1]) if place > 0 else "",
        "after": context.here(at=steps[place + 1]) if place + 1 < len(steps) else "",
    }


def _tabs(context: Context, found: Heat) -> list[tuple[str, str, bool]]:
    return [
        (context.words(f".step.{step}"), context.here(step=step, at=""), step == found.step)
        for step in STEPS
    ]


def _figures(context: Context, found: Heat, at: str | None) -> dict[str, Any]:
    """Give the sum of what is shown, its share of the period and its change to the step before."""
    n, t = context.numbers, context.words
    ug = int(found.at(at)["co2e_ug"].sum() or 0)
    legs = int(found.at(at)["legs"].sum() or 0)
    note = t(".of", share=n.percent(ug / found.co2e_ug if found.co2e_ug else None))
    change: dict[str, Any] = {}
    if at is not None and (eve := found.before(at)) is not None:
        past = int(found.at(eve)["co2e_ug"].sum() or 0)
        if past:
            moved = (ug - past) / past
            change = {
                "change": n.percent(abs(moved)), "good": moved < 0 if moved else None,
                "direction": "down" if moved < 0 else "up" if moved else "even",
            }  # fmt: skip
    carbon = n.carbon(ug)
    return {
        "carbon": {"value": carbon.value, "unit": carbon.unit, "exact": carbon.whole,
                   "note": note, **change},
        "legs": n.count(legs), "places": n.count(found.at(at)["where"].n_unique()),
        "lanes": n.count(found.cut("lane", at).height),
    }  # fmt: skip


def _rows(context: Context, found: Heat, at: str | None, by: str) -> list[dict[str, Any]]:
    n, href = context.numbers, _lane(context, found, at)
    given = ranking(found, at, language=context.language, by=by)
    like = max((row["co2e_ug"] for row in given), default=0)
    made = []
    for row in given:
        figure = n.carbon(row["co2e_ug"], like=like)
        lane = by == "lane" and len(row["codes"]) == len(("from", "to")) and all(row["codes"])
        made.append({
            **row, "figure": figure.value, "unit": figure.unit, "exact": figure.whole,
            "said": f"{row['share']:.1f} %", "part": float(row["share"] or 0) / 100,
            "href": href(*row["codes"]) if href and lane else "",
        })  # fmt: skip
    return made


VIEWS = (View("heatmap", "/heatmap", show, scope="shipments:read", group="operate", place=30),)
