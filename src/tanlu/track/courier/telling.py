"""Runs of one mode, and what told for and against each."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl

from tanlu.track.courier.classifying import MODES, PPM, Read, judged
from tanlu.track.courier.model import Model, model

__all__ = ["segments"]

# what the order of the beats told, beside the features of each
COURSE = "course"


def segments(traces: pl.DataFrame) -> pl.DataFrame:
    """Give the runs of one mode in each trace, with the reasons.

    Parameters
    ----------
    traces
        As for ``classify``.

    Returns
    -------
    ``trace``, ``number`` (from 1), ``mode``, ``start``, ``end`` [us, first and last fix],
    ``fixes``, ``mode_ppm`` (mean probability of the mode [ppm]) and ``why``: canonical JSON of the
    log odds for the mode (against it where negative) that each feature gave, averaged over the
    fixes; ``course`` is what the fixes before and after told. They add up to the mean log odds.

    Raises
    ------
    TanluError
        TL411 when a column is missing or is not of numbers.
    """
    rows, found = judged(traces)
    near = found.beats.near
    driving = found.odds[near] > 0.0
    new = np.ones(driving.size, np.bool_)
    new[1:] = (np.diff(driving) != 0) | (np.diff(found.beats.first[near]) != 0)
    starts = np.flatnonzero(new)
    told = _told(model(), found)
    names = (*model().names, COURSE)
    count = np.diff(np.append(starts, driving.size))
    mean = np.add.reduceat(told[near], starts) / count[:, None] if starts.size else told[:0]
    sign = np.where(driving[starts], 1.0, -1.0)
    sure = 1.0 / (1.0 + np.exp(-np.abs(found.odds[near])))
    likely = np.add.reduceat(sure, starts) / count if starts.size else sure
    ends = starts + count - 1
    return pl.DataFrame({
        "trace": rows["trace"].gather(starts),
        "mode": [MODES[int(one)] for one in driving[starts]],
        "start": rows["at"].gather(starts),
        "end": rows["at"].gather(ends),
        "fixes": count,
        "mode_ppm": np.floor(likely * PPM + 0.5).astype(np.int64),
        "why": [_said(names, row) for row in mean * sign[:, None]],
    }, schema_overrides={"mode": pl.String, "why": pl.String, "fixes": pl.Int64}).with_columns(
        number=pl.int_range(1, pl.len() + 1).over("trace")
    ).select("trace", "number", "mode", "start", "end", "fixes", "mode_ppm", "why")  # fmt: skip


def _told(fitted: Model, found: Read) -> Any:
    """Give the log odds of driving that each feature gave at each beat, then the rest.

    A feature gives value · (its weight in the likely states of driving − in those on foot).
    """
    inside = [found.states * mask for mask in (fitted.driving, ~fitted.driving)]
    driving, foot = (one / np.maximum(one.sum(axis=1, keepdims=True), 1e-12) for one in inside)
    told = found.rows * ((driving - foot) @ fitted.weights.T)
    return np.column_stack([told, found.odds - told.sum(axis=1)])


def _said(names: tuple[str, ...], row: Any) -> str:
    told = {name: round(float(value), 2) + 0.0 for name, value in zip(names, row, strict=True)}
    return json.dumps(told, sort_keys=True, separators=(",", ":"))
