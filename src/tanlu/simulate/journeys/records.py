"""Journeys as a record, and as a folder: what devices told, and the truth apart from it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
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

__all__ = [
    "Journeys",
    "journeys",
    "simulated",
    "stated_tortuosity",
    "write_journeys",
    "written",
]

CHUNK = 200  # journeys held at once

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

_LABELS, _MAP = "truth/faults.parquet", "network.parquet"
# of the seed of a journey, the stream of chance that draws its map
_DRAWN = 7
Facts = dict[str, Any]


@dataclass(frozen=True)
class Journeys:
    """Simulated journeys: what was told, and the truth.

    ``positions`` (schema ``position``), ``events`` (schema ``event``), ``readings`` (``stream,
    device, at, value``); ``legs``, ``sections``, ``nodes`` and ``truth`` (at each fix) are true.
    ``facts`` is what ``journeys.json`` holds; ``labels`` has the faults and ``network`` the map
    (``line_id, kind, lat_e7, lon_e7, oneway, level``) where they were asked for.
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
    network: pl.DataFrame | None = None


def simulated(
    n: int,
    seed: int,
    *,
    region: str = "world",
    noise: Noise | None = None,
    templates: tuple[str, ...] = (),
    faults: Collection[str] = (),
    network: bool = False,
) -> Iterator[Progress]:
    """Simulate journeys one by one; each 200th ``Progress``, and the last, has a ``Journeys``.

    Its ``Journeys`` are those since the one before; so memory does not grow with ``n``. The words
    are those of ``journeys``.

    Raises
    ------
    TanluError
        TL904 without journeys, for a negative seed, an unknown region, template or fault.
    """
    _possible(n, seed, region, templates)
    noise = noise or Noise()
    names = (*_TABLES, "network") if network else _TABLES
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in names}
    kept: list[Facts] = []
    for number in range(1, n + 1):
        rng = _chance(seed, number)
        drawn = _chance(seed, number, _DRAWN) if network else None
        made = told(number, planned(region, rng, templates), noise, rng, drawn=drawn)
        for name, frame in made.frames.items():
            frames[name].append(frame)
        kept.append(made.facts)
        if number % CHUNK and number < n:
            yield Progress("simulate", number, n, "journeys")
            continue
        whole = {name: pl.concat(parts) for name, parts in frames.items()}
        facts = {"n": n, "seed": seed, "region": region, **_facts(noise, kept, whole)}
        batch = Journeys(**whole, facts=facts)
        if faults:
            batch = faulty(batch, faults, seed + 1_000_000 * ((number - 1) // CHUNK))
        yield Progress("simulate", number, n, "journeys", batch)
        frames, kept = {name: [] for name in names}, []


def _chance(*seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))


def _possible(n: int, seed: int, region: str, templates: tuple[str, ...]) -> None:
    known = {row["name"] for row in table("journeys/templates")}
    for name in templates:
        if name not in known:
            raise TanluError("TL904", value=name, why=f"templates are {', '.join(sorted(known))}")
    if region not in REGIONS:
        raise TanluError("TL904", value=region, why=f"regions are {', '.join(REGIONS)}")
    if n < 1 or seed < 0:
        why = "a count is above 0, a seed not below"
        raise TanluError("TL904", value=f"{n}, seed {seed}", why=why)


def journeys(
    n: int,
    seed: int,
    *,
    region: str = "world",
    noise: Noise | None = None,
    templates: tuple[str, ...] = (),
    faults: Collection[str] = (),
    network: bool = False,
) -> Journeys:
    """Give simulated journeys with their truth.

    Parameters
    ----------
    n
        How many.
    seed
        The same seed gives the same tables; by custom, seeds below 1,000 are for fitting.
    region
        ``fit`` and ``test`` have no city, port, airport or lane in common; ``world`` has all.
    noise
        What devices make of the truth; the default is the bars of the tracker.
    templates
        Names of ``templates.csv``; all by their weights when empty.
    faults
        Kinds of bad input, as ``faulty`` names them.
    network
        Whether a map of the ways is drawn too; it changes nothing else.

    Returns
    -------
    Journeys
        Lengths are along the ellipsoid WGS 84, at the ground.

    Raises
    ------
    TanluError
        TL904 without journeys, for a negative seed, an unknown region, template or fault.
    """
    made = simulated(
        n, seed, region=region, noise=noise, templates=templates, faults=faults, network=network
    )
    return _joined([each.result for each in made if isinstance(each.result, Journeys)])


def _joined(batches: list[Journeys]) -> Journeys:
    """Give one record of several."""
    whole = {name: pl.concat([getattr(each, name) for each in batches]) for name in _TABLES}
    labels = [each.labels for each in batches if each.labels is not None]
    maps = [each.network for each in batches if each.network is not None]
    return Journeys(
        **whole,
        facts=_summed([each.facts for each in batches]),
        labels=pl.concat(labels) if labels else None,
        network=pl.concat(maps) if maps else None,
    )


def _summed(facts: list[Facts]) -> Facts:
    """Give the facts of several batches as those of one."""
    rows = {name: sum(each["rows"][name] for each in facts) for name in facts[0]["rows"]}
    told = [one for each in facts for one in each["journeys"]]
    labels = sum(each["labels"] for each in facts)
    return {**facts[0], "rows": rows, "labels": labels, "journeys": told}


def _facts(noise: Noise, kept: list[Facts], whole: dict[str, pl.DataFrame]) -> Facts:
    return {
        "version": VERSION,
        "earth": "WGS 84 ellipsoid",
        "noise": asdict(noise),
        **stated_tortuosity(),
        "rows": {name: frame.height for name, frame in whole.items()},
        "labels": 0,
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
    try:
        files = _tables(made, out)
        return [*files, _noted(made.facts, out)]
    except OSError as error:
        raise TanluError("TL004", value=out, why=error.strerror or str(error)) from error


def written(steps: Iterable[Progress], out: Path) -> Iterator[Progress]:
    """Write what ``simulated`` yields as one folder, as it comes; memory does not grow with it.

    Yields
    ------
    Progress
        The last one's ``result`` is the files and the facts of all journeys.

    Raises
    ------
    TanluError
        TL004 where the folder cannot be written.
    """
    facts: list[Facts] = []
    step = Progress("simulate", 0, None, "journeys")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".parts-") as folder:
            parts = Path(folder)
            for step in steps:
                if isinstance(step.result, Journeys):
                    _tables(step.result, parts / f"{len(facts):06d}")
                    facts.append(step.result.facts)
                yield replace(step, result=None)
            files = [_gathered(parts, out, name) for name in (*_FILES.values(), _LABELS, _MAP)]
        whole = _summed(facts)
        there = [file for file in files if file is not None]
        yield replace(step, result=([*there, _noted(whole, out)], whole))
    except OSError as error:
        raise TanluError("TL004", value=out, why=error.strerror or str(error)) from error


def _tables(made: Journeys, out: Path) -> list[Path]:
    (out / "truth").mkdir(parents=True, exist_ok=True)
    frames = {file: getattr(made, name) for name, file in _FILES.items()}
    if made.labels is not None:
        frames[_LABELS] = made.labels
    if made.network is not None:
        frames[_MAP] = made.network
    for file, frame in frames.items():
        frame.write_parquet(out / file, compression="zstd", compression_level=1)
    return [out / file for file in frames]


def _gathered(parts: Path, out: Path, file: str) -> Path | None:
    """Put the parts of a table together; None where there is none of it."""
    found = sorted(parts.glob(f"*/{file}"))
    if not found:
        return None
    there = out / file
    there.parent.mkdir(exist_ok=True)
    if len(found) == 1:
        found[0].replace(there)
    else:
        pl.scan_parquet(found).sink_parquet(there, compression="zstd", compression_level=1)
    return there


def _noted(facts: Facts, out: Path) -> Path:
    text = json.dumps(facts, indent=1, sort_keys=True, ensure_ascii=False)
    (out / "journeys.json").write_text(text + "\n", encoding="utf-8")
    return out / "journeys.json"
