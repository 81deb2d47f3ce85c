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
    found = segments(couriers(3))
    odds = [sum(json.loads(why).values()) for why in found["why"]]

    assert set(json.loads(found["why"][0])) == {*model().names, "course"}
    # a run is of the mode that is likelier at each of its fixes, so the sum is for it
    assert min(odds) > -0.01 * 26
    sure = found["mode_ppm"].to_numpy() / 1e6
    assert np.corrcoef(odds, sure)[0, 1] > 0.5


def test_no_rows_have_no_runs():
    assert segments(couriers(1).clear()).height == 0
