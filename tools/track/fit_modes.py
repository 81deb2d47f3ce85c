"""Rebuild src/tanlu/track/modes/parameters.csv: what each mode looks like to the tracker.

Journeys are simulated in the region ``fit`` with seeds below 1,000, fused, and cut at their stays;
every true leg gives its features. A mode's features of a group are told by their mean and spread,
for each class of sampling. Where legs are few, the spread leans on that of all samplings. The same
seeds give the same table: PYTHONPATH=src python tools/track/fit_modes.py
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tanlu.simulate.journeys import journeys
from tanlu.track.fuse import fuse
from tanlu.track.modes.cutting import columns, cut
from tanlu.track.modes.features import EDGES, FEATURES, PLUS, describe, sampled, sums
from tanlu.track.modes.lattice import far
from tanlu.track.modes.measuring import HIGH, LOW
from tanlu.track.modes.parameters import MOVING, SAMPLINGS, STAYS_S

if TYPE_CHECKING:
    import polars as pl

TARGET = Path(__file__).resolve().parents[2] / "src/tanlu/track/modes/parameters.csv"
# legs of each cell that the spread over all samplings is worth, and the least spread of a feature
PRIOR, LEAST = 12.0, 0.05
NEAR_US = 600_000_000


def gathered(fixes: pl.DataFrame, legs: pl.DataFrame) -> tuple[list[tuple], np.ndarray]:
    """Give of each true leg (mode, sampling, features), and of stays how many broke (by class)."""
    c = columns(fixes)
    k = cut(c)
    names = fixes["device"].rle().struct.field("value").to_list()
    true = legs.partition_by("device", as_dict=True)
    found, broke = [], np.zeros((len(STAYS_S) + 1, 2))
    for g, name in enumerate(names):
        a, b = int(k.stays[g]), int(k.stays[g + 1])
        run = np.zeros((b, PLUS))
        sums(a, b, k.span, k.moves, k.wet, run)
        edges = set()
        for leg in true[(name,)].iter_rows(named=True):
            i = a + int(np.argmin(np.abs(k.span[a:b, 1] - leg["start"])))
            j = a + int(np.argmin(np.abs(k.span[a:b, 0] - leg["end"])))
            off = max(abs(k.span[i, 1] - leg["start"]), abs(k.span[j, 0] - leg["end"]))
            if i >= j or off > NEAR_US:
                continue
            edges |= {i, j}
            climb = k.moves[i:j, HIGH].max() - k.moves[i:j, LOW].min()
            lat, lon = c.lat[k.first], c.lon[k.first]
            apart = far(lat[i], lon[i], lat[j], lon[j])
            out = np.empty(len(FEATURES))
            describe(run[j], run[i], run[i + 1], k.away[i], k.away[j], apart, climb, out)
            found.append((leg["mode"], sampled(run[j], run[i]), out))
        for s in range(a + 1, b - 1):
            stood = (k.span[s, 1] - k.span[s, 0]) * 1e-6
            broke[int(np.searchsorted(STAYS_S, stood)), int(s in edges)] += 1
    return found, broke


def rows(found: list[tuple], broke: np.ndarray) -> list[dict[str, object]]:
    """Give the rows of the table."""
    out: list[dict[str, object]] = []
    for mode in MOVING:
        every = np.array([each for kind, _, each in found if kind == mode])
        for number, sampling in enumerate(SAMPLINGS):
            here = np.array([e for kind, s, e in found if kind == mode and s == number])
            out += _cell(mode, sampling, here.reshape(-1, len(FEATURES)), every)
    for place, (kept, ended) in enumerate(broke):
        chance = (ended + 0.5) / (kept + ended + 10.0)
        out.append({"what": "break", "feature": place, "mean": f"{chance:.5g}"})
    return out


def _cell(mode: str, sampling: str, here: np.ndarray, every: np.ndarray) -> list[dict[str, object]]:
    share = len(here) / (len(here) + PRIOR)
    centre = every.mean(axis=0)
    mean = share * here.mean(axis=0) + (1 - share) * centre if len(here) else centre
    wide = (every - centre).T @ (every - centre) / len(every)
    own = (here - mean).T @ (here - mean) / len(here) if len(here) else wide
    spread = share * own + (1 - share) * wide + np.eye(len(FEATURES)) * LEAST**2
    out = []
    for low, high in zip(EDGES, EDGES[1:], strict=False):
        for place in range(low, high):
            told = {f"with_{n + 1}": f"{spread[place, low + n]:.4g}" for n in range(place - low + 1)}
            out.append({
                "what": "mode", "mode": mode, "sampling": sampling, "feature": FEATURES[place],
                "mean": f"{mean[place]:.4g}", **told,
            })  # fmt: skip
    return out


def write(table: list[dict[str, object]]) -> None:
    """Write the table."""
    names = ["what", "mode", "sampling", "feature", "mean", *(f"with_{n}" for n in range(1, 5))]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)


def main() -> None:
    """Simulate, measure, write."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seeds", type=int, default=12)
    words.add_argument("--journeys", type=int, default=100)
    told = words.parse_args()
    found: list[tuple] = []
    broke = np.zeros((len(STAYS_S) + 1, 2))
    for seed in range(1, told.seeds + 1):
        made = journeys(told.journeys, seed, region="fit")
        more, ends = gathered(fuse(made.positions).fixes, made.legs)
        found += more
        broke += ends
    write(rows(found, broke))


if __name__ == "__main__":
    main()
