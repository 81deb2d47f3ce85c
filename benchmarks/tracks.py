"""Positions to fixes and to legs: the full model and one, a bare scan, and filterpy's smoother.

``python -m benchmarks.tracks [ROWS]`` prints one JSON object: the chain fuse → modes → legs with
the full model and with one beside the scan, in the same run, taking turns: positions a second of
the clock and a CPU-second, with the load of the machine.

The scan reads the same columns from a file and sums them: what any program must do at least.
filterpy filters and smooths the same positions with one constant-velocity model of four states
(``KalmanFilter.predict``, ``update``, ``rts_smoother``), a device after the other: no jumps, no
outages, no ways, no regimes, so it does less.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

Motion = Literal["full", "one"]
SEED, EVERY_S, DEVICE = 17, 5, 1_000
# what filterpy is asked for: enough to be measured, few enough to be waited for
FEW = 20_000


def positions(rows: int) -> pl.DataFrame:
    """Give positions of devices of 1,000 fixes: 5 m of noise, 1 % jumps, outages of 5 min."""
    rng = np.random.default_rng(SEED)
    count = -(-rows // DEVICE)
    shape = (count, DEVICE)
    lost = rng.random(shape) < 0.004
    t = np.cumsum(np.where(lost, 300 + EVERY_S, EVERY_S), axis=1)
    speed = rng.choice([1.4, 6.0, 14.0, 25.0], (count, 1)) * (
        np.cumsum(rng.normal(0, 0.02, shape), axis=1) + 1
    ).clip(0.2, 1.5)
    speed = np.where(np.sin(np.arange(DEVICE) / 25 + rng.uniform(0, 6, (count, 1))) > 0.9, 0, speed)
    heading = np.cumsum(rng.normal(0, 0.1, shape), axis=1)
    step = np.diff(t, axis=1, prepend=0)
    east = np.cumsum(speed * np.cos(heading) * step, axis=1) + rng.normal(0, 5, shape)
    north = np.cumsum(speed * np.sin(heading) * step, axis=1) + rng.normal(0, 5, shape)
    east += np.where(rng.random(shape) < 0.01, rng.uniform(-500, 500, shape), 0)
    return pl.DataFrame({
        "device": np.repeat([f"device/{n:06d}" for n in range(count)], DEVICE),
        "seq": np.tile(np.arange(DEVICE), count),
        "at": (1_700_000_000 + t.ravel()) * 1_000_000,
        "lat_e7": 310_000_000 + (north.ravel() * 90).astype(np.int64),
        "lon_e7": 1_210_000_000 + (east.ravel() * 105).astype(np.int64),
        "accuracy_m": np.full(count * DEVICE, 5), "source": ["gnss"] * (count * DEVICE),
    }).head(rows)  # fmt: skip


def ours(rows: int, motion: Motion) -> Callable[[], dict[str, Any]]:
    """Fuse all positions."""
    from tanlu.track.fuse import fuse

    made = positions(rows)
    # what is compiled at first use is no part of the work
    fuse(made.head(DEVICE), motion=motion)

    def once() -> dict[str, Any]:
        found = fuse(made, motion=motion)
        return {"rows": rows, "way_m": int(found.fixes["way_mm"].sum()) // 1000}

    return once


def chain(rows: int, motion: Motion) -> Callable[[], dict[str, Any]]:
    """Track all positions: fixes, segments and nodes, legs and activities."""
    from tanlu.track.legs import finished, loaded
    from tanlu.track.running import tracked

    loads = loaded(None, [])

    def track(made: pl.DataFrame) -> dict[str, Any]:
        batches = tracked([made], loads=loads, motion=motion)
        found = finished([each.moving for each in batches], loads)
        return {"rows": made.height, "way_m": int(found.elements["distance_m"].sum())}

    made = positions(rows)
    # what is compiled at first use is no part of the work
    track(made.head(2 * DEVICE))
    return lambda: track(made)


def scan(rows: int, scratch: Path) -> Callable[[], dict[str, Any]]:
    """Read the same columns and sum them."""
    file = scratch / "positions.parquet"
    positions(rows).write_parquet(file)

    def once() -> dict[str, Any]:
        read = pl.read_parquet(file)
        return {"rows": read.height, "sum": int(read["lat_e7"].sum() + read["lon_e7"].sum())}

    return once


def filterpy(rows: int) -> Callable[[], dict[str, Any]]:
    """Filter and smooth some of the positions with filterpy, a device after the other."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from filterpy.common import Q_discrete_white_noise
        from filterpy.kalman import KalmanFilter

    made = positions(min(rows, FEW))
    devices = [
        np.stack([part["lon_e7"] / 105.0, part["lat_e7"] / 90.0], axis=1)
        for part in made.partition_by("device", maintain_order=True)
    ]

    def once() -> dict[str, Any]:
        for seen in devices:
            model = KalmanFilter(dim_x=4, dim_z=2)
            model.F = np.array([[1, EVERY_S, 0, 0], [0, 1, 0, 0], [0, 0, 1, EVERY_S], [0, 0, 0, 1]])
            model.H = np.array([[1, 0, 0, 0], [0, 0, 1, 0]])
            model.R *= 25.0
            model.P *= 1e4
            model.Q = Q_discrete_white_noise(2, dt=EVERY_S, var=0.1, block_size=2)
            model.x = np.array([seen[0, 0], 0, seen[0, 1], 0])
            states, spreads, _, _ = model.batch_filter(seen)
            model.rts_smoother(states, spreads)
        return {"rows": made.height}

    return once


def main() -> None:
    """Measure the chain beside the scan, and say it."""
    rows, rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000, 3
    told: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        sides = {
            "scan": scan(rows, Path(scratch)), "full": chain(rows, "full"),
            "one": chain(rows, "one"),
        }  # fmt: skip
        for _ in range(rounds):
            for name, side in sides.items():
                wall, cpu = time.perf_counter(), time.process_time()
                side()
                spent = time.perf_counter() - wall, time.process_time() - cpu
                told.setdefault(name, []).append(spent)
    made: dict[str, Any] = {"rows": rows, "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    for name, spent in told.items():
        wall_s, cpu_s = (statistics.median(each) for each in zip(*spent, strict=True))
        made[name] = {
            "wall_s": round(wall_s, 3), "cpu_s": round(cpu_s, 3),
            "per_s": round(rows / wall_s), "per_cpu_s": round(rows / cpu_s),
        }  # fmt: skip
    sys.stdout.write(json.dumps(made) + "\n")


if __name__ == "__main__":
    main()
