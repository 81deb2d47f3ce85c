"""Fit the numbers of tanlu.track.courier: PYTHONPATH=src python tools/track/fit_courier.py TRACES.zip

What is fitted is small and what is learned is noisy, so there is a teacher: boosted trees that see
the features of the beats around, and many chains from different starts. What it says of traces that
it was not fitted on is mixed with the labels; the kept chain is fitted to that. Traces whose name
hashes into the fifth that is held out (``held_out``) are never used, not even by the teacher.

The same traces and seed give a table as good, not the same digits: the last bits of sums hang on
libraries, processor and threads, and the optimiser carries them on.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.optimize import minimize
from sklearn.ensemble import HistGradientBoostingClassifier
from training import loss, marginals

from tanlu.track.courier.beats import beats_of
from tanlu.track.courier.features import features
from tanlu.track.courier.model import AFTER, CONSTANT
from tanlu.track.courier.reading import labelled

HERE = Path(__file__).resolve().parent
TABLE = HERE.parents[1] / "src/tanlu/track/courier/parameters.csv"
STATES = ("walk_a", "walk_b", "walk_c", "van_a", "van_b", "van_c")
DRIVING = np.array([name.startswith("van") for name in STATES])
S = len(STATES)
# rounds of the optimiser, weight of squares of weights and of transitions
ROUNDS, PENALTY, PENALTY_FOLLOWS = 150, 5.0, 0.5
# the teacher: beats around that its trees see, chains it has, folds, share of its word
AROUND, CHAINS, FOLDS, SHARE = (-5, -2, -1, 1, 2, 5), 4, 5, 0.7
TREES = {
    "max_iter": 220, "learning_rate": 0.05, "max_leaf_nodes": 16, "min_samples_leaf": 60,
    "l2_regularization": 8.0, "max_features": 0.25, "early_stopping": False,
}  # fmt: skip


def held_out(trace: str) -> bool:
    """Tell whether a trace belongs to the fifth that is never fitted and never chosen by.

    The name is that of the file without folder and suffix, as ``trajectory_0322``.
    """
    name = Path(trace).stem
    return int(hashlib.sha256(name.encode()).hexdigest()[:8], 16) % 5 == 0


class Part(NamedTuple):
    """Beats of some traces: features, label (−1 where unknown), ends of the trace, fix or not."""

    rows: np.ndarray
    around: np.ndarray
    label: np.ndarray
    first: np.ndarray
    last: np.ndarray
    trace: np.ndarray

    def of(self, traces: np.ndarray) -> Part:
        inside = np.isin(self.trace, traces)
        place = np.cumsum(inside) - 1
        first, last = place[self.first[inside]], place[self.last[inside]]
        return Part(self.rows[inside], self.around[inside], self.label[inside], first, last,
                    self.trace[inside])  # fmt: skip


class Sample:
    """Labelled traces as beats; ``near`` is the beat of each point."""

    def __init__(self, traces: pl.DataFrame) -> None:
        rows = traces.sort("trace", "at", maintain_order=True)
        number = rows["trace"].rle_id().to_numpy()
        new = np.append(True, np.diff(number) != 0)
        place = rows["x_m"].to_numpy(), rows["y_m"].to_numpy()
        beats = beats_of(rows["at"].to_numpy() / 1e6, *place, new)
        self.truth = (rows["truth"] == "van").to_numpy().astype(int)
        found = features(beats)
        self.names, self.near, self.count = tuple(found), beats.near, int(number[-1]) + 1
        table = np.stack(list(found.values()), axis=1)
        i = np.arange(beats.fix.size)
        shifted = [table[np.clip(i + k, beats.first, beats.last)] for k in AROUND]
        label = np.where(beats.fix >= 0, self.truth[np.maximum(beats.fix, 0)], -1)
        self.all = Part(table, np.concatenate([table, *shifted], axis=1).astype(np.float32), label,
                        beats.first, beats.last, number[beats.fix[beats.first]])  # fmt: skip


class Chain:
    """A chain of hidden states as one vector of numbers, on features of deviation 1."""

    def __init__(self, part: Part) -> None:
        self.mean, self.deviation = part.rows.mean(0), part.rows.std(0)
        k = part.rows.shape[1]
        self.sizes = (k * S, S, S * S)
        self.penalty = np.repeat((PENALTY, 0.01, PENALTY_FOLLOWS), self.sizes)
        self.numbers, self.value = np.zeros(sum(self.sizes)), np.inf

    def parts(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        weights, constant, follows = np.split(numbers, np.cumsum(self.sizes)[:-1])
        return weights.reshape(-1, S), constant, follows.reshape(S, S)

    def fit(self, part: Part, target: np.ndarray, seed: int, rounds: int = ROUNDS) -> Chain:
        draws = np.random.default_rng(seed)
        start = [draws.normal(size=self.sizes[0]) * 0.2, np.zeros(S)]
        follows = np.full((S, S), -3.0) + draws.normal(size=(S, S)) * 0.5
        np.fill_diagonal(follows, 0.0)
        rows, weight = (part.rows - self.mean) / self.deviation, (part.label >= 0).astype(float)

        def value(numbers: np.ndarray) -> tuple[float, np.ndarray]:
            weights, constant, after = self.parts(numbers)
            scores = rows @ weights + constant
            found, out, pairs = loss(
                scores, after, part.first, part.last, DRIVING, target=target, weight=weight
            )
            slope = np.concatenate([(rows.T @ out).ravel(), out.sum(0), pairs.ravel()])
            return found + self.penalty @ numbers**2 / 2, slope + self.penalty * numbers

        options = {"maxiter": rounds, "maxcor": 20}
        begin = np.concatenate([*start, follows.ravel()])
        found = minimize(value, begin, jac=True, method="L-BFGS-B", options=options)
        self.numbers, self.value = found.x, found.fun
        return self

    def odds(self, part: Part) -> np.ndarray:
        weights, constant, after = self.parts(self.numbers)
        scores = (part.rows - self.mean) / self.deviation @ weights + constant
        found, _ = marginals(scores, np.exp(after), part.first, part.last)
        likely = np.clip(found[:, DRIVING].sum(axis=1), 1e-5, 1 - 1e-5)
        return np.log(likely / (1 - likely))


def teacher(part: Part, seed: int) -> np.ndarray:
    """Give log odds for each beat by a teacher that was not fitted on the beat's own trace."""
    names = np.unique(part.trace)
    fold = np.random.default_rng(seed).permutation(names.size) % FOLDS
    odds = np.zeros(part.trace.size)
    for k in range(FOLDS):
        inside = np.isin(part.trace, names[fold == k])
        learn, told = part.of(names[fold != k]), part.of(names[fold == k])
        sure = learn.label >= 0
        trees = HistGradientBoostingClassifier(**TREES, random_state=seed)
        trees.fit(learn.around[sure], learn.label[sure])
        by_trees = trees.decision_function(told.around)
        hard = (learn.label == 1).astype(float)
        chains = [
            Chain(learn).fit(learn, hard, seed + one, 100).odds(told) for one in range(CHAINS)
        ]
        odds[inside] = (by_trees + np.mean(chains, axis=0)) / 2
    return odds


