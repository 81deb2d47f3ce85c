"""Measure how much longer the ways of the simulator are than their chords, by length of the chord.

Seeds below 1,000 and the region of fitting only: what it writes is stated to the tracker.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tanlu.simulate.journeys.earth import radii
from tanlu.simulate.journeys.motion import MODES
from tanlu.simulate.journeys.plans import planned
from tanlu.simulate.journeys.travel import travelled

OUT = Path(__file__).resolve().parents[2] / "src/tanlu/simulate/journeys/tortuosity.csv"
EDGES = (200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200)
SECONDS = (60, 120, 240, 480, 600)
JOURNEYS = 600


def main() -> None:
    """Write mode, longest chord of the class, ratio of the sums of ways and chords, and spread."""
    found = {(mode, edge): [] for mode in MODES for edge in EDGES}
    for seed in range(JOURNEYS):
        rng = np.random.default_rng([seed % 1_000, 17])
        for piece in travelled(planned("fit", rng), rng):
            if piece.leg is not None:
                gather(piece, found)
    lines = ["mode,chord_m,ratio_ppm,spread_ppm,count"]
    for mode in MODES:
        for edge in EDGES:
            rows = np.array(found[mode, edge])
            if len(rows) < 40:
                continue
            ratio = rows[:, 0].sum() / rows[:, 1].sum()
            spread = (rows[:, 0] / rows[:, 1]).std()
            lines.append(f"{mode},{edge},{round(ratio * 1e6)},{round(spread * 1e6)},{len(rows)}")
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


def gather(piece: object, found: dict[tuple[str, int], list[tuple[float, float]]]) -> None:
    course = piece.course
    for seconds in SECONDS:
        at = np.arange(0.0, course.seconds, seconds)
        way, _ = course.at(at)
        lat, lon, _ = course.place(way)
        north, east = radii((lat[1:] + lat[:-1]) / 2)
        chord = np.hypot(np.diff(lat) * north, np.diff(lon) * east)
        edge = np.searchsorted(EDGES, chord)
        for far, near, place in zip(np.diff(way), chord, edge, strict=True):
            if place < len(EDGES) and near > 50:
                found[piece.mode, EDGES[place]].append((far, near))


if __name__ == "__main__":
    main()
