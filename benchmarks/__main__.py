"""``make bench``: every case against its reference, interleaved; writes ``results.json``.

Each row is ``{"name", "value", "unit", "reference", "ratio", "bar"}`` with the commit, versions,
cores and load of its run. ``ratio`` is what the bar judges; rates are per CPU-second.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MATCHED = 10_000_000
# enough that what numba compiled is used
SEALED = 600_000
LOGGED = 500_000
# legs of the pack that is verified
PACKED = 1_000_000
# activities of the inventory that is drawn 10,000 times
DRAWN = 100_000
VERSIONS = ("polars", "numba", "numpy", "pandas", "pyarrow", "duckdb", "bw2calc", "filterpy")


@dataclass(frozen=True)
class Case:
    """A side, what it is compared with, and the ratio that it must reach (at most, if ``low``)."""

    name: str
    side: str
    reference: str
    bar: float | None
    low: bool = False


CASES = (
    Case("kernel polars / decode", "kernel-polars", "decode", 0.2),
    Case("kernel fast / decode", "kernel-fast", "decode", 0.4),
    Case("kernel polars / pandas", "kernel-polars", "pandas", 3.0),
    Case("kernel fast / pandas", "kernel-fast", "pandas", 3.0),
    Case("whole quantify / decode", "whole", "decode", None),
    Case("quantified ledger / decode", "books", "decode", None),
    Case("match 10 M rows / by hand", "match", "match-by-hand", 0.6),
    Case("ledger append / write_parquet", "append", "write", 0.5),
    Case("ledger seal / hashes", "seal", "hashes", 0.5),
    Case("ledger seal without numba / hashes", "seal-plain", "hashes", None),
    # entries of 256 bytes, each thousand of them synced before it is acknowledged
    Case("log append / hashes", "log", "log-hashes", 0.35),
    Case("log append on a disk / hashes", "log-disk", "log-hashes", None),
    Case("10,000 draws / bare draws", "draw", "draw-bare", 0.3),
    Case("check by all rules / decode", "check", "decode-all", 0.08),
    Case("simulate / decode", "simulate", "decode", None),
    # the same answers, not the same work: see benchmarks/boxes.py
    Case("boxes in closed form / bw2calc, a matrix each", "boxes", "boxes-bw2calc", 1_000.0),
    Case(
        "boxes in closed form / bw2calc, one factorised matrix",
        "boxes",
        "boxes-bw2calc-again",
        None,
    ),
    Case(
        "boxes solved as one system / bw2calc, a matrix each", "boxes-solved", "boxes-bw2calc", None
    ),
    Case(
        "boxes solved one by one / bw2calc, a matrix each",
        "boxes-solved-each",
        "boxes-bw2calc",
        None,
    ),
    # positions a CPU-second; two cores do twice as many
    Case("track.fuse_full / scan of the columns", "fuse-full", "positions-scan", 0.02),
    Case("track.fuse_one / scan of the columns", "fuse-one", "positions-scan", 0.03),
    Case("track.legs_full / scan of the columns", "track-full", "positions-scan", 0.015),
    Case("track.legs_one / scan of the columns", "track-one", "positions-scan", 0.02),
    Case("track.fuse_full / filterpy", "fuse-full", "fuse-filterpy", None),
    Case("track.fuse_one / filterpy", "fuse-one", "fuse-filterpy", None),
    Case("import tanlu / bare python", "import-tanlu", "import-nothing", 2.0, low=True),
)


def run(side: str, folder: Path, rows: int) -> dict[str, Any]:
    """Give what one side cost in a fresh process."""
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.sides", side, str(folder), str(rows)],
        capture_output=True, text=True, check=False, env=environment, cwd=ROOT,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{side}: {done.stderr.strip().splitlines()[-1]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def compare(case: Case, folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    """Take turns (ABBA) and give the median ratio of rows per CPU-second, or of cost if low."""
    ratios, values, references, sums = [], [], [], set()
    for number in range(rounds):
        order = (case.side, case.reference)
        told = {s: run(s, folder, rows) for s in (order if number % 2 == 0 else order[::-1])}
        mine, other = (told[side]["rows"] / told[side]["cpu_s"] for side in order)
        sums |= {each["sum_ug"] for each in told.values() if "sum_ug" in each}
        values.append(mine)
        references.append(other)
        ratios.append(other / mine if case.low else mine / other)
    return row(
        case.name, statistics.median(values), "rows/cpu-s", statistics.median(references),
        statistics.median(ratios), case.bar, low=case.low, spread=[min(ratios), max(ratios)],
        sums_ug=sorted(sums),
    )  # fmt: skip


def row(
    name: str, value: float, unit: str, reference: float | None, ratio: float | None,
    bar: float | None, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """Give one row of the results and say it."""
    met = None
    if bar is not None and ratio is not None:
        met = ratio <= bar if more.get("low") else ratio >= bar
    mark = {None: " ", True: "✓", False: "✗"}[met]
    print(
        f"{mark} {name:34} {value:14,.3f} {unit:11} ratio {ratio or 0:8.3f}  bar {bar}", flush=True
    )
    return {
        "name": name, "value": value, "unit": unit, "reference": reference, "ratio": ratio,
        "bar": bar, "met": met, **more,
    }  # fmt: skip


def latency(folder: Path) -> dict[str, Any]:
    """Give the warm median of one shipment with a chain [ms]."""
    told = [run("estimate", folder, 1_000) for _ in range(3)]
    p50 = statistics.median(each["p50_ms"] for each in told)
    p99 = statistics.median(each["p99_ms"] for each in told)
    return row("one shipment with chain, p50", p50, "ms", None, p50, 1.0, low=True, p99_ms=p99)


def selection(folder: Path) -> dict[str, Any]:
    """Give what the choice of a factor costs for each distinct context [us]."""
    told = [run("selection", folder, 1_000) for _ in range(3)]
    middle = {
        name: statistics.median(each[name] for each in told)
        for name in ("choice_us", "key_us", "context_us", "keys", "contexts")
    }
    cost = middle["context_us"]
    return row("choice of a factor", cost, "us", None, cost, 60.0, low=True, **middle)


CHOICE = {
    "worst error of the choice / method": ("worst", 1.01, True),
    "coverage on vehicles not seen": ("coverage", 0.93, False),
    "learned error / class curve's": ("learned", 0.9, True),
}


def choice(folder: Path, title: str) -> dict[str, Any]:
    """Give how the chosen methods stand against a known truth."""
    name, bar, low = CHOICE[title]
    if not _CHOICES:
        _CHOICES.update(run("choice", folder, 1_000))
    told = _CHOICES
    error = told["held_out_mae"]
    ratio = error["learned"] / error["class"] if name == "learned" else told[name]
    return row(title, ratio, "1", None, ratio, bar, low=low, told=told)


_CHOICES: dict[str, Any] = {}


def proof(folder: Path) -> dict[str, Any]:
    """Give what a proof that an entry stands in a log of a million costs [us]."""
    cost = statistics.median(run("log-proofs", folder, 1_000_000)["proof_us"] for _ in range(3))
    return row("proof of inclusion, warm", cost, "us", None, cost, 50.0, low=True)


PACK = {
    "verify a pack of 1 M legs, steps 1-5, 7, 8": ("short", 2.0),
    "verify a pack of 1 M legs, all eleven steps": ("whole", 10.0),
}
_PACK: dict[str, Any] = {}


def packs(folder: Path, title: str) -> dict[str, Any]:
    """Give how long a pack of a million legs is verified [s]: two idle cores are what counts."""
    name, bar = PACK[title]
    if not _PACK:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.packs", str(folder), str(PACKED)],
            capture_output=True, text=True, check=True, env=environment, cwd=ROOT,
        )  # fmt: skip
        _PACK.update(json.loads(done.stdout.splitlines()[-1]))
    cost = _PACK[f"{name}_s"]
    return row(title, cost, "s", None, cost, bar, low=True, told=_PACK)


# legs of the ledger that an order is traced in; python -m benchmarks.tracing DIR 10000000 has all
TRACED = 1_200_000
TRACE = {
    "trace.order12_p50_ms": ("together", 20.0),
    "trace.order12_scattered_p50_ms": ("scattered", None),
}


def traced(folder: Path, title: str) -> dict[str, Any]:
    """Give the warm median of one trace of a 12-leg order [ms]."""
    how, bar = TRACE[title]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.tracing", str(folder / how), str(TRACED), how],
        capture_output=True, text=True, check=True, env=environment, cwd=ROOT,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    return row(title, told["p50_ms"], "ms", None, told["p50_ms"], bar, low=True, told=told)


INGEST_S = 60.0
INGEST = ("ingest.arrow", "ingest.json", "ingest.mqtt", "ingest.ack_p99_ms", "ingest.cores")
_INGEST: dict[str, Any] = {}


def ingest(folder: Path, title: str) -> dict[str, Any]:
    """Give what a server takes over HTTP or MQTT with its sender on the same cores, and the cost.

    The ceiling is raw groups of records, appended and synced; ``decode`` is typed JSON into columns
    with nothing behind it. Both are measured in the same run, before and after.
    """
    from benchmarks import mqtt
    from benchmarks.ingest import best_decode, measure
    from benchmarks.streams import wal_ceiling

    if title == "ingest.mqtt":
        told = mqtt.measure(folder, INGEST_S)
        rate = told["value"]
        return row(title, rate, "rows/s", mqtt.BAR, rate / mqtt.BAR, 1.0, told=told)
    if title in ("ingest.arrow", "ingest.json"):
        arrow = title == "ingest.arrow"
        limit = wal_ceiling if arrow else (lambda _, seconds: best_decode(seconds))
        before = limit(folder, 3.0)
        rows, lanes = (10_000, 8) if arrow else (1_000, 16)
        told = measure(folder, title[7:], INGEST_S, rows=rows, lanes=lanes)
        most = statistics.mean([before, limit(folder, 3.0)])
        told["goal"] = 1_000_000 if arrow else 500_000
        bar = 0.5 if arrow else 0.4
        return row(title, told["rate"], "rows/s", most, told["rate"] / most, bar, told=told)
    if not _INGEST:
        _INGEST.update(measure(folder, "json", INGEST_S, rows=1_000, lanes=8, rate=120_000.0))
    told = _INGEST
    if title == "ingest.ack_p99_ms":
        return row(title, told["p99_ms"], "ms", None, told["p99_ms"], 250.0, low=True, told=told)
    cores = told["server_cores"] + told["drain_cores"]
    return row(title, cores, "cores", None, cores, 0.7, low=True, told=told)


EVENTS = {"events.capture_hash": "hash", "events.capture_id": "id"}
_EVENTS: dict[str, Any] = {}


def events(title: str) -> dict[str, Any]:
    """Give how many events a second two processes capture, over the goal; beside the reference."""
    if not _EVENTS:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.events"],
            capture_output=True, text=True, check=True, env=environment, cwd=ROOT,
        )  # fmt: skip
        _EVENTS.update(json.loads(done.stdout.splitlines()[-1]))
    told = _EVENTS[EVENTS[title]]
    return row(
        title, told["wall"], "events/s", told["peer"], told["wall"] / told["goal"], 1.0, told=told
    )


def linear(folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    """Give what a row of a ledger costs at ``rows`` over what it costs at a tenth of them."""
    ratios = []
    for _ in range(rounds):
        small, large = (run("books", folder, n) for n in (rows // 10, rows))
        ratios.append((large["cpu_s"] / large["rows"]) / (small["cpu_s"] / small["rows"]))
    ratio = statistics.median(ratios)
    return row("cost a row, 10 x the rows", ratio, "1", 1.0, ratio, 1.25, low=True)


def about() -> dict[str, Any]:
    """Give commit, versions, cores and load."""
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False, cwd=ROOT
    ).stdout.strip()
    versions = {"python": platform.python_version()}
    for name in VERSIONS:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "absent"
    load = [round(each, 2) for each in os.getloadavg()]
    return {"commit": commit, "versions": versions, "cores": os.cpu_count(), "load": load}


def main() -> int:
    """Run the cases; exit 0 when every bar that has one is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--only", default="", help="cases whose name contains this")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results.json")
    asked = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        run("decode", folder, asked.rows)  # makes the input
        for case in CASES:
            if asked.only in case.name:
                fixed = {
                    "seal": min(asked.rows, SEALED),
                    "seal-plain": min(asked.rows, SEALED),
                    "log": min(asked.rows, LOGGED),
                    "log-disk": min(asked.rows, LOGGED),
                    "match": MATCHED,
                    "draw": min(asked.rows, DRAWN),
                }
                rows = fixed.get(case.side, asked.rows)
                found.append(_tried(case, folder, rows, asked.rounds))
        if asked.only in "choice of a factor":
            found.append(selection(folder))
        found += [choice(folder, title) for title in CHOICE if asked.only in title]
        if asked.only in "one shipment with chain, p50":
            found.append(latency(folder))
        if asked.only in "proof of inclusion, warm":
            found.append(proof(folder))
        found += [packs(folder, title) for title in PACK if asked.only in title]
        if asked.only in "cost a row, 10 x the rows":
            found.append(linear(folder, asked.rows, max(2, asked.rounds // 2)))
        found += [traced(folder, title) for title in TRACE if asked.only in title]
        found += [events(title) for title in EVENTS if asked.only in title]
        found += [ingest(folder, title) for title in INGEST if asked.only in title]
    sums = {each for made in found for each in made.get("sums_ug", ())}
    if len(sums) > 1:
        print(f"✗ the engines differ: {', '.join(sorted(sums))} µg", flush=True)
    facts = about()
    asked.out.write_text(json.dumps([each | facts for each in found], indent=1) + "\n")
    return int(len(sums) > 1 or any(each["met"] is False for each in found))


def _tried(case: Case, folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    try:
        return compare(case, folder, rows, rounds)
    except RuntimeError as error:
        print(f"  {case.name}: not run, {error}", flush=True)
        empty = row(case.name, 0.0, "rows/cpu-s", None, None, case.bar)
        return empty | {"met": False if case.bar else None, "why": str(error)}


if __name__ == "__main__":
    raise SystemExit(main())