def best(part: Part, seed: int, restarts: int) -> tuple[Chain, np.ndarray]:
    """Give the best of some chains fitted to labels mixed with what the teacher says, and that."""
    said = teacher(part, seed)
    return student(part, said, seed, restarts), said


def student(part: Part, said: np.ndarray, seed: int, restarts: int) -> Chain:
    """Give the chain of the least loss among those from different starts."""
    target = SHARE / (1 + np.exp(-said)) + (1 - SHARE) * (part.label == 1)
    chains = [Chain(part).fit(part, target, seed + k) for k in range(restarts)]
    return min(chains, key=lambda one: one.value)


def table(chain: Chain, names: tuple[str, ...]) -> list[tuple[str, str, list[float]]]:
    """Give the rows of the table; only differences of scores tell, so the first state has none."""
    weights, constant, follows = chain.parts(chain.numbers)
    weights = (weights - weights[:, :1]) / chain.deviation[:, None]
    rows = [(name, f"{chain.mean[k]:.4g}", list(weights[k])) for k, name in enumerate(names)]
    rows.append((CONSTANT, "", list(constant - constant[0])))
    # the weights of all transitions may be multiplied by one number
    rows += [
        (f"{AFTER}{state}", "", list(follows[s] - follows[0, 0])) for s, state in enumerate(STATES)
    ]
    return rows


def write(rows: list[tuple[str, str, list[float]]], path: Path) -> int:
    """Write the table; give how many numbers it has."""
    with path.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out, lineterminator="\n")
        lines.writerow(["of", "typical", *STATES])
        for name, typical, row in rows:
            cells = [f"{number:.4g}" if number else "" for number in row]
            lines.writerow([name, typical, *cells])
    return sum(bool(typical) + sum(number != 0 for number in row) for _, typical, row in rows)


def right(sample: Sample, odds: np.ndarray) -> float:
    """Give the share of points that odds at the beats tell rightly."""
    return float(((odds[sample.near] > 0) == (sample.truth == 1)).mean())


def crossed(sample: Sample, rounds: int, seed: int) -> list[float]:
    """Give the accuracy by cross-validation over traces, the teacher fitted anew in each fold."""
    found = []
    for number in range(rounds):
        fold = np.random.default_rng(seed + 100 + number).permutation(sample.count) % 5
        odds = np.zeros(sample.all.trace.size)
        for k in range(5):
            learn = sample.all.of(np.unique(sample.all.trace)[fold != k])
            asked = np.unique(sample.all.trace)[fold == k]
            chain, _ = best(learn, seed, 1)
            odds[np.isin(sample.all.trace, asked)] = chain.odds(sample.all.of(asked))
        found.append(right(sample, odds))
        print(f"  round {number + 1}: {found[-1]:.4f}", flush=True)
    return found


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("traces", type=Path)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--restarts", type=int, default=3)
    words.add_argument("--rounds", type=int, default=0, help="rounds of cross-validation first")
    words.add_argument("--out", type=Path, default=TABLE)
    asked = words.parse_args()
    began = time.monotonic()
    traces = labelled(asked.traces).traces
    kept = traces.filter(~pl.col("trace").map_elements(held_out, return_dtype=pl.Boolean))
    sample = Sample(kept)
    print(f"{sample.count} traces, {kept.height} points, {len(sample.names)} features")
    for found in crossed(sample, asked.rounds, asked.seed) if asked.rounds else []:
        print(f"cross-validation {found:.4f}")
    chain, said = best(sample.all, asked.seed, asked.restarts)
    print(f"teacher, on traces that it had not seen: {right(sample, said):.4f}")
    count = write(table(chain, sample.names), asked.out)
    print(f"{count} numbers in {asked.out.name}, {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
