"""What is usual comes of many hours: a few faulty ones change nothing."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.monitor.quality import judge, limits
from tanlu.monitor.quality.learned import kth, learn
from tanlu.monitor.quality.series import rows
from tests.monitor.quality.made import five, known, learned, told, wave


def test_the_kth_greatest_passes_over_those_above_it() -> None:
    frame = pl.DataFrame({"x": [1.0, 9.0, 8.0, 7.0, None, 2.0]})

    assert frame.select(kth("x", 0.1, 3)).item() == 7.0


def test_two_values_make_nothing_usual() -> None:
    assert pl.DataFrame({"x": [1.0, 2.0]}).select(kth("x", 0.1, 3)).item() is None


def test_a_spike_widens_no_limit() -> None:
    calm = learned(told(five())).usual
    spiked = learned(
        told(five(), spoil={"d0": lambda k, value: 500.0 if k == 2000 else value})
    ).usual

    for name in ("spread", "residual", "up", "above"):
        assert spiked[name].to_list() == pytest.approx(calm[name].to_list(), rel=0.1)


def test_few_readings_teach_nothing() -> None:
    usual = learned(told({"d": wave()}, days=0.02)).usual

    assert usual["spread"].to_list() == [None]


def test_what_was_kept_holds_where_it_came_of_more_readings() -> None:
    kept = judge(told(five(), days=3)).usual
    short = told(five(), days=0.02)
    of = known(short)
    found = learn(rows(short, of, limits()), of, limits(), kept).usual

    assert found["spread"].to_list() == kept["spread"].to_list()
    assert found["count"].to_list() == [4320] * 5
