"""Hold the methods and the choice to the truth, where a truth is known.

Only this reads a truth. MAE is the mean of |e| over legs; accuracy is 1 - Σ|e| / Σ truth.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from tanlu.account.choose.ladder import METHODS

__all__ = ["BAR", "CLAIMED", "evaluate"]

# on each method's own legs the choice may err by at most this times the method's error
BAR = 1.01
WITHIN, WITHIN_CLASS, ENOUGH = (0.93, 0.97), (0.90, 0.98), 10_000
# accuracy of transport legs that the sources state (S0 section 6.2)
CLAIMED = 0.995


def evaluate(rows: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """Give the errors and coverage of every method and of the choice.

    Parameters
    ----------
    rows
        As ``ladder`` gives them, of drives whose card was learned from the metered ones alone.
    truth
        ``activity_id``, ``energy_j`` [J] and ``metered``.

    Returns
    -------
    dict
        ``methods``: for each its figures on its own legs, and the choice's on the same legs;
        ``held_out``: the same on vehicles without meter; ``coverage`` of the learned intervals on
        those, in all and by class; ``chosen``: legs by method; ``bar``: what holds.
    """
    both = rows.join(truth.rename({"energy_j": "true_j"}), on="activity_id", how="inner")
    both = both.with_columns(_of_choice(end) for end in ("j", "low_j", "high_j"))
    apart = both.filter(~pl.col("metered"))
    every, held = ({name: _figures(part, name) for name in METHODS} for part in (both, apart))
    coverage = _coverage(apart, "learned")
    ratios = [each["chosen_over_method"] for part in (every, held) for each in part.values()]
    return {
        "legs": both.height,
        "vehicles": both["vehicle"].n_unique(),
        "methods": every,
        "held_out": held,
        "choice": _figures(both, "chosen"),
        "choice_held_out": _figures(apart, "chosen"),
        "chosen": dict(both["chosen"].value_counts().sort("chosen").iter_rows()),
        "coverage": coverage,
        "bar": {
            "choice": max((each for each in ratios if each is not None), default=None),
            "choice_holds": all(each is None or each <= BAR for each in ratios),
            "coverage_holds": _holds(coverage),
        },
        "claimed_accuracy": CLAIMED,
    }  # fmt: skip


def _of_choice(end: str) -> pl.Expr:
    chosen = [pl.when(pl.col("chosen") == name).then(f"{name}_{end}") for name in METHODS]
    return pl.coalesce(chosen).alias(f"chosen_{end}")


def _figures(rows: pl.DataFrame, method: str) -> dict[str, Any]:
    """Give the figures of a method on its own legs."""
    own = rows.filter(pl.col(f"{method}_j").is_not_null())
    if not own.height:
        return {"legs": 0, "mae_mj": None, "relative_mae": None, "bias": None, "accuracy": None,
                "coverage": None, "chosen_over_method": None}  # fmt: skip
    true = own["true_j"].cast(pl.Float64)
    off = own[f"{method}_j"].cast(pl.Float64) - true
    choice = (own["chosen_j"].cast(pl.Float64) - true).abs().sum()
    total, apart = float(true.sum()), float(off.abs().sum())
    inside = own["true_j"].is_between(own[f"{method}_low_j"], own[f"{method}_high_j"])
    return {
        "legs": own.height, "mae_mj": apart / own.height / 1e6, "relative_mae": apart / total,
        "bias": float(off.sum()) / total, "accuracy": 1 - apart / total,
        "coverage": float(inside.mean()),  # type: ignore[arg-type]
        "chosen_over_method": float(choice) / apart if apart else None,
    }  # fmt: skip


def _coverage(rows: pl.DataFrame, method: str) -> dict[str, Any]:
    own = rows.filter(pl.col(f"{method}_j").is_not_null()).with_columns(
        inside=pl.col("true_j").is_between(f"{method}_low_j", f"{method}_high_j")
    )
    by = own.group_by("key").agg(
        pl.len().alias("legs"), pl.col("vehicle").n_unique().alias("vehicles"),
        pl.col("inside").mean().alias("coverage"),
    ).sort("key")  # fmt: skip
    return {
        "legs": own.height,
        "coverage": float(own["inside"].mean()) if own.height else None,  # type: ignore[arg-type]
        "classes": by.to_dicts(),
    }


def _holds(coverage: dict[str, Any]) -> bool:
    return (
        coverage["legs"] >= ENOUGH
        and WITHIN[0] <= coverage["coverage"] <= WITHIN[1]
        and all(
            WITHIN_CLASS[0] <= each["coverage"] <= WITHIN_CLASS[1] for each in coverage["classes"]
        )
    )
