"""Journeys as a record, and as a folder: what devices told, and the truth apart from it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.simulate.journeys.atlas import REGIONS
from tanlu.simulate.journeys.faults import faulty
from tanlu.simulate.journeys.motion import MODES, motion
from tanlu.simulate.journeys.noise import Noise
from tanlu.simulate.journeys.plans import planned
from tanlu.simulate.journeys.tell import told
from tanlu.simulate.stated import table
from tanlu.terms import VERSION, Progress

__all__ = ["Journeys", "journeys", "simulated", "write_journeys"]

_TABLES = ("positions", "events", "readings", "legs", "sections", "nodes", "truth")
_FILES = {
    "positions": "positions.parquet",
    "events": "events.parquet",
    "readings": "readings.parquet",
    "legs": "truth/legs.parquet",
    "sections": "truth/sections.parquet",
    "nodes": "truth/nodes.parquet",
    "truth": "truth/positions.parquet",
}

_LABELS = "truth/faults.parquet"
Facts = dict[str, Any]


@dataclass(frozen=True)
class Journeys:
    """Simulated journeys: what was told, and the truth.

    ``positions`` (schema ``position``), ``events`` (schema ``event``), ``readings`` (``stream,
    device, at, value``); ``legs``, ``sections``, ``nodes`` and ``truth`` (at each fix) are true.
    ``facts`` is what ``journeys.json`` holds; ``labels`` has the faults where some were asked for.
    """

    positions: pl.DataFrame
    events: pl.DataFrame
    readings: pl.DataFrame
    legs: pl.DataFrame
    sections: pl.DataFrame
    nodes: pl.DataFrame
    truth: pl.DataFrame
    facts: Facts
    labels: pl.DataFrame | None = None


def simulated(
    n: int,
    seed: int,
    *,
    region: str = "world",
    noise: Noise | None = None,
    templates: tuple[str, ...] = (),
    faults: Collection[str] = (),
) -> Iterator[Progress]:
    """Simulate journeys one by one; the last ``Progress`` has a ``Journeys`` as its result.

    Raises
    ------
    TanluError
        TL904 without journeys, for a negative seed, or an unknown region.
    """
    known = {row["name"] for row in table("journeys/templates")}
    for name in templates:
        if name not in known:
            raise TanluError("TL904", value=name, why=f"templates are {', '.join(sorted(known))}")
    if region not in REGIONS:
        raise TanluError("TL904", value=region, why=f"regions are {', '.join(REGIONS)}")
    if n < 1 or seed < 0:
        raise TanluError(
            "TL904", value=f"{n}, seed {seed}", why="a count is above 0, a seed not below"
        )
    noise = noise or Noise()
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in _TABLES}
    kept = []
    for number in range(1, n + 1):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, number])))
        made = told(number, planned(region, rng, templates), noise, rng)
        for name, frame in made.frames.items():
            frames[name].append(frame)
        kept.append(made.facts)
        if number < n:
            yield Progress("simulate", number, n, "journeys")
    whole = {name: pl.concat(parts) for name, parts in frames.items()}
    facts = {"n": n, "seed": seed, "region": region, **_facts(noise, kept, whole)}
    whole_ones = Journeys(**whole, facts=facts)
    result = faulty(whole_ones, faults, seed) if faults else whole_ones
    yield Progress("simulate", n, n, "journeys", result)


def journeys(
    n: int,
    seed: int,
    *,
    region: str = "world",
    noise: Noise | None = None,
    templates: tuple[str, ...] = (),
    faults: Collection[str] = (),
) -> Journeys:
    """Give simulated journeys with their truth.

    Parameters
    ----------
    n
        How many.
    seed
        The same seed gives the same tables; by custom seeds below 1,000 are for fitting.
    region
        ``fit`` and ``test`` have no city, port, airport or lane in common; ``world`` has all.
    noise
        What devices make of the truth; the default is the bars of the tracker.
    templates
        Names of ``templates.csv``; all by their weights when empty.
    faults
        Kinds of bad input, as ``faulty`` names them.

    Returns
    -------
    Journeys
        Lengths are along the ellipsoid WGS 84, at the ground.

    Raises
    ------
    TanluError
        TL904 without journeys, for a negative seed, an unknown region or template.
    """
    last = None
    for progress in simulated(
        n, seed, region=region, noise=noise, templates=templates, faults=faults
    ):
        last = progress.result
    assert isinstance(last, Journeys)
    return last


def _facts(noise: Noise, kept: list[dict[str, Any]], whole: dict[str, pl.DataFrame]) -> Facts:
    return {
        "version": VERSION,
        "earth": "WGS 84 ellipsoid",
        "noise": asdict(noise),
        **stated_tortuosity(),
        "rows": {name: frame.height for name, frame in whole.items()},
        "journeys": kept,
    }


def stated_tortuosity() -> Facts:
    """Give what a tracker is told of how ways wind.

    Returns
    -------
    dict
        ``tortuosity``: of each mode the sum of ways over the sum of chords of one to ten minutes;
        ``tortuosity_by_chord``: the same by length of the chord, rows of longest chord [m], ratio
        and its spread [ppm]; ``tortuosity_of_legs``: mean way over chord that curves between
        places are drawn with. Measured by ``tools/simulate/tortuosity.py`` in the region of
        fitting.
    """
    rows: dict[str, list[tuple[int, int, int, int]]] = {mode: [] for mode in MODES}
    for row in table("journeys/tortuosity"):
        names = ("chord_m", "ratio_ppm", "spread_ppm", "count")
        chord, ratio, spread, count = (int(row[name]) for name in names)
        rows[row["mode"]].append((chord, ratio, spread, count))
    whole = {
        mode: sum(ratio * count for _, ratio, _, count in found) / sum(row[3] for row in found)
        for mode, found in rows.items()
    }
    return {
        "tortuosity": {mode: round(ratio / 1e6, 4) for mode, ratio in whole.items()},
        "tortuosity_by_chord": {
            mode: [list(row[:3]) for row in found] for mode, found in rows.items()
        },
        "tortuosity_of_legs": {mode: round(motion(mode).tortuosity, 3) for mode in MODES},
    }


def write_journeys(made: Journeys, out: Path) -> list[Path]:
    """Write journeys as a folder: what was told, ``journeys.json``, and ``truth/``.

    Returns
    -------
    list
        The files.

    Raises
    ------
    TanluError
        TL004 where the folder cannot be written.
    """
    files = []
    try:
        (out / "truth").mkdir(parents=True, exist_ok=True)
        for name, file in _FILES.items():
            frame: pl.DataFrame = getattr(made, name)
            frame.write_parquet(out / file, compression="zstd", compression_level=1)
            files.append(out / file)
        if made.labels is not None:
            made.labels.write_parquet(out / _LABELS, compression="zstd", compression_level=1)
            files.append(out / _LABELS)
        text = json.dumps(made.facts, indent=1, sort_keys=True, ensure_ascii=False)
        (out / "journeys.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise TanluError("TL004", value=out, why=error.strerror or str(error)) from error
    return [*files, out / "journeys.json"]
