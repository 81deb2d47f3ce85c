"""Couriers with known truth: they drive, park, walk to a door and back, and drive on."""

from __future__ import annotations

import numpy as np
import polars as pl

STARTED = 1_760_000_000_000_000


def courier(seed: int, *, every_s: float = 5.0, rounds: int = 3, name: str | None = None) -> pl.DataFrame:
    """Give a trace with truth: trace, at, x_m, y_m, truth."""
    draws = np.random.default_rng(seed)
    x, y, truth = [0.0], [0.0], []
    angle = draws.uniform(0, 2 * np.pi)
    for _ in range(rounds):
        angle += draws.choice([-1, 0, 1]) * np.pi / 2
        way = draws.uniform(7.0, 10.0) * np.r_[0.4, 0.8, np.ones(int(draws.integers(35, 60))), 0.8, 0.4]
        there = np.r_[np.full(int(draws.integers(25, 40)), draws.uniform(1.1, 1.5)), np.zeros(8)]
        door = np.r_[np.zeros(5), there, -there, np.zeros(5)]
        for steps, toward, mode in ((way, angle, "van"), (door, angle + np.pi / 2, "walk")):
            for step in steps:
                x.append(x[-1] + step * np.cos(toward))
                y.append(y[-1] + step * np.sin(toward))
                truth.append(mode)
    truth.append(truth[-1])
    at = np.arange(0.0, len(x) - 1, every_s)
    k = at.astype(int)
    noise = draws.normal(scale=1.0, size=(2, k.size))
    return pl.DataFrame({
        "trace": [name or f"courier {seed}"] * k.size,
        "at": STARTED + (at * 1e6).astype(np.int64),
        "x_m": np.array(x)[k] + noise[0], "y_m": np.array(y)[k] + noise[1],
        "truth": np.array(truth)[k],
    })  # fmt: skip


def couriers(count: int, **words: float) -> pl.DataFrame:
    """Give several traces with truth."""
    return pl.concat([courier(seed, **words) for seed in range(count)])
