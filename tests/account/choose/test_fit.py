"""What scikit-learn grew is what the card gives: the same prediction, without the library."""

from __future__ import annotations

import sys

import numpy as np
import polars as pl
import pytest

from tanlu.account.choose.drives import FEATURES
from tanlu.account.choose.fit import booster, fit, grown
from tanlu.account.choose.trees import ONE, checked, predicted
from tanlu.errors import TanluError

pytestmark = pytest.mark.engine


def drives(count: int, seed: int) -> tuple[pl.DataFrame, pl.Series]:
    chance = np.random.default_rng(seed)
    frame = pl.DataFrame({n: chance.integers(-(10**6), 10**8, count) for n in FEATURES})
    told = frame.to_numpy() / 10**8
    return frame, pl.Series(np.sin(told[:, 0] * 3) + told[:, 3] ** 2 + chance.normal(0, 0.1, count))


@pytest.mark.parametrize("quantile", [0.025, 0.5, 0.975])
def test_the_evaluator_equals_the_library(quantile: float) -> None:
    frame, target = drives(3_000, 1)
    made = booster(frame, target, quantile)
    fresh, _ = drives(5_000, 2)
    own = fresh.select(predicted(checked(grown(made)))).to_series() / ONE
    theirs = made.predict(fresh.to_numpy().astype("float64"))

    assert np.abs(own.to_numpy() - theirs).max() <= 1e-12


def test_the_same_drives_give_the_same_trees() -> None:
    frame, target = drives(1_000, 3)

    assert fit(frame, target, 0.5) == fit(frame, target, 0.5)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.ensemble", None)
    frame, target = drives(50, 4)

    with pytest.raises(TanluError, match=r"TL535.*tanlu\[learn\]"):
        fit(frame, target, 0.5)
