"""One side of one case, in a process of its own: prepare, then run under the clock of the CPU.

``python -m benchmarks.sides SIDE FOLDER ROWS`` prints one line of JSON: CPU-seconds of all
threads, wall seconds, rows and peak memory. What a long-lived process does once (imports, factor
library, compiled formulas) is prepared before the clock; reading the file is under it.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import boxes, choices, draws, inputs, matching, tracks

Body = Callable[[], object]
# they do fewer rows than they are asked for, and say how many
SOME = ("boxes-bw2calc", "boxes-bw2calc-again", "boxes-solved", "boxes-solved-each",
        "fuse-filterpy")  # fmt: skip
# positions are made, not read from the common input
TRACKS = ("fuse-full", "fuse-one", "track-full", "track-one", "positions-scan")
# entries that are appended to a log at once
BATCH = 1_000
LOGS = ("log", "log-disk", "log-hashes", "log-proofs")
MEMORY = Path("/dev/shm")
# as ``quantify_all`` cuts parts
SLICE = 200_000


def decode(file: Path) -> Body:
    """Read the columns of the kernel from Parquet into memory."""
    import polars as pl

    def once(rows: int | None = None) -> object:
        return pl.read_parquet(file, columns=list(inputs.READ), n_rows=rows)

    once(2_000)
    return once


def kernel(file: Path, engine: str) -> Body:
    """Read, match, and compute both boundaries with gases, interval and tier."""
    import polars as pl

    from tanlu.factors import library

    room, prepare = (
        import_module("tanlu.account.legs.computing"),
        import_module("tanlu.account.legs.prepare"),
    )
    built_in = library()

    def once(rows: int | None = None) -> object:
        read = pl.read_parquet(file, columns=list(inputs.READ), n_rows=rows)
        made = room.compute(
            prepare.whole(read), built_in, "iso14083", "AR6", engine, kept=room.WRITTEN
        )
        return made, made.shared["tier"].gather(made.cases)

    once(2_000)
    return once


def whole(file: Path) -> Body:
    """Do what the product does to a file, slice by slice: emission rows and findings."""
    import polars as pl

    from tanlu.account import quantify

    read = pl.scan_parquet(file)
    quantify(read.head(2_000).collect())
    size = read.select(pl.len()).collect().item()

    def once() -> None:
        for start in range(0, size, SLICE):
            quantify(read.slice(start, SLICE).collect())

    return once


def books(file: Path, scratch: Path) -> Body:
    """Quantify a ledger: read parts, quantify, append emissions and findings, synced."""
    import polars as pl

    from tanlu.account import quantify_all
    from tanlu.store import open_workspace

    workspace = open_workspace(scratch / "books", create=True)
    read = pl.scan_parquet(file)
    size = read.select(pl.len()).collect().item()
    workspace.append("activity", read.head(2_000).collect())
    for _ in quantify_all(workspace):
        pass
    for start in range(2_000, size, SLICE):
        workspace.append("activity", read.slice(start, SLICE).collect())

    def once() -> None:
        for _ in quantify_all(workspace):
            pass

    return once


def pandas(file: Path) -> Body:
    """Do the kernel with pandas: packed key, one merge, vector maths."""
    from benchmarks.peers import pandas_kernel

    return pandas_kernel(file)


def write_parquet(file: Path, scratch: Path) -> Body:
    """Write the activities as plain Parquet, zstd-1."""
    import polars as pl

    frame = pl.read_parquet(file)
    return lambda: frame.write_parquet(
        scratch / "plain.parquet", compression="zstd", compression_level=1
    )


def append(file: Path, scratch: Path) -> Body:
    """Append the activities to a ledger: part, hashes, manifest, synced."""
    import polars as pl

    from tanlu.store import open_workspace

    frame = pl.read_parquet(file)
    workspace = open_workspace(scratch / "books", create=True)
    workspace.append("activity", frame.head(100))
    return lambda: workspace.append("activity", frame.slice(100))


def seal(file: Path, scratch: Path) -> Body:
    """Seal the appended activities: four salted leaves a record, tree, payload."""
    append(file, scratch)()
    from tanlu.store import open_workspace

    sealing = import_module("tanlu.store.seal.sealing")
    if (lanes := sealing.many_at_once()) is not None:
        lanes.nodes(lanes.salted([b"a\n", None], bytes(32), 1, 64))
    workspace = open_workspace(scratch / "books")
    return lambda: list(workspace.seal())


def seal_plainly(file: Path, scratch: Path) -> Body:
    """Seal the same without what numba compiled."""
    once = seal(file, scratch)
    import_module("tanlu.store.seal.sealing").many_at_once = lambda: None
    return once


def log(rows: int, scratch: Path) -> Body:
    """Append entries of 256 bytes in batches of 1,000 to a log of tiles, each batch synced."""
    from tanlu.store.log import Folder, TileLog
    from tanlu.terms.proof import keys

    entries = log_entries(rows)
    kept = TileLog.begin(Folder(scratch / "log"), "example.com/log", keys.SigningKey(bytes(32)))
    kept.append(entries[:1])

    def once() -> None:
        for first in range(0, rows, BATCH):
            kept.append(entries[first : first + BATCH])
        kept.checkpoint()

    return once


def log_hashes(rows: int) -> Body:
    """Hash as many leaves and nodes as that log has: SHA-256 and nothing else."""
    from hashlib import sha256

    entries = [b"\x00" + entry for entry in log_entries(rows)]
    node = bytes(65)

    def once() -> None:
        for entry in entries:
            sha256(entry).digest()
        for _ in range(rows - 1):
            sha256(node).digest()

    return once


def log_entries(rows: int) -> list[bytes]:
    """Give entries of 256 bytes, each another one."""
    return [number.to_bytes(8, "big") * 32 for number in range(rows)]


def log_proofs(rows: int, scratch: Path) -> Callable[[], float]:
    """Give the median time of an inclusion proof of a warm log [us]."""
    from random import Random
    from statistics import median

    from tanlu.store.log import Folder, TileLog
    from tanlu.terms.proof import keys

    kept = TileLog.begin(Folder(scratch / "log"), "example.com/log", keys.SigningKey(bytes(32)))
    kept.append([b"%d" % number for number in range(rows)])
    kept.checkpoint()
    asked = [Random(1).randrange(rows) for _ in range(5_000)]

    def once() -> float:
        taken = []
        for index in asked * 2:  # the first pass warms
            began = time.perf_counter()
            kept.inclusion(index)
            taken.append(time.perf_counter() - began)
        return median(taken[len(asked) :]) * 1e6

    return once


def hashes(file: Path, scratch: Path) -> Body:
    """Hash as many leaves and nodes as the seal does, the bytes ready: SHA-256 and nothing else."""
    import polars as pl

    groups = import_module("tanlu.store.groups")
    frame = pl.read_parquet(file)
    salt = bytes(17)
    lines = [
        salt + line
        for names in groups.group_columns("activity", frame.columns)
        for line in groups.group_lines(frame, names)
    ]
    node = bytes(65)
    del frame, scratch

    def once() -> None:
        from hashlib import sha256

        for line in lines:
            sha256(line).digest()
        for _ in range(len(lines) - 1):
            sha256(node).digest()

    return once


def checked(file: Path) -> Body:
    """Check all activities by every rule of plausibility, from the file to the findings."""
    import polars as pl

    from tanlu.verify.plausibility import check

    read = pl.scan_parquet(file)
    check(read.head(2_000))
    return lambda: check(read)


def whole_decode(file: Path) -> Body:
    """Read every column of the activities into memory."""
    import polars as pl

    pl.read_parquet(file, n_rows=2_000)
    return lambda: pl.read_parquet(file)


def estimate(file: Path) -> Body:
    """Estimate single shipments with a chain, warm."""
    from tanlu.account import estimate as one

    del file
    chain = {
        "start": 1_790_000_000_000_000, "kind": "transport.road", "mass_mg": 12_000_000,
        "origin": "CN-SH", "destination": "CN-BJ",
    }  # fmt: skip
    one(chain)
    return lambda: one({**chain, "mass_mg": 13_000_000})


def simulate(file: Path) -> Body:
    """Make one batch of the simulated network."""
    from tanlu.simulate import batch, plan

    del file
    made = plan(200_000, 1)
    batch(made, 0)
    return lambda: batch(made, 1)


def start(code: str) -> Body:
    """Start an interpreter that runs a line."""
    import subprocess

    def once() -> None:
        for _ in range(5):
            subprocess.run([sys.executable, "-c", code], check=True)

    return once


def body(side: str, file: Path, scratch: Path, rows: int) -> Body:
    """Give what a side does."""
    known: dict[str, Callable[[], Body]] = {
        "decode": lambda: decode(file),
        "kernel-polars": lambda: kernel(file, "polars"),
        "kernel-fast": lambda: kernel(file, "fast"),
        "kernel-duckdb": lambda: kernel(file, "duckdb"),
        "whole": lambda: whole(file),
        "books": lambda: books(file, scratch),
        "pandas": lambda: pandas(file),
        "write": lambda: write_parquet(file, scratch),
        "append": lambda: append(file, scratch),
        "seal": lambda: seal(file, scratch),
        "seal-plain": lambda: seal_plainly(file, scratch),
        "hashes": lambda: hashes(file, scratch),
        "log": lambda: log(rows, scratch),
        "log-disk": lambda: log(rows, scratch),
        "log-hashes": lambda: log_hashes(rows),
        "log-proofs": lambda: log_proofs(rows, scratch),
        "check": lambda: checked(file),
        "decode-all": lambda: whole_decode(file),
        "estimate": lambda: estimate(file),
        "simulate": lambda: simulate(file),
        "match": lambda: matching.ours(rows),
        "match-by-hand": lambda: matching.by_hand(rows),
        "selection": lambda: matching.selection,
        "boxes": lambda: boxes.ours(rows),
        "boxes-bw2calc": lambda: boxes.theirs(rows),
        "boxes-bw2calc-again": lambda: boxes.repeated(rows),
        "boxes-solved": lambda: boxes.solved(rows, at_once=True),
        "boxes-solved-each": lambda: boxes.solved(rows, at_once=False),
        "choice": lambda: choices.judged,
        "draw": lambda: draws.simulated(file),
        "draw-bare": lambda: draws.bare(file),
        "fuse-full": lambda: tracks.ours(rows, "full"),
        "fuse-one": lambda: tracks.ours(rows, "one"),
        "track-full": lambda: tracks.chain(rows, "full"),
        "track-one": lambda: tracks.chain(rows, "one"),
        "fuse-filterpy": lambda: tracks.filterpy(rows),
        "positions-scan": lambda: tracks.scan(rows, scratch),
        "import-tanlu": lambda: start("import tanlu"),
        "import-nothing": lambda: start("pass"),
    }
    return known[side]()


def cpu_s() -> float:
    """Give CPU-seconds of this process, all threads, and of the processes it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(side: str, folder: str, rows: str) -> None:
    """Run one side and print what it cost."""
    asked = {"match", "match-by-hand", "selection", "choice", "boxes", *SOME, *LOGS, *TRACKS}
    file = Path(folder) if side in asked else inputs.make(Path(folder), int(rows))
    # what else keeps a disk busy is charged to who syncs: memory shows our own part
    place = MEMORY if side == "log" and MEMORY.is_dir() else Path(folder)
    with TemporaryDirectory(dir=place) as scratch:
        work = body(side, file, Path(scratch), int(rows))
        told: dict[str, Any] = {"side": side, "rows": int(rows)}
        if side == "estimate":
            told["p50_ms"], told["p99_ms"] = _latency(work)
        cpu, wall = cpu_s(), time.perf_counter()
        result = work()
        told |= {"cpu_s": cpu_s() - cpu, "wall_s": time.perf_counter() - wall}
        if side.startswith("kernel-"):
            amounts = result[0].out.select("ttw_co2e_ug", "wtt_co2e_ug")  # type: ignore[index]
            told["sum_ug"] = str(sum(int(column.sum()) for column in amounts))
        if side == "simulate":
            told["rows"] = result["legs"].height  # type: ignore[index]
        if side in SOME:
            told["rows"] = result["rows"]  # type: ignore[index]
        if side == "log-proofs":
            told["proof_us"] = result
        if side.startswith("draw"):
            told["rows"] = result
        if side in {"selection", "choice"}:
            told |= result  # type: ignore[operator]
        told["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(told))


def _latency(work: Body) -> tuple[float, float]:
    times = []
    for _ in range(1_000):
        begun = time.perf_counter_ns()
        work()
        times.append((time.perf_counter_ns() - begun) / 1e6)
    times.sort()
    return times[500], times[990]


if __name__ == "__main__":
    main(*sys.argv[1:])
