"""Fixes made up for tests: a device that stands and moves as told, and simulated journeys."""

from __future__ import annotations

from functools import cache

import polars as pl

from tanlu.simulate.journeys import Journeys, journeys
from tanlu.terms import schema
from tanlu.track.fuse import fuse

START = 1_767_225_600_000_000
METRE_E7 = 89.932  # 1e-7 degrees of latitude a metre


@cache
def simulated(n: int = 5, seed: int = 1500) -> tuple[Journeys, pl.DataFrame]:
    """Give journeys of the region that nothing was fitted on, and their fixes."""
    made = journeys(n, seed, region="test")
    return made, fuse(made.positions).fixes


def fixes(
    *parts: tuple[float, float, int], device: str = "one", lat: float = 31.0, lon: float = 121.0
) -> pl.DataFrame:
    """Give fixes due north: each part is seconds, speed [m/s] and seconds between fixes."""
    rows = []
    at, place = 0.0, lat * 1e7
    way: float | None = None
    for seconds, speed, step in parts:
        for _ in range(round(seconds / step)):
            rows.append((device, START + int(at * 1e6), int(place), way, speed))
            at, place, way = at + step, place + speed * step * METRE_E7, speed * step
    return schema("fix").fit(
        pl.DataFrame(rows, schema=["device", "at", "lat_e7", "metres", "v"], orient="row").select(
            "device", "at", "lat_e7", lon_e7=pl.lit(int(lon * 1e7)), sigma_mm=pl.lit(4_000),
            speed_mm_s=(pl.col("v") * 1e3).cast(pl.Int64),
            heading_cdeg=pl.when(pl.col("v") > 0).then(0),
            way_mm=(pl.col("metres") * 1e3).cast(pl.Int64), way_sigma_mm=pl.lit(500),
            still_ppm=pl.when(pl.col("v") > 0).then(0).otherwise(999_000),
            bridged=pl.when(pl.col("at").diff() > 120_000_000).then(1).otherwise(0),
            source=pl.lit("gnss"),
        ).with_columns(altitude_m=pl.lit(None, pl.Int64))
    )  # fmt: skip
