"""Rebuild src/tanlu/track/modes/parameters.csv: what speaks for each mode.

Journeys are simulated in the region ``fit`` with seeds below 1,000, fused, and cut at their stays;
every true leg, and every move within one, gives its features. A logistic regression with equal
weight for each mode is fitted to legs, one to moves; chances of a break by the length of a stay,
and of what follows what, are counted. The same seeds give the same table:
PYTHONPATH=src python tools/track/fit_modes.py
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from tanlu.simulate.journeys import journeys
from tanlu.track.fuse import fuse
from tanlu.track.modes.cuts.cutting import columns, cut
from tanlu.track.modes.cuts.features import EDGES, FEATURES, PLUS, describe, sums
from tanlu.track.modes.cuts.measuring import HIGH, LOW
from tanlu.track.modes.lattice import far
from tanlu.track.modes.parameters import LEVELS, MOVING, SEVERAL, STAYS_S

if TYPE_CHECKING:
    import polars as pl

TARGET = Path(__file__).resolve().parents[2] / "src/tanlu/track/modes/parameters.csv"
NEAR_US = 600_000_000
# inverse strength of the ridge; what is added to each count of one mode after another
RIDGE, SMOOTH = 1.0, 4.0
# a leg too many costs less than two modes in one: odds of a break times this, and what speaks for
# several modes besides [nat]; chosen beside a seed of the region fit on two of the region test
BOLD, WARY = 2.5, 2.0


class Seen:
    """What the fit rests on: features of legs and moves, stays that broke, what followed what."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows: dict[str, list[tuple[str, np.ndarray]]] = {level: [] for level in LEVELS}
        self.broke = np.zeros((len(STAYS_S) + 1, 2))
        self.turns: Counter[tuple[str, str]] = Counter()

    def gather(self, fixes: pl.DataFrame, legs: pl.DataFrame) -> None:
        """Add the journeys of some devices."""
        c = columns(fixes)
        k = cut(c)
        lat, lon = c.lat[k.first], c.lon[k.first]
        true = legs.sort("device", "leg_no").partition_by("device", as_dict=True)
        for g, name in enumerate(fixes["device"].rle().struct.field("value").to_list()):
            a, b = int(k.stays[g]), int(k.stays[g + 1])
            run = np.zeros((b, PLUS))
            sums(a, b, k.stood, k.moves, k.wet, run)

            def told(i: int, j: int, run: np.ndarray = run) -> np.ndarray:
                climb = k.moves[i:j, HIGH].max() - k.moves[i:j, LOW].min()
                out = np.empty(len(FEATURES))
                apart = far(lat[i], lon[i], lat[j], lon[j])
                describe(run[j], run[i], run[i + 1], k.away[i], k.away[j], apart, climb, out)
                return out

            edges: set[int] = set()
            modes, legs_of = [], []
            for leg in true[(name,)].iter_rows(named=True):
                modes.append(leg["mode"])
                i = a + int(np.argmin(np.abs(k.span[a:b, 1] - leg["start"])))
                j = a + int(np.argmin(np.abs(k.span[a:b, 0] - leg["end"])))
                off = max(abs(k.span[i, 1] - leg["start"]), abs(k.span[j, 0] - leg["end"]))
                if i >= j or off > NEAR_US:
                    continue
                edges |= {i, j}
                legs_of.append((leg["mode"], i, j))
                self.rows["leg"].append((leg["mode"], told(i, j)))
                self.rows["move"] += [(leg["mode"], told(s, s + 1)) for s in range(i, j)]
            for one, other in pairwise(legs_of):
                if one[0] != other[0] and one[2] == other[1]:
                    self.rows["leg"].append((SEVERAL, told(one[1], other[2])))
            self.turns.update(pairwise(modes))
            for s in range(a + 1, b - 1):
                self.broke[int(np.searchsorted(STAYS_S, k.stood[s])), int(s in edges)] += 1


def rows(seen: Seen) -> list[dict[str, object]]:
    """Give the rows of the table."""
    out: list[dict[str, object]] = []
    for level in LEVELS:
        out += _regression(level, seen.rows[level])
    for place, (kept, ended) in enumerate(seen.broke):
        odds = BOLD * (ended + 0.5) / (kept + 9.5)
        chance = odds / (1 + odds)
        out.append({"what": "break", "feature": place, "value": f"{chance:.4g}"})
    for one in MOVING:
        count = [seen.turns[one, other] + SMOOTH for other in MOVING]
        out += [
            {"what": "turn", "mode": one, "feature": other, "value": f"{n / sum(count):.4g}"}
            for other, n in zip(MOVING, count, strict=True)
        ]
    return out


def _regression(level: str, found: list[tuple[str, np.ndarray]]) -> list[dict[str, object]]:
    names = [mode for mode, _ in found]
    x = np.array([each for _, each in found])
    # a move ends anywhere: terminals tell of legs only
    used = EDGES[-1] if level == "leg" else EDGES[-2]
    centre, width = x.mean(axis=0), np.maximum(x.std(axis=0), 0.05)
    z = np.clip((x - centre) / width, -4, 4)[:, :used]
    model = LogisticRegression(C=RIDGE, max_iter=4_000, class_weight="balanced").fit(z, names)
    told_of = [mode for mode in (*MOVING, SEVERAL) if mode in model.classes_]
    order = [list(model.classes_).index(mode) for mode in told_of]
    out: list[dict[str, object]] = []
    for place, name in enumerate(FEATURES):
        for what, value in (("centre", centre), ("width", width)):
            told = f"{value[place]:.5g}"
            out.append({"what": what, "level": level, "feature": name, "value": told})
    for mode, row in zip(told_of, order, strict=True):
        base = f"{model.intercept_[row] + WARY * (mode == SEVERAL):.4g}"
        out.append({"what": "base", "level": level, "mode": mode, "value": base})
        out += [
            {"what": "weight", "level": level, "mode": mode, "feature": FEATURES[place],
             "value": f"{model.coef_[row, place]:.4g}"}
            for place in range(used)
        ]  # fmt: skip
    return out


def write(table: list[dict[str, object]]) -> None:
    """Write the table."""
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(
            file, ["what", "level", "mode", "feature", "value"], lineterminator="\n"
        )
        writer.writeheader()
        writer.writerows(table)


def main() -> None:
    """Simulate, measure, write."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--seeds", type=int, default=36)
    words.add_argument("--journeys", type=int, default=100)
    told = words.parse_args()
    seen = Seen()
    for seed in range(1, told.seeds + 1):
        made = journeys(told.journeys, seed, region="fit")
        seen.gather(fuse(made.positions).fixes, made.legs)
    write(rows(seen))


if __name__ == "__main__":
    main()
