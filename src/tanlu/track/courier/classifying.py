"""From fixes of any rate to a mode and its probability, each by all fixes of its trace."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.track.courier.beats import Beats, beats_of
from tanlu.track.courier.chain import posterior
from tanlu.track.courier.features import features
from tanlu.track.courier.model import Model, model

__all__ = ["MODES", "PPM", "Read", "classify", "judged"]

MODES = ("walk", "van")

# a longer silence begins a new trace: nobody knows what happened meanwhile [s]
SILENCE_S = 900.0
PPM = 1_000_000
# mean radius of the earth [m] (IUGG: (2a + b)/3 of WGS 84)
RADIUS_M = 6_371_008.8
# nothing is surer than that: the model saw some ten thousand points
SURE = 1e-5
PLANE, GLOBE = ("x_m", "y_m"), ("lat_e7", "lon_e7")


class Read(NamedTuple):
    """What the model found out about traces: a row a beat, and of each fix the log odds.

    ``states`` is the probability of each hidden state, ``odds`` the log odds of driving.
    """

    beats: Beats
    rows: Any
    states: Any
    odds: Any


def classify(traces: pl.DataFrame) -> pl.DataFrame:
    """Give for each fix whether the courier drove or was on foot.

    Parameters
    ----------
    traces
        Columns ``trace`` (or ``device``), ``at`` [us, or a timestamp], and ``x_m``, ``y_m``
        [m, in any plane] or ``lat_e7``, ``lon_e7`` [1e-7 deg]: the rows of a table of fixes are
        such. Any number of traces, in any order, at any rate from about 1 s to 30 s.

    Returns
    -------
    The rows in their order with ``mode`` (``walk`` or ``van``) and ``probability_ppm`` of that
    mode [ppm]. A row without a time or a place has null in both, and tells nothing of others.

    Raises
    ------
    TanluError
        TL411 when a column is missing or is not of numbers.

    Notes
    -----
    Fixes become beats of about 5 s; hidden states of both modes score each beat by its features,
    and forward–backward joins the beats of the whole trace: a conditional random field with
    hidden states (Quattoni et al. 2007, doi:10.1109/TPAMI.2007.1124). A silence of more than
    15 min begins a new trace. The numbers stand in ``parameters.csv``.
    """
    rows, found = judged(traces)
    odds = found.odds[found.beats.near]
    sure = np.floor(PPM / (1.0 + np.exp(-np.abs(odds))) + 0.5).astype(np.int64)
    said = pl.DataFrame(
        {
            "row": rows["row"],
            "mode": np.where(odds > 0.0, "van", "walk"),
            "probability_ppm": sure,
        },
        schema={"row": pl.UInt32, "mode": pl.String, "probability_ppm": pl.Int64},
    )
    numbered = traces.with_row_index("row").drop("mode", "probability_ppm", strict=False)
    return numbered.join(said, on="row", how="left", maintain_order="left").drop("row")


def judged(traces: pl.DataFrame) -> tuple[pl.DataFrame, Read]:
    """Give the rows that can be used, by trace and time, and what the model found out of them."""
    rows = _rows(traces)
    t = rows["at"].to_numpy() / 1e6
    new = _new(rows["trace"].rle_id().to_numpy(), t)
    beats = beats_of(t, *_plane(rows, new), new)
    return rows, read(model(), beats)


def read(fitted: Model, beats: Beats) -> Read:
    """Give what a model finds out about beats."""
    rows = fitted.rows(features(beats))
    states = posterior(fitted.scores(rows), np.exp(fitted.follows), beats.first, beats.last)
    driving = np.clip(states[:, fitted.driving].sum(axis=1), SURE, 1.0 - SURE)
    return Read(beats, rows, states, np.log(driving / (1.0 - driving)))


def _rows(traces: pl.DataFrame) -> pl.DataFrame:
    """Give trace, at, the two coordinates and the number of the row, sorted; no gap in any."""
    name = "trace" if "trace" in traces.columns else "device"
    axes = PLANE if set(PLANE) <= set(traces.columns) else GLOBE
    lacking = [column for column in (name, "at", *axes) if column not in traces.columns]
    if lacking:
        raise TanluError("TL411", value=", ".join(lacking), why="the column is missing")
    try:
        rows = traces.lazy().with_row_index("row").select(
            "row", pl.col(name).cast(pl.String).alias("trace"),
            _micros(traces.schema["at"]), pl.col(axes).cast(pl.Float64),
        ).collect()  # fmt: skip
    except pl.exceptions.PolarsError as error:
        raise TanluError("TL411", value="at", why="it has no numbers") from error
    whole = pl.all_horizontal(pl.col(axes).is_finite(), pl.col("trace", "at").is_not_null())
    return rows.filter(whole).sort("trace", "at", "row")


def _micros(kind: pl.DataType) -> pl.Expr:
    at = pl.col("at")
    return at.dt.epoch("us") if isinstance(kind, pl.Datetime) else at.cast(pl.Int64)


def _new(trace: Any, t: Any) -> Any:
    """Tell which fixes begin a trace: by name, or after a silence."""
    new = np.ones(t.size, np.bool_)
    new[1:] = (np.diff(trace) != 0) | (np.diff(t) > SILENCE_S)
    return new


def _plane(rows: pl.DataFrame, new: Any) -> tuple[Any, Any]:
    """Give places in a plane [m]; from degrees step by step, so that a far way stays true."""
    if PLANE[0] in rows.columns:
        return rows[PLANE[0]].to_numpy(), rows[PLANE[1]].to_numpy()
    lat, lon = (np.radians(rows[name].to_numpy() / 1e7) for name in GLOBE)
    before = np.arange(lat.size) - ~new
    turn = lon - lon[before]
    east = (turn - 2 * np.pi * np.rint(turn / (2 * np.pi))) * np.cos((lat + lat[before]) / 2)
    return np.cumsum(east) * RADIUS_M, lat * RADIUS_M
