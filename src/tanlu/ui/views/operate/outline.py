"""The boundaries that an operator supplied, under a network of lanes, filled by value."""

from __future__ import annotations

import math
from dataclasses import replace

from tanlu.report.svg import step
from tanlu.serve.maps import kept
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context

__all__ = ["outlined"]


def outlined(context: Context, chart: Chart, values: Chart | None = None) -> Chart:
    """Give a network with the organisation's own map below it, if it has one.

    A part of a page that is fetched anew carries no boundaries: the picture has them already.

    Parameters
    ----------
    values
        Tiles of China's units: the regions of the map are filled in their colours.
    """
    with context.asked.state() as state:
        found = kept(state, lines=not context.partial)
    if found is None:
        return replace(chart, note=context.words("heatmap.blank"))
    drawn = replace(chart, outlines=found.lines, note=found.approval)
    return drawn if values is None or not found.areas else _filled(drawn, values, found.areas)


def _filled(chart: Chart, values: Chart, areas: dict[str, tuple[tuple[int, ...], ...]]) -> Chart:
    name, amounts = values.series[0]
    known = {
        told.split(" ", 1)[0]: (told, amount)
        for told, amount in zip(values.categories, amounts, strict=True)
    }
    shown = {code: known[code] for code in areas if code in known}
    top = values.top if values.top is not None else max(
        (amount for _, amount in shown.values() if not math.isnan(amount)), default=0.0
    )  # fmt: skip
    colours = tuple(
        (code, f"i{step(amount, top)}")
        for code, (_, amount) in shown.items() if not math.isnan(amount)
    )  # fmt: skip
    return replace(
        chart, areas=tuple((code, areas[code]) for code in shown), roles=(*chart.roles, *colours),
        categories=tuple(told for told, _ in shown.values()),
        series=((name, tuple(amount for _, amount in shown.values())),),
    )  # fmt: skip
