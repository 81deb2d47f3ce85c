"""A ledger of a million shipments: its search index, and the whole record of one shipment.

``python -m benchmarks.records DIR SHIPMENTS`` prints one JSON object. The ledger is a simulated
network of 120 orders, its legs and receipts written again and again under other names on other
days, then quantified; a ledger that is there is used again.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from tanlu.store import Workspace

NETWORK = 120
AT_ONCE = 200
DAYS = 300
DAY = 86_400_000_000
NAMED = ("activity_id", "subject", "shipment", "consignment", "round")
ASKED, WARM = 80, 25


def last(steps: Any) -> Any:
    """Give the result of a long work."""
    for step in steps:
        result = step.result
    return result


def make(folder: Path, shipments: int) -> None:
    """Write and quantify the ledger, unless it is there."""
    from tanlu.account import quantify_all
    from tanlu.monitor import intake
    from tanlu.simulate import write_park
    from tanlu.store import open_workspace

    if (folder / "ledger" / "workspace.json").exists():
        return
    small = open_workspace(folder / "small", create=True)
    for file, mapping in last(write_park(folder / "network", orders=NETWORK, seed=1))["files"]:
        last(intake(Path(file), Path(mapping), small))
    rows = small.scan("activity").collect()
    wanted = pl.col("shipment").is_not_null() | pl.col("subject").str.starts_with("receipt:")
    base = rows.filter(wanted)
    copies = -(-shipments // base["shipment"].n_unique())
    workspace = open_workspace(folder / "ledger", create=True)
    for first in range(0, copies, AT_ONCE):
        copy = pl.DataFrame({"copy": range(first, min(first + AT_ONCE, copies))})
        ending = pl.lit("-") + pl.col("copy").cast(pl.String)
        later = (pl.col("copy") % DAYS) * DAY
        named = base.join(copy, how="cross").with_columns(
            *((pl.col(name) + ending).alias(name) for name in NAMED),
            pl.col("start") + later, pl.col("end") + later,
        )  # fmt: skip
        workspace.append("activity", named.sort("start").select(base.columns))
    last(quantify_all(workspace))


def searched(folder: Path, workspace: Workspace) -> dict[str, Any]:
    """Give what it takes to derive the search index from the ledger."""
    from tanlu.serve.searching.following import update
    from tanlu.store.relational import open_state
    from tanlu.store.relational.search import Wanted, open_index

    state = open_state(folder / "state.db")
    index = open_index(state, folder / "search", "home")
    index.drop()
    begun = time.perf_counter()
    made = last(update(index, workspace))
    built = time.perf_counter() - begun
    size = sum(f.stat().st_size for f in (folder / "search").rglob("*.db")) >> 20
    leg = workspace.scan("activity").filter(pl.col("shipment").is_not_null()).head(1).collect()
    begun = time.perf_counter()
    workspace.append("activity", leg.with_columns(activity_id=pl.lit(f"new-{begun}")))
    last(update(index, workspace))
    carried = time.perf_counter() - begun
    index.ask(Wanted("上海"))
    index.close()
    state.close()
    return {"index_s": built, "shipments": made["rows"], "index_mib": size, "carried_s": carried}


def recorded(workspace: Workspace) -> dict[str, Any]:
    """Give how long the parts of one shipment's page take: the trace, its document, the sheet."""
    from tanlu.report import why
    from tanlu.report.tracing import tracing
    from tanlu.store.index import extend
    from tanlu.track.trace import trace

    for _ in extend(workspace):
        pass
    part = workspace.path / workspace.parts("activity")[0].file
    names = pl.read_parquet(part, columns=["shipment"])["shipment"].drop_nulls().unique()
    asked = [f"shipment:{name}" for name in names.sample(ASKED, seed=1).sort()]
    told: dict[str, Any] = {}
    verbs: dict[str, Callable[[str], Any]] = {
        "trace": lambda subject: trace(workspace, subject),
        "document": lambda subject: tracing(trace(workspace, subject)),
        "sheet": lambda subject: why(workspace, subject),
    }
    for name, verb in verbs.items():
        wall, spent = [], []
        for subject in asked:
            begun, used = time.perf_counter(), time.thread_time()
            verb(subject)
            wall.append((time.perf_counter() - begun) * 1e3)
            spent.append((time.thread_time() - used) * 1e3)
        wall, spent = sorted(wall[WARM:]), sorted(spent[WARM:])
        told |= {
            f"{name}_p50_ms": statistics.median(wall),
            f"{name}_p95_ms": wall[int(len(wall) * 0.95)],
            f"{name}_cpu_p50_ms": statistics.median(spent),
        }
    return told


def main() -> None:
    """Make the ledger if it is not there, and say what was measured."""
    from tanlu.store import open_workspace

    folder, shipments = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    make(folder, shipments)
    workspace = open_workspace(folder / "ledger")
    told = {**recorded(workspace), **searched(folder, workspace), "load": os.getloadavg()[0]}
    sys.stdout.write(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
