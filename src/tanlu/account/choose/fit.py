"""Gradient-boosted quantile regression, grown by scikit-learn and kept as whole numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tanlu.account.choose.drives import FEATURES
from tanlu.account.choose.trees import ONE
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["OPTIONS", "booster", "fit", "grown"]

# measured on the park's telemetry: more leaves or rounds gain less than 0.1 points of MAE
OPTIONS: dict[str, Any] = {
    "max_iter": 60, "learning_rate": 0.12, "max_leaf_nodes": 12, "min_samples_leaf": 40,
    "l2_regularization": 1.0, "early_stopping": False, "random_state": 0,
}  # fmt: skip


def fit(drives: pl.DataFrame, target: pl.Series, quantile: float) -> dict[str, Any]:
    """Give the model of a quantile of the target.

    Parameters
    ----------
    drives
        The features as int64; the order of rows does not matter to the caller's hash, so the
        caller sorts them.
    target
        ln of measured energy over energy by physics.
    quantile
        0 to 1.

    Raises
    ------
    TanluError
        TL535 when scikit-learn is not there.
    """
    return grown(booster(drives, target, quantile))


def booster(drives: pl.DataFrame, target: pl.Series, quantile: float) -> Any:
    """Give the fitted regressor of scikit-learn; ``grown`` makes whole numbers of it."""
    try:
        from sklearn.ensemble import HistGradientBoostingRegressor
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise TanluError("TL535", value="scikit-learn") from error
    made = HistGradientBoostingRegressor(loss="quantile", quantile=quantile, **OPTIONS)
    # the trees are the same with any number of threads; on drives of one class one is the fastest
    with threadpool_limits(1):
        return made.fit(drives.select(FEATURES).to_numpy().astype("float64"), target.to_numpy())


def grown(made: Any) -> dict[str, Any]:
    """Give the trees of a fitted regressor as whole numbers.

    A threshold t of a whole feature is the same as floor(t); a value is rounded to 1e-15.
    """
    trees = [_tree(each[0].nodes) for each in made._predictors]  # noqa: SLF001 - no public way
    base = float(made._baseline_prediction.ravel()[0])  # noqa: SLF001
    return {"base": round(base * ONE), "trees": trees}


def _tree(nodes: Any) -> dict[str, list[int]]:
    leaf = [bool(each) for each in nodes["is_leaf"]]
    return {
        "feature": [-1 if end else int(f)
                    for end, f in zip(leaf, nodes["feature_idx"], strict=True)],
        "below": [0 if end else math.floor(t)
                  for end, t in zip(leaf, nodes["num_threshold"], strict=True)],
        "left": [0 if end else int(k) for end, k in zip(leaf, nodes["left"], strict=True)],
        "right": [0 if end else int(k) for end, k in zip(leaf, nodes["right"], strict=True)],
        "value": [round(float(v) * ONE) if end else 0
                  for end, v in zip(leaf, nodes["value"], strict=True)],
    }  # fmt: skip
