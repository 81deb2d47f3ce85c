"""How often the model is right on labelled traces that somebody brings; nothing is fitted."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.track.courier.classifying import MODES, PPM, classify
from tanlu.track.courier.reading import labelled

__all__ = ["evaluate"]

# share of a normal distribution within so many standard errors: 95 %
STANDARD_ERRORS = 1.959964
BINS = 10
# how the traces are called of which four fifths were fitted to
PUBLISHED = re.compile(r"trajectory_\d{4}")
FIFTH = 5


def evaluate(source: Path) -> dict[str, Any]:
    """Give accuracy and F1 of each class over all points of labelled traces.

    Parameters
    ----------
    source
        A zip or a folder of traces, see ``labelled``; it is judged, never learned from.

    Returns
    -------
    ``accuracy`` and its 95 % interval over traces, ``macro_f1``, ``classes`` (precision, recall,
    F1, points), ``confusion`` (truth, said, points), ``calibration`` (probability of driving by
    tenths: stated, found, points), ``log_loss`` [nat], ``traces``, ``points``, ``rows_in`` =
    ``points`` + ``rows_rejected``, ``unreadable`` and ``findings``; ``held_out`` where the traces
    are called as the published ones are: ``traces``, ``points`` and ``accuracy`` of the fixed fifth
    that was never fitted, ``fitted`` = how many of the others there are.

    Raises
    ------
    TanluError
        TL410 when nothing in the source can be read as a trace.

    Notes
    -----
    Points of one trace resemble each other, so the interval is that of a ratio over traces
    (Cochran 1977, Sampling Techniques, 2.11):
    s² = n / (n − 1) · Σ(right − accuracy · points)² / (Σ points)².
    """
    read = labelled(Path(source))
    said = classify(read.traces).with_columns(right=pl.col("mode") == pl.col("truth"))
    by_trace = said.group_by("trace").agg(pl.col("right").sum(), points=pl.len())
    accuracy = int(said["right"].sum()) / said.height
    low, high = _interval(by_trace, accuracy)
    classes = {mode: _class(said, mode) for mode in MODES}
    return {
        "source": str(source),
        "accuracy": _short(accuracy),
        "accuracy_interval": [_short(low), _short(high)],
        "macro_f1": _short(sum(one["f1"] or 0.0 for one in classes.values()) / len(MODES)),
        "classes": classes,
        "confusion": said.group_by("truth", pl.col("mode").alias("said"))
        .agg(points=pl.len()).sort("truth", "said").to_dicts(),
        **_calibration(said),
        "traces": by_trace.height,
        "points": said.height,
        "held_out": _held_out(by_trace),
        "rows_in": read.rows_in,
        "rows_rejected": read.rows_rejected,
        "unreadable": read.unreadable,
        "findings": read.findings.select("code", "subject", "hint", "count").to_dicts(),
    }  # fmt: skip


def _held_out(by_trace: pl.DataFrame) -> dict[str, Any] | None:
    """Judge the fixed fifth alone, chosen by the hash of the name as the fitting script does."""
    names = [Path(trace).stem for trace in by_trace["trace"]]
    if not all(PUBLISHED.fullmatch(name) for name in names):
        return None
    spared = [int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % FIFTH == 0 for name in names]
    part = by_trace.filter(pl.Series(spared, dtype=pl.Boolean))
    points = int(part["points"].sum())
    return {
        "traces": part.height, "points": points, "fitted": by_trace.height - part.height,
        "accuracy": _short(int(part["right"].sum()) / points if points else None),
    }  # fmt: skip


def _short(number: float | None) -> float | None:
    return None if number is None else round(float(number), 6)


def _interval(by_trace: pl.DataFrame, accuracy: float) -> tuple[float | None, float | None]:
    """Give the 95 % interval of the accuracy over traces; one trace says nothing of others."""
    n, points = by_trace.height, int(by_trace["points"].sum())
    if n < 2:
        return None, None
    off = (by_trace["right"] - accuracy * by_trace["points"]).to_numpy()
    error = (float(off @ off) * n / (n - 1)) ** 0.5 / points
    return accuracy - STANDARD_ERRORS * error, min(accuracy + STANDARD_ERRORS * error, 1.0)


def _class(said: pl.DataFrame, mode: str) -> dict[str, Any]:
    """Give precision, recall and F1 of a class; what no row can tell is null."""
    is_so, told = said["truth"] == mode, said["mode"] == mode
    both, points, named = (int(one.sum()) for one in (is_so & told, is_so, told))
    return {
        "precision": _short(both / named if named else None),
        "recall": _short(both / points if points else None),
        "f1": _short(2 * both / (points + named) if points + named else None),
        "points": points,
    }


def _calibration(said: pl.DataFrame) -> dict[str, Any]:
    """Give how often there was driving where the model stated it so likely, and the log loss."""
    driving = pl.col("probability_ppm") / PPM
    stated = pl.col("stated")
    rows = said.select(
        stated=pl.when(pl.col("mode") == "van").then(driving).otherwise(1.0 - driving),
        found=(pl.col("truth") == "van").cast(pl.Float64),
    ).with_columns(likely=pl.when(pl.col("found") == 1.0).then(stated).otherwise(1.0 - stated))
    tenths = (
        rows.group_by((pl.col("stated") * BINS).floor().clip(0, BINS - 1).alias("tenth"))
        .agg(pl.col("stated", "found").mean().round(4), points=pl.len())
        .sort("tenth").drop("tenth")
    )  # fmt: skip
    likely = rows["likely"].clip(0.5 / PPM, 1.0).log()
    return {
        "log_loss": _short(-float(likely.sum()) / rows.height),
        "calibration": tenths.to_dicts(),
    }
