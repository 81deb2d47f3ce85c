"""``make bench-full``: 10⁵ … 10⁸ legs from file to report, with the peak memory of all processes.

Each size runs in a process tree of its own: simulated legs are written as Parquet parts, appended
to a ledger, quantified and reported. A size that is done is kept in the results and not repeated.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.__main__ import ROOT, about

SIZES = (100_000, 1_000_000, 10_000_000, 100_000_000)
BYTES_A_LEG = 400
LIMIT_MIB = 1_024
OUT = ROOT / "benchmarks" / "full.json"
STEPS = ("make", "read", "quantify", "report")


def main() -> int:
    """Run the sizes that have no result yet; exit 0 when every peak is below 1 GiB."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--folder", type=Path, default=None, help="where the ledgers are written")
    parser.add_argument("--again", action="store_true", help="forget earlier results")
    asked = parser.parse_args()
    kept = {} if asked.again or not OUT.exists() else json.loads(OUT.read_text())
    for size in asked.sizes:
        if str(size) not in kept:
            kept[str(size)] = measured(size, asked.folder) | about()
            OUT.write_text(json.dumps(kept, indent=1) + "\n")
        _say(size, kept[str(size)])
    return int(any(kept[str(size)].get("peak_mib", 0) >= LIMIT_MIB for size in asked.sizes))


def measured(size: int, folder: Path | None) -> dict[str, Any]:
    """Give seconds of each step and the peak memory of the process tree for one size."""
    with TemporaryDirectory(dir=folder) as home:
        free = shutil.disk_usage(home).free
        if free < size * BYTES_A_LEG:
            return {"skipped": f"{size * BYTES_A_LEG >> 20} MiB of disk needed, {free >> 20} free"}
        found: dict[str, Any] = {"peak_mib": 0.0}
        for step in STEPS:
            found |= _step(step, size, Path(home), found)
        return found


def _step(step: str, size: int, home: Path, found: dict[str, Any]) -> dict[str, Any]:
    begun = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.steps", step, str(size), str(home)]
    process = subprocess.Popen(command, cwd=ROOT)
    peak = [0.0]
    watch = threading.Thread(target=_watched, args=(process.pid, peak))
    watch.start()
    code = process.wait()
    watch.join()
    if code:
        raise RuntimeError(f"{step} of {size} legs failed")
    if not peak[0]:
        raise RuntimeError(f"the memory of {step} of {size} legs was not seen")
    # what makes the input is not the product
    seen = 0.0 if step == "make" else peak[0]
    return {
        f"{step}_s": round(time.perf_counter() - begun, 2),
        f"{step}_mib": round(peak[0], 1),
        "peak_mib": round(max(found["peak_mib"], seen), 1),
    }


def _watched(pid: int, peak: list[float]) -> None:
    """Keep the highest sum of resident memory of a process and its children."""
    import psutil

    try:
        root = psutil.Process(pid)
        while root.is_running() and root.status() != psutil.STATUS_ZOMBIE:
            tree = [root, *root.children(recursive=True)]
            held = sum(each.memory_info().rss for each in tree)
            peak[0] = max(peak[0], held / 2**20)
            time.sleep(0.05)
    except psutil.Error:
        return


def _say(size: int, found: dict[str, Any]) -> None:
    if "skipped" in found:
        print(f"{size:>12,} legs  {found['skipped']}", flush=True)
        return
    steps = "  ".join(f"{step} {found[f'{step}_s']:>8} s" for step in STEPS)
    mark = "✓" if found["peak_mib"] < LIMIT_MIB else "✗"
    print(f"{mark} {size:>12,} legs  {steps}  peak {found['peak_mib']:>7} MiB", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
