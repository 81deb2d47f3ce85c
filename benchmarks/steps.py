"""One step of the way from file to report, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import inputs


def make(size: int, home: Path) -> None:
    """Write the legs as Parquet files of about a million rows."""
    from tanlu.simulate import batch, plan

    made = plan(int(size / inputs.LEGS_PER_ORDER * 1.1) + 100, inputs.SEED, days=90)
    written = number = 0
    while written < size:
        frame = inputs.activities(batch(made, number)["legs"]).head(size - written)
        frame.write_parquet(
            home / f"legs-{number:06}.parquet", compression="zstd", compression_level=1
        )
        written += frame.height
        number += 1


def read(size: int, home: Path) -> None:
    """Append the files to a ledger, one commit each."""
    import polars as pl

    from tanlu.store import open_workspace

    workspace = open_workspace(home / "books", create=True)
    files = sorted(home.glob("legs-*.parquet"))
    for number, file in enumerate(files, start=1):
        workspace.append("activity", pl.read_parquet(file))
        _bar("read", number, len(files))
        file.unlink()
    del size


def quantify(size: int, home: Path) -> None:
    """Quantify what is not covered yet."""
    from tanlu.account import quantify_all
    from tanlu.store import open_workspace

    for progress in quantify_all(open_workspace(home / "books")):
        _bar("quantify", progress.done, progress.total or size)


def report(size: int, home: Path) -> None:
    """Write the report of the whole time as JSON."""
    from tanlu.report import render, transport
    from tanlu.store import open_workspace

    render(transport(open_workspace(home / "books")), home / "report.json")
    del size


def _bar(step: str, done: int, total: int) -> None:
    share = min(1.0, done / max(total, 1))
    end = "\n" if share == 1.0 else ""
    bar = "█" * int(share * 40)
    print(f"\r{step:9} {bar:40} {share:4.0%}", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    known = {"make": make, "read": read, "quantify": quantify, "report": report}
    known[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
