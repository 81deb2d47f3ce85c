"""The boundaries that an operator supplied, under a network of lanes."""

from __future__ import annotations

from dataclasses import replace

from tanlu.serve.maps import kept
from tanlu.terms import Chart
from tanlu.ui.frame.page import Context

__all__ = ["outlined"]


def outlined(context: Context, chart: Chart) -> Chart:
    """Give a network with the organisation's own map below it, if it has one.

    A part of a page that is fetched anew carries no boundaries: the picture has them already.
    """
    with context.asked.state() as state:
        found = kept(state, lines=not context.partial)
    if found is None:
        return replace(chart, note=context.words("heatmap.blank"))
    return replace(chart, outlines=found.lines, note=found.approval)
