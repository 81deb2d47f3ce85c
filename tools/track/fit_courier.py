"""Fit the numbers of tanlu.track.courier: PYTHONPATH=src python tools/track/fit_courier.py TRACES.zip

Traces whose name hashes into the fifth that is held out (see ``held_out``) are never read in.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import time
from pathlib import Path

import numpy as np
import polars as pl
from scipy.optimize import minimize
from training import UNKNOWN, loss

from tanlu.track.courier.beats import beats_of
from tanlu.track.courier.chain import posterior
from tanlu.track.courier.features import features
from tanlu.track.courier.model import CONSTANT, Scores, mirrored
from tanlu.track.courier.reading import labelled

HERE = Path(__file__).resolve().parent
TABLE = HERE.parents[1] / "src/tanlu/track/courier/parameters.csv"
UNITS, RESTARTS, ROUNDS, PENALTY = 6, 8, 200, 15.0

SUMS = Scores._fields


def held_out(trace: str) -> bool:
    """Tell whether a trace belongs to the fifth that is never fitted and never chosen by.

    The name is that of the file without folder and suffix, as ``trajectory_0322``.
    """
    name = Path(trace).stem
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 5 == 0


class Sample:
    """Features and labels at the beats of traces."""

    def __init__(self, traces: pl.DataFrame) -> None:
        rows = traces.sort("trace", "at", maintain_order=True)
        number = rows["trace"].rle_id().to_numpy()
        new = np.append(True, np.diff(number) != 0)
        place = rows["x_m"].to_numpy(), rows["y_m"].to_numpy()
        self.beats = beats_of(rows["at"].to_numpy() / 1e6, *place, new)
        self.truth = (rows["truth"] == "van").to_numpy().astype(int)
        found = features(self.beats)
        self.names = tuple(found)
        self.rows = np.stack(list(found.values()), axis=1)
        fix = self.beats.fix
        self.label = np.where(fix >= 0, self.truth[np.maximum(fix, 0)], UNKNOWN)
        self.trace = np.cumsum(self.beats.first == np.arange(fix.size)) - 1

    def part(self, traces: np.ndarray) -> tuple[np.ndarray, ...]:
        """Give rows, labels, first and last beats of some traces."""
        inside = np.isin(self.trace, traces)
        place = np.cumsum(inside) - 1
        first, last = (place[one[inside]] for one in (self.beats.first, self.beats.last))
        return self.rows[inside], self.label[inside], first, last


class Fit:
    """The model as one vector of numbers, on features of mean 0 and deviation 1."""

    def __init__(self, sample: Sample, units: int = UNITS, penalty: float = PENALTY) -> None:
        self.names, self.units = sample.names, units
        self.twin = list(mirrored(self.names))
        self.mean, self.deviation = sample.rows.mean(0), sample.rows.std(0)
        k = len(self.names)
        self.sizes = (k * units, units, units * 3, units * 3, 3)
        weights = (penalty, penalty / 5, penalty, penalty, 0.0)
        self.penalty = np.repeat(weights, self.sizes)

    def parts(self, numbers: np.ndarray) -> tuple[np.ndarray, ...]:
        inner, inner_0, outer, back, outer_0 = np.split(numbers, np.cumsum(self.sizes)[:-1])
        shape = (self.units, 3)
        return inner.reshape(-1, self.units), inner_0, outer.reshape(shape), back.reshape(shape), outer_0

    def scores(self, numbers: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, ...]:
        inner, inner_0, outer, back, outer_0 = self.parts(numbers)
        ahead, behind = np.tanh(rows @ inner + inner_0), np.tanh(rows[:, self.twin] @ inner + inner_0)
        return ahead @ outer + behind @ back + outer_0, ahead, behind

    def value(self, numbers, rows, label, first, last):
        """Give what is minimised and its gradient."""
        _, _, outer, back, _ = self.parts(numbers)
        scores, ahead, behind = self.scores(numbers, rows)
        found, out = loss(scores, label, first, last)
        in_ahead = (out @ outer.T) * (1 - ahead**2)
        in_behind = (out @ back.T) * (1 - behind**2)
        slope = (
            (rows.T @ in_ahead + rows[:, self.twin].T @ in_behind).ravel(),
            in_ahead.sum(0) + in_behind.sum(0),
            (ahead.T @ out).ravel(), (behind.T @ out).ravel(), out.sum(0),
        )  # fmt: skip
        return found + self.penalty @ numbers**2 / 2, np.concatenate(slope) + self.penalty * numbers

    def start(self, seed: int) -> np.ndarray:
        draws = np.random.default_rng(seed)
        inner, inner_0, outer, back, _ = self.sizes
        return np.concatenate([
            draws.normal(size=inner) * 0.7 / np.sqrt(len(self.names)), draws.normal(size=inner_0) * 0.3,
            draws.normal(size=outer + back) * 0.4, [0.0, -2.0, -2.0],
        ])  # fmt: skip

    def best(self, part, restarts: int, seed: int, rounds: int) -> np.ndarray:
        """Give the numbers of the lowest value among restarts."""
        rows, *rest = part
        data = ((rows - self.mean) / self.deviation, *rest)
        options = {"maxiter": rounds, "maxcor": 25}
        found = [
            minimize(self.value, self.start(seed + k), args=data, jac=True, method="L-BFGS-B", options=options)
            for k in range(restarts)
        ]
        return min(found, key=lambda one: one.fun).x

    def odds(self, numbers, part) -> np.ndarray:
        rows, _, first, _ = part
        scores, *_ = self.scores(numbers, (rows - self.mean) / self.deviation)
        return posterior(*np.ascontiguousarray(scores.T), first)


def write(fit: Fit, numbers: np.ndarray, path: Path) -> int:
    """Write the table, with mean and deviation folded into the weights; give how many numbers."""
    inner, inner_0, outer, back, outer_0 = fit.parts(numbers)
    inner = inner / fit.deviation[:, None]
    inner_0 = inner_0 - fit.mean @ inner
    units = [f"unit_{k + 1}" for k in range(fit.units)]
    lines = [("inner", name, fit.mean[k], inner[k]) for k, name in enumerate(fit.names)]
    lines.append(("inner", CONSTANT, None, inner_0))
    lines += [("outer", name, outer_0[k], outer[:, k]) for k, name in enumerate(SUMS)]
    lines += [("outer_back", name, None, back[:, k]) for k, name in enumerate(SUMS)]
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow(["layer", "of", "typical", *units])
        for layer, name, typical, row in lines:
            said = "" if typical is None else f"{typical:.4g}"
            table.writerow([layer, name, said, *(f"{number:.4g}" for number in row)])
    return sum(len(row) + (typical is not None) for _, _, typical, row in lines)


def crossed(sample: Sample, restarts: int, repeats: int, seed: int) -> list[float]:
    """Give the accuracy over points by five-fold cross-validation over traces, repeated."""
    traces = sample.trace.max() + 1
    found = []
    for repeat in range(repeats):
        fold = np.random.default_rng(seed + 100 + repeat).permutation(traces) % 5
        odds = np.zeros(sample.trace.size)
        for k in range(5):
            fit = Fit(sample)
            numbers = fit.best(sample.part(np.flatnonzero(fold != k)), restarts, seed, ROUNDS)
            odds[fold[sample.trace] == k] = fit.odds(numbers, sample.part(np.flatnonzero(fold == k)))
        found.append(float(((odds[sample.beats.near] > 0) == (sample.truth == 1)).mean()))
        print(f"  round {repeat + 1}: {found[-1]:.4f}")
    return found


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("traces", type=Path)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--restarts", type=int, default=RESTARTS)
    words.add_argument("--repeats", type=int, default=0, help="rounds of cross-validation first")
    words.add_argument("--out", type=Path, default=TABLE)
    asked = words.parse_args()
    began = time.monotonic()
    traces = labelled(asked.traces).traces
    kept = traces.filter(~pl.col("trace").map_elements(held_out, return_dtype=pl.Boolean))
    sample = Sample(kept)
    print(f"{kept['trace'].n_unique()} traces, {kept.height} points, {len(sample.names)} features")
    if asked.repeats:
        found = crossed(sample, asked.restarts, asked.repeats, asked.seed)
        print(f"cross-validation {np.mean(found):.4f} ± {np.std(found):.4f}")
    fit = Fit(sample)
    numbers = fit.best(sample.part(np.arange(sample.trace.max() + 1)), asked.restarts, asked.seed, ROUNDS)
    count = write(fit, numbers, asked.out)
    print(f"{count} numbers in {asked.out.name}, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
