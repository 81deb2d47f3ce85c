"""One trace of a 12-leg order from a ledger of ten million legs, and what its index costs.

The legs are appended as a network works: by their start, so the twelve of an order lie in twelve
commits, with their emissions (two rows a leg) in the same commit. ``python -m benchmarks.tracing
FOLDER LEGS`` prints one JSON object.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

LEGS = 12
COMMIT = 131_072
SEED = 7
DAYS = 90
START = 1_790_000_000_000_000
HOUR = 3_600_000_000
KINDS = ("transport.road", "transport.rail", "transport.sea", "transport.air", "hub.parcel",
         "hub.transshipment")  # fmt: skip
ASKED = 200
WARM = 20


def make(folder: Path, legs: int, *, together: bool = False) -> None:
    """Write a ledger of so many legs with their emissions, unless it is there."""
    from tanlu.store import open_workspace

    if (folder / "workspace.json").exists():
        return
    workspace = open_workspace(folder, create=True)
    orders = legs // LEGS
    every = pl.select(order=pl.int_range(orders * LEGS, dtype=pl.Int64) // LEGS,
                      leg_no=pl.int_range(orders * LEGS, dtype=pl.Int64) % LEGS + 1)  # fmt: skip
    begun = (pl.col("order").hash(seed=SEED) % (DAYS * 24 * 3600)).cast(pl.Int64) * 1_000_000
    every = every.with_columns(start=START + begun + pl.col("leg_no") * 20 * HOUR)
    if not together:
        every = every.sort("start")
    for rows in every.iter_slices(COMMIT):
        activity = _activities(rows)
        workspace.commit({"activity": activity, "emission": _emissions(activity)})


def _pick(prefix: str, count: int, seed: int) -> pl.Expr:
    number = pl.struct("order", "leg_no").hash(seed=seed) % count
    return pl.lit(prefix) + number.cast(pl.String).str.zfill(5)


def _stop(ahead: int) -> pl.Expr:
    number = pl.struct("order", pl.col("leg_no") + ahead).hash(seed=8) % 400
    return pl.lit("CNP") + number.cast(pl.String).str.zfill(5)


def _activities(rows: pl.DataFrame) -> pl.DataFrame:
    from tanlu.terms import schema

    value = pl.lit("JD") + (pl.col("order") + 100_000_000).cast(pl.String)
    of_order = pl.col("order").hash(seed=3)
    found = rows.with_columns(value=value).select(
        (pl.col("value") + "/" + pl.col("leg_no").cast(pl.String)).alias("activity_id"),
        "start", (pl.col("start") + 7 * HOUR).alias("end"),
        pl.lit("Asia/Shanghai").alias("zone"), pl.lit("instant").alias("precision"),
        (pl.col("leg_no") % len(KINDS)).replace_strict(dict(enumerate(KINDS)),
                                                       return_dtype=pl.String).alias("kind"),
        (of_order % 30_000_000 + 100_000).cast(pl.Int64).alias("mass_mg"),
        (pl.struct("order", "leg_no").hash(seed=4) % 2_000_000).cast(pl.Int64).alias("distance_m"),
        pl.lit("actual").alias("distance_type"),
        _pick("class.", 12, 5).alias("vehicle_class"), _pick("fuel.", 4, 6).alias("energy_carrier"),
        _stop(0).alias("origin"), _stop(1).alias("destination"),
        _pick("CARRIER-", 8, 10).alias("operator"), pl.lit("PAYER").alias("payer"),
        (pl.lit("waybill:") + pl.col("value")).alias("subject"),
        pl.col("value").alias("shipment"), "leg_no", _pick("V", 20_000, 11).alias("vehicle"),
        pl.lit("f" * 64).alias("source_sha256"),
        (pl.col("order") * LEGS + pl.col("leg_no")).alias("source_line"),
    )  # fmt: skip
    return schema("activity").fit(found)


def _emissions(activity: pl.DataFrame) -> pl.DataFrame:
    from tanlu.terms import schema

    size = pl.col("activity_id").hash(seed=12)
    both = pl.concat([activity.with_columns(boundary=pl.lit(b)) for b in ("ttw", "wtt")])
    both = both.sort("start", "activity_id", maintain_order=True)
    amount = (pl.struct("activity_id", "boundary").hash(seed=13) % 4_000_000_000).cast(pl.Int64)
    factor = "factor-" + (size % 60).cast(pl.String)
    made = {"stage", "energy_j", "assumptions", "quality"}
    copied = [n for n in schema("emission").names if n in activity.columns and n not in made]
    found = both.select(
        *copied, "boundary", amount.alias("co2e_ug"), (amount * 7 // 10).alias("lower_ug"),
        (amount * 14 // 10).alias("upper_ug"), (amount * 9 // 10).alias("co2_fossil_ug"),
        (amount // 1000).alias("n2o_ug"), (pl.col("mass_mg") * 3).alias("energy_j"),
        (pl.col("mass_mg") * 2).alias("transport_kgm"),
        (pl.col("activity_id") + "|iso14083|" + pl.col("boundary") + "|none").alias("emission_id"),
        pl.lit("iso14083").alias("profile"), pl.lit("none").alias("basis"),
        pl.lit("trunk").alias("stage"), pl.lit("intensity").alias("method"),
        pl.lit("modelled").alias("tier"), pl.lit(190_471, pl.Int64).alias("sigma_ln_ppm"),
        pl.lit("AR6").alias("gwp_set"), (factor + "/carrier").alias("factor_id"),
        (factor + "-hash").alias("factor_hash"), pl.lit("a;b").alias("reasons"),
        pl.lit("F-ABROAD").alias("assumptions"),
    )  # fmt: skip
    return schema("emission").fit(found)


def measure(folder: Path, legs: int) -> dict[str, Any]:
    """Give how long the index takes, the first trace, and a trace once the process is warm."""
    from tanlu.store import open_workspace
    from tanlu.store.index import extend
    from tanlu.track.trace import trace

    begun = time.perf_counter()
    workspace = open_workspace(folder)
    opened = time.perf_counter()
    for _ in extend(workspace):
        pass
    built = time.perf_counter()
    orders = legs // LEGS
    asked = [f"waybill:JD{100_000_000 + (n * 7_919) % orders}" for n in range(ASKED + WARM)]
    found = trace(workspace, asked[0])
    first = time.perf_counter()
    wall, cpu = [], []
    for subject in asked[:WARM]:
        trace(workspace, subject)
    for subject in asked[WARM:]:
        start, spent = time.perf_counter(), time.process_time()
        found = trace(workspace, subject)
        wall.append((time.perf_counter() - start) * 1e3)
        cpu.append((time.process_time() - spent) * 1e3)
        if found.legs.height != LEGS or found.emissions.height != 2 * LEGS:
            raise AssertionError(subject)
    ordered = sorted(wall)
    return {
        "legs": orders * LEGS, "open_s": opened - begun, "index_s": built - opened,
        "first_ms": (first - built) * 1e3, "p50_ms": statistics.median(wall),
        "p95_ms": ordered[int(len(ordered) * 0.95)], "cpu_p50_ms": statistics.median(cpu),
        "parts_p50": statistics.median([found.proofs["part"].n_unique()]),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "index_mib": sum(f.stat().st_size for f in folder.glob("index/*")) >> 20,
        "parts_mib": sum(f.stat().st_size for f in folder.glob("parts/*/*")) >> 20,
    }  # fmt: skip


def main() -> None:
    """Make the ledger if it is not there, and say what was measured."""
    folder, legs = Path(sys.argv[1]), int(sys.argv[2])
    begun = time.perf_counter()
    make(folder, legs, together="together" in sys.argv[3:])
    made = time.perf_counter() - begun
    sys.stdout.write(json.dumps({"make_s": made, **measure(folder, legs)}) + "\n")


if __name__ == "__main__":
    main()
