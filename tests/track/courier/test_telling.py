"""Each run of one mode says what told for and against it."""

from __future__ import annotations

import json

import numpy as np
import polars as pl

from tanlu.track.courier import classify, segments
from tanlu.track.courier.model import model
from tests.track.courier.couriers import couriers


def test_the_runs_are_those_of_the_fixes():
    made = couriers(3)
    told = classify(made)
    changes = told.select(pl.struct("trace", "mode").rle_id()).max().item() + 1

    found = segments(made)

    assert found.height == changes
    assert found["fixes"].sum() == made.height
    assert found.group_by("trace").agg(pl.col("number").max() == pl.len())["number"].all()


def test_the_reasons_add_up_to_the_log_odds():
    made = couriers(3)
    sure = pl.col("probability_ppm") / 1e6
    runs = classify(made).with_columns(run=pl.struct("trace", "mode").rle_id())
    wanted = runs.group_by("run", maintain_order=True).agg((sure / (1.0 - sure)).log().mean())

    found = segments(made)

    odds = [sum(json.loads(why).values()) for why in found["why"]]
    assert set(json.loads(found["why"][0])) == {*model().names, "course"}
    # each of the reasons is rounded to a hundredth
    np.testing.assert_allclose(odds, wanted["probability_ppm"], atol=0.15)


def test_no_rows_have_no_runs():
    assert segments(couriers(1).clear()).height == 0
