"""Nodes: where a device began, ended, stopped, changed its mode, crossed a border or its gauge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tanlu.terms import place, schema
from tanlu.track.modes.cuts.around import KINDS, terminals
from tanlu.track.modes.naming import hashes
from tanlu.track.modes.parameters import MODES
from tanlu.track.modes.piecing import BEGIN, DEVICE, END, MODE, Pieces

if TYPE_CHECKING:
    import numpy.typing as npt

    from tanlu.track.modes.cuts.cutting import Columns, Cut

__all__ = ["nodes"]

# a terminal, and a crossing, is what a stay is at when it lies so near [m]
REACH_M = {"airport": 6_000.0, "port": 12_000.0, "rail": 8_000.0}
CROSSING_M = 4_000.0
TERMINAL = {"air": "airport", "sea": "port", "inland": "port", "train": "rail"}


def nodes(c: Columns, k: Cut, p: Pieces, names: pl.Series) -> pl.DataFrame:
    """Give the nodes as a table: every stay that is a segment, and where a device moves at an end.

    The probability of a transfer is that of a change of mode there over all ways to cut the
    device's stays into legs; of an end it is one; of a stop or border, that it stood.
    """
    stay, before, after = _places(p)
    device = np.searchsorted(k.stays, stay, side="right") - 1
    span = k.span[stay]
    spot = _spots(c, k, p, stay)
    near = _terminals(k, stay, before, after)
    frame = pl.DataFrame({
        "node_id": hashes(names, device, span[:, 0], "node"),
        "device": names.gather(device),
        "arrival": span[:, 0], "departure": span[:, 1],
        "arrival_sigma_us": span[:, 2], "departure_sigma_us": span[:, 3],
        "lat_e7": spot[:, 0], "lon_e7": spot[:, 1], "sigma_mm": spot[:, 2],
        "place": near["place"], "terminal": near["terminal"],
        "mode_before": pl.Series(MODES).gather(before + 1),
        "mode_after": pl.Series(MODES).gather(after + 1),
        "changes": p.ends[stay, 1], "first": before < 0, "last": after < 0,
    })  # fmt: skip
    made = _crossed(frame.with_columns(
        pl.when(~pl.col("first")).then("mode_before"), pl.when(~pl.col("last")).then("mode_after"),
        number=pl.int_range(1, pl.len() + 1).over("device"),
    ))  # fmt: skip
    return schema("node").fit(made.select(schema("node").names))


def _places(p: Pieces) -> tuple[npt.NDArray[np.int64], ...]:
    """Give the stays that are nodes in order, with the modes before and after (-1: none)."""
    what = p.what
    still = what[:, MODE] < 0
    rows = what.shape[0]
    # devices of a single fix have no piece at all
    begins = np.ones(rows, np.bool_)
    begins[1:] = what[1:, DEVICE] != what[:-1, DEVICE]
    ends = np.append(begins[1:], True)[:rows]
    behind, ahead = np.roll(what[:, MODE], 1), np.roll(what[:, MODE], -1)
    behind[begins], ahead[ends] = -1, -1
    number = np.arange(rows) * 3
    # a stay; a move that begins or ends a device; a move that follows on another
    lone = ~still & (begins | (behind >= 0))
    done = ~still & ends
    stay = np.concatenate([what[still, BEGIN], what[lone, BEGIN], what[done, END]])
    before = np.concatenate([behind[still], behind[lone], what[done, MODE]])
    after = np.concatenate([ahead[still], what[lone, MODE], np.full(int(done.sum()), -1)])
    order = np.argsort(np.concatenate([number[still], number[lone] - 1, number[done] + 1]))
    return stay[order], before[order], after[order]


def _spots(c: Columns, k: Cut, p: Pieces, stay: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Give where the stays are: the mean of a stay, the fix where nothing stands."""
    fix = k.first[stay]
    spot = np.column_stack([c.lat[fix], c.lon[fix], c.sigma[fix]])
    still = p.what[:, MODE] < 0
    known = np.full(k.first.size, -1)
    known[p.what[still, BEGIN]] = np.flatnonzero(still)
    row = known[stay]
    return np.where((row >= 0)[:, None], p.place[row], spot)


