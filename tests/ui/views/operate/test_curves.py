"""Curves of power."""

from __future__ import annotations

import math
from types import SimpleNamespace

from tanlu.ui.frame.numbers import Numbers
from tanlu.ui.frame.words import Words
from tanlu.ui.views.operate.curves import SERIES, curve

HERE = {
    "columns": ["at_us", "pv", "storage", "grid"],
    "points": [[0, 1000, -500, 2500], [1_000_000, None, 0, 2000]],
}


def test_the_load_is_what_the_sources_give_and_unknown_where_one_is() -> None:
    context = SimpleNamespace(words=Words("en"), numbers=Numbers("en"))
    told = dict(curve(context, HERE).series)

    assert told["Load"][0] == 3.0
    assert math.isnan(told["Load"][1])
    assert told["Storage"] == (-0.5, 0.0)
    assert len(SERIES.split("|")) == len(told)
