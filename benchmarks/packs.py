"""A pack of a million legs: what each step of its verification costs, in a process of its own.

``python -m benchmarks.packs FOLDER ROWS`` makes the ledger, its log and the pack once, verifies it
in a fresh process three times and prints one line of JSON: wall and CPU seconds by step, medians.
The formulas of step 7 and its repeated match and quantify are told apart.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch

from benchmarks import inputs

ALL_TIME = (0, 2**52)
ROUNDS = 3
# steps of the first bar; what is repeated over the mounted slice belongs to the second alone
SHORT = ("1", "2", "3", "4", "5", "7", "8")
REPLAY = "7 replayed"


def pack(folder: Path, rows: int) -> tuple[Path, Path]:
    """Make the pack and the policy of its log, once; a second call finds them."""
    import polars as pl

    from tanlu.account import quantify_all
    from tanlu.store import open_workspace
    from tanlu.store.log import begin_log
    from tanlu.verify.pack import build

    home = folder / f"packs-{rows}"
    out, policy = home / "F.tlpack", home / "trust.policy"
    if policy.exists():
        return out, policy
    file = inputs.make(folder, rows)
    workspace = open_workspace(home / "books", create=True)
    for part in pl.read_parquet(file).iter_slices(commit_rows(rows)):
        workspace.append("activity", part)
    for _ in quantify_all(workspace):
        pass
    log = begin_log(workspace)
    for _ in build(workspace, ALL_TIME, out):
        pass
    policy.write_text(log.policy_text)
    return out, policy


def commit_rows(rows: int) -> int:
    """Give how many rows a commit has: a ledger grows in some commits, not in one."""
    return max(1, -(-rows // 5))


def verified(out: Path, policy: Path) -> dict[str, Any]:
    """Verify the pack and give the seconds of each step."""
    from tanlu.factors import library
    from tanlu.verify.offline.report import Book
    from tanlu.verify.pack import checking

    library()
    marks: list[tuple[str, float, float]] = []

    def lap(name: str) -> None:
        marks.append((name, time.perf_counter(), time.process_time()))

    replay = "tanlu.verify.pack.checking._Verification._replayed"
    begin, replayed = Book.begin, resolve_name(replay)

    def timed(self: Book, number: int) -> Any:
        lap(str(number))
        return begin(self, number)

    def apart(self: Any, *rest: Any) -> None:
        lap(REPLAY)
        replayed(self, *rest)

    with patch.object(Book, "begin", timed), patch(replay, apart):
        report = checking.verify(out, policy.read_text())
    lap("end")
    steps: dict[str, list[float]] = {}
    for (name, wall, cpu), (_, wall_2, cpu_2) in pairwise(marks):
        held = steps.setdefault(name, [0.0, 0.0])
        held[0] += wall_2 - wall
        held[1] += cpu_2 - cpu
    first, last = marks[0], marks[-1]
    whole = [last[1] - first[1], last[2] - first[2]]
    short = [sum(steps[name][at] for name in SHORT) for at in (0, 1)]
    return {"verdict": report.verdict, "bytes": out.stat().st_size, "steps": steps,
            "short_s": short[0], "short_cpu_s": short[1],
            "whole_s": whole[0], "whole_cpu_s": whole[1]}  # fmt: skip


def main() -> int:
    """Print the medians of some verifications."""
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    out, policy = pack(folder, rows)
    if len(sys.argv) > 3:
        print(json.dumps(verified(out, policy)))
        return 0
    told = []
    for _ in range(ROUNDS):
        again = [sys.executable, "-m", "benchmarks.packs", *sys.argv[1:3], "once"]
        done = subprocess.run(again, capture_output=True, text=True, check=True)
        told.append(json.loads(done.stdout.splitlines()[-1]))
    middle = {
        name: statistics.median(each[name] for each in told)
        for name in ("short_s", "short_cpu_s", "whole_s", "whole_cpu_s")
    }
    print(json.dumps(told[-1] | middle))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