def _terminals(
    k: Cut, stay: npt.NDArray[np.int64], before: npt.NDArray[np.int64],
    after: npt.NDArray[np.int64],
) -> dict[str, list[str | None]]:  # fmt: skip
    """Give code and kind of the terminal that the modes call for, where one is near."""
    found: dict[str, list[str | None]] = {"place": [], "terminal": []}
    rows = zip(stay.tolist(), before.tolist(), after.tolist(), strict=True)
    for row, one, other in rows:
        kinds = {TERMINAL.get(MODES[mode + 1]) for mode in (one, other) if mode >= 0} - {None}
        changes = one != other
        kind = next((each for each in KINDS if each in kinds), None) if changes else None
        code = None
        if kind and k.away[row, KINDS.index(kind)] < REACH_M[kind]:
            code = terminals(kind).code[k.near[row, KINDS.index(kind)]]
        found["place"].append(code)
        found["terminal"].append(kind or ("site" if changes else None))
    return found


def _crossed(frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``kind`` and its probability; a stay at a crossing of its mode is one at a border."""
    rail, road = (_crossing(frame, mode) for mode in ("rail", "road"))
    train = (pl.col("mode_before") == "train") & (pl.col("mode_after") == "train")
    wheels = pl.col("mode_before").is_in(["truck", "van"]) & pl.col("mode_after").is_in(
        ["truck", "van"]
    )
    end = pl.col("first") | pl.col("last")
    change = pl.col("mode_before") != pl.col("mode_after")
    there = pl.when(train).then(rail["code"]).when(wheels).then(road["code"])
    breaks = train & rail["breaks"]
    kind = (
        pl.when(end).then(pl.lit("end"))
        .when(change).then(pl.lit("transfer"))
        .when(breaks.fill_null(value=False)).then(pl.lit("gauge"))
        .when(there.is_not_null()).then(pl.lit("border"))
        .otherwise(pl.lit("stop"))
    )  # fmt: skip
    sure = pl.when(end).then(1.0).when(change).then("changes").otherwise(1.0 - pl.col("changes"))
    return frame.with_columns(
        kind=kind,
        place=pl.when(~end & ~change & there.is_not_null()).then(there).otherwise("place"),
        terminal=pl.when(~end & ~change & train & there.is_not_null())
        .then(pl.lit("rail")).when(~end & ~change & there.is_not_null()).then(pl.lit("road"))
        .otherwise("terminal"),
        probability_ppm=(sure.clip(0.0, 1.0) * 1e6 + 0.5).floor().cast(pl.Int64),
    )  # fmt: skip


def _crossing(frame: pl.DataFrame, mode: str) -> pl.DataFrame:
    """Give ``code`` and ``breaks`` of the crossing that a node lies at, null where none is."""
    told = place.crossings().filter(mode=mode)
    lat, lon = (np.radians(frame[name].to_numpy() * 1e-7) for name in ("lat_e7", "lon_e7"))
    there = [np.radians(told[name].to_numpy() * 1e-7) for name in ("lat_e7", "lon_e7")]
    up = lat[:, None] - there[0][None, :]
    side = np.abs(lon[:, None] - there[1][None, :])
    side = np.minimum(side, 2 * np.pi - side) * np.cos(lat)[:, None]
    away = np.hypot(up, side) * 6_371_008.8
    best = away.argmin(axis=1)
    near = away[np.arange(best.size), best] < CROSSING_M
    rows: pl.DataFrame = told.select("code", breaks=pl.col("gauge_mm_a") != pl.col("gauge_mm_b"))[
        best
    ]
    found: pl.DataFrame = rows.with_columns(
        pl.when(pl.Series(near)).then("code"),
        breaks=pl.col("breaks").fill_null(value=False) & pl.Series(near),
    )
    return found
