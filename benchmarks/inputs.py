"""The input of the cases: legs of the simulated network in the schema of an activity."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from tanlu.simulate import batch, plan
from tanlu.terms import schema

KINDS = {
    "road": "transport.road", "rail": "transport.rail", "air": "transport.air",
    "inland": "transport.inland", "sea": "transport.sea", "sorting": "hub.parcel",
    "transfer": "hub.transshipment",
}  # fmt: skip
# what the kernel reads: key, amounts, distance type, load
READ = (
    "activity_id", "start", "kind", "mass_mg", "distance_m", "distance_type", "vehicle_class",
    "energy_carrier", "temperature_class", "load_ppm", "empty_ppm", "origin", "place", "count",
)  # fmt: skip
LEGS_PER_ORDER = 4.33
SEED = 1


def activities(legs: pl.DataFrame) -> pl.DataFrame:
    """Give legs as activities, as the mapping of the park reads them."""
    local = 8 * 3_600_000_000

    def whole(column: str, scale: int) -> pl.Expr:
        return (pl.col(column) * scale).round().cast(pl.Int64)

    found = legs.select(
        (pl.col("waybill") + "-" + pl.col("leg_no").cast(pl.String)).alias("activity_id"),
        (pl.col("start").cast(pl.Int64) - local).alias("start"),
        (pl.col("end").cast(pl.Int64) - local).alias("end"),
        pl.lit("Asia/Shanghai").alias("zone"),
        pl.lit("instant").alias("precision"),
        pl.col("mode").replace_strict(KINDS).alias("kind"),
        whole("mass_kg", 1_000_000).alias("mass_mg"),
        whole("distance_km", 1_000).alias("distance_m"),
        whole("load_factor", 1_000_000).alias("load_ppm"),
        whole("empty_share", 1_000_000).alias("empty_ppm"),
        pl.col("temperature").alias("temperature_class"),
        pl.col("items").alias("count"),
        ("waybill:" + pl.col("waybill")).alias("subject"),
        "distance_type", "vehicle_class", "energy_carrier", "origin", "destination", "place",
        "operator", "payer", "shipment", "consignment", "leg_no", "vehicle",
    )  # fmt: skip
    return schema("activity").fit(found)


def make(folder: Path, rows: int) -> Path:
    """Write a Parquet file (zstd-1) of that many activities, once; a second call finds it."""
    file = folder / f"activities-{rows}.parquet"
    if file.exists():
        return file
    folder.mkdir(parents=True, exist_ok=True)
    made = plan(int(rows / LEGS_PER_ORDER * 1.1) + 100, SEED, days=90)
    parts, held, number = [], 0, 0
    while held < rows:
        parts.append(activities(batch(made, number)["legs"]))
        held += parts[-1].height
        number += 1
    frame = pl.concat(parts).head(rows)
    frame.write_parquet(file, compression="zstd", compression_level=1, row_group_size=122_880)
    (folder / f"activities-{rows}.json").write_text(json.dumps({"rows": rows, "seed": SEED}))
    return file
