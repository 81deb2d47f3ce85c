"""Lists: which rows are meant."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.serve.resources.telling.lists import Cut


def _of(cut):
    frame = pl.DataFrame(
        {"kind": ["transport", "transport.road", "transporter", "hub"], "start": [0, 1, 2, 3]}
    )
    matching, _ = cut.matching("UTC")
    return frame.filter(matching)["kind"].to_list()


def test_a_kind_has_those_below_it_and_not_those_that_begin_alike():
    assert _of(Cut({"kind": "transport"})) == ["transport", "transport.road"]
    assert _of(Cut({"kind": "hub", "start": None})) == ["hub"]


def test_nothing_asked_is_everything_and_a_period_is_a_span():
    assert Cut({"kind": None}).matching("UTC") == (None, None)
    _, span = Cut({}, "1970-01-01").matching("UTC")
    assert span == (0, 86_400_000_000)
    with pytest.raises(TanluError, match="TL112"):
        Cut({}, "1970-02-31").matching("UTC")
