"""A clean fleet with known truth: 60 vehicles, 100 days, goods over one hub, fills and odometers.

Each morning a vehicle brings a consignment from its site to the hub, each afternoon it carries
another one's home. Energy = km · base · (0.75 + 0.4 load) · vehicle (σ 0.05) · trip (σ 0.08), as
in the measurements that the thresholds come from.
"""

from __future__ import annotations

import math
from functools import cache
from random import Random
from typing import Any, NamedTuple

import polars as pl

from tanlu.terms import schema

VEHICLES, DAYS = 60, 100
TRIPS = VEHICLES * DAYS * 2
FAULTS = 120
DAY_US = 86_400_000_000
FIRST_US = 1_790_784_000_000_000  # 2026-09-30 16:00 UTC, midnight in Shanghai
MJ_L = 35.6  # of diesel in China, only to make litres; the ledger has its own
FILL_L, TANK_L = 180.0, 400.0
EARTH_M = 6_371_008.8


Point = tuple[float, float]


class Fleet(NamedTuple):
    """Tables of a clean ledger."""

    trips: pl.DataFrame
    activities: pl.DataFrame
    readings: pl.DataFrame
    transfers: pl.DataFrame


def circle_m(a: Point, b: Point) -> float:
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    half = math.radians(b[1] - a[1]) / 2
    share = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half) ** 2
    return 2 * EARTH_M * math.asin(math.sqrt(share))


def heat_j_ml() -> float:
    from tanlu.verify.plausibility.rides import heats

    return float(heats().filter(energy_carrier="diesel")["_j_ml"][0])


@cache
def clean(seed: int = 1) -> Fleet:
    """Give the fleet; the same seed gives the same rows."""
    luck = Random(seed)
    hub = (31.3, 121.1)
    sites = [(31.3 + luck.uniform(-1.2, 1.2), 121.1 + luck.uniform(-1.4, 1.4)) for _ in range(20)]
    special = [math.exp(luck.gauss(0, 0.05)) for _ in range(VEHICLES)]
    trips: list[dict[str, Any]] = []
    for day in range(DAYS):
        masses = [luck.randint(4_000_000, 23_000_000) for _ in range(VEHICLES)]
        for v in range(VEHICLES):
            site = sites[v % 20]
            for back in (0, 1):
                number = day * VEHICLES + (v + 7 * back) % VEHICLES
                mass = masses[(v + 7 * back) % VEHICLES]
                ends = ((site, hub), (hub, site))[back]
                trips.append(_trip(luck, (v, day, back), ends, (mass, number), special[v]))
    table = schema("activity").fit(pl.DataFrame(trips, infer_schema_length=None))
    fills, readings = _fills(table, luck)
    hubs = _handled(table)
    whole = pl.concat([table, fills, hubs, _meters(luck)])
    return Fleet(table, whole, readings, _boxes(luck))


def _trip(
    luck: Random,
    which: tuple[int, int, int],
    ends: tuple[Point, Point],
    goods: tuple[int, int],
    special: float,
) -> dict[str, Any]:
    (v, day, back), (mass_g, number) = which, goods
    way = round(max(circle_m(*ends), 20_000) * 1.25 * luck.uniform(0.98, 1.02))
    load = mass_g / 25_510_000
    empty = luck.randint(80_000, 220_000)
    start = (
        FIRST_US + day * DAY_US + (6 + 8 * back) * 3_600_000_000 + luck.randint(0, 59) * 60_000_000
    )
    lasting = round(way / (luck.uniform(45, 65) / 3.6))
    energy = way / 1000 * 11.8e6 * (0.75 + 0.4 * load) * special * math.exp(luck.gauss(0, 0.08))
    code = f"SITE-{v % 20:02}"
    places = (code, "HUB-01") if not back else ("HUB-01", code)
    sides = {
        f"{side}_{axis}_e7": round(end[k] * 1e7)
        for side, end in zip(("origin", "destination"), ends, strict=True)
        for k, axis in enumerate(("lat", "lon"))
    }
    return {
        "activity_id": f"T{day:03}-{v:02}-{back}", "start": start,
        "end": start + lasting * 1_000_000,
        "zone": "Asia/Shanghai", "precision": "instant", "kind": "transport.road",
        "mass_mg": mass_g * 1000, "distance_m": way, "distance_type": "actual",
        "energy_j": round(energy), "vehicle_class": "truck.artic.44t", "energy_carrier": "diesel",
        "temperature_class": "ambient", "load_ppm": round(load * 1e6), "empty_ppm": empty,
        "idle_us": round(lasting * luck.uniform(0.03, 0.12)) * 1_000_000,
        "origin": places[0], "destination": places[1], **sides, "place": "CN-SH",
        "operator": f"CARRIER-{v % 3}", "payer": "MALL", "shipment": f"S{number:06}",
        "consignment": f"S{number:06}", "leg_no": back + 1, "subject": f"waybill:S{number:06}",
        "vehicle": f"V{v:02}",
    }  # fmt: skip


def _fills(trips: pl.DataFrame, luck: Random) -> tuple[pl.DataFrame, pl.DataFrame]:
    heat, rows, levels = heat_j_ml(), [], []
    for (vehicle,), part in trips.sort("vehicle", "start").group_by("vehicle", maintain_order=True):
        since, counter, first = 0.0, float(luck.randint(10_000_000, 300_000_000)), True
        for trip in part.iter_rows(named=True):
            if first:
                for stream, value in (("tank_ml", TANK_L * 1000), ("odometer_m", counter)):
                    levels.append((vehicle, trip["start"] - 60_000_000, stream, value))
                first = False
            since += trip["energy_j"] / heat
            counter += trip["distance_m"] / (1 - trip["empty_ppm"] / 1e6)
            last = trip["end"]
            if since / 1000 > FILL_L * (1 + len(rows) % 7 / 10):
                litres = round(since / 10) * 10
                rows.append((vehicle, last + 1_800_000_000, litres, trip["operator"]))
                since -= litres
        for stream, value in (("tank_ml", TANK_L * 1000 - since), ("odometer_m", counter)):
            levels.append((vehicle, last + 7_200_000_000, stream, value))
    bought = pl.DataFrame(rows, schema=["vehicle", "start", "volume_ml", "operator"], orient="row")
    fills = bought.with_columns(
        activity_id=pl.format("F{}-{}", "vehicle", pl.int_range(pl.len())),
        end=pl.col("start") + 300_000_000, zone=pl.lit("Asia/Shanghai"),
        precision=pl.lit("instant"), kind=pl.lit("energy.fuel"), energy_carrier=pl.lit("diesel"),
        place=pl.lit("CN-SH"),
    )  # fmt: skip
    told = pl.DataFrame(levels, schema=["device", "at", "stream", "value"], orient="row")
    return schema("activity").fit(fills), schema("reading").fit(
        told.sort("device", "stream", "at").with_columns(seq=pl.int_range(pl.len()).cast(pl.Int64))
    )


def _handled(trips: pl.DataFrame) -> pl.DataFrame:
    came = trips.filter(pl.col("destination") == "HUB-01")
    return schema("activity").fit(
        came.select(
            pl.col("activity_id") + "-H", pl.col("end").alias("start"),
            (pl.col("end") + 600_000_000).alias("end"), "zone", "precision",
            pl.lit("hub.transshipment").alias("kind"), "mass_mg", pl.lit("HUB-01").alias("place"),
            pl.lit("HUBCO").alias("operator"), "shipment",
        )
    )  # fmt: skip


def _meters(luck: Random) -> pl.DataFrame:
    """A main meter, a roof, three chargers and a hall, day by day."""
    rows = []
    for day in range(DAYS):
        parts = [luck.randint(80_000, 400_000) * 3_600 for _ in range(4)]
        roof = luck.randint(10_000, 200_000) * 3_600
        main = sum(parts) - roof + luck.randint(0, 3_000) * 3_600
        told = [("main", None, None, main), ("roof", None, "main", roof)]
        told += [(f"part{k}", "main", None, part) for k, part in enumerate(parts)]
        for name, under, into, energy in told:
            keys = [("meter", name), ("under", under), ("into", into)]
            keys += [("parts", "all")] if name == "main" else []
            labels = ",".join(f'"{key}":"{value}"' for key, value in sorted(keys, key=str) if value)
            rows.append({
                "activity_id": f"M{day:03}-{name}", "start": FIRST_US + day * DAY_US,
                "end": FIRST_US + (day + 1) * DAY_US, "zone": "Asia/Shanghai", "precision": "day",
                "kind": "energy.electricity", "energy_j": energy, "energy_carrier": "electricity",
                "place": "CN-SH", "operator": "PARKCO", "labels": f"{{{labels}}}",
                "subject": "site:PARK",
            })  # fmt: skip
    return schema("activity").fit(pl.DataFrame(rows))


def _boxes(luck: Random) -> pl.DataFrame:
    """Boxes go from the pool to the hub and on to twenty shops, and come back."""
    rows, held = [], {"hub": 0, **{f"shop{k}": 0 for k in range(20)}}
    for n in range(2_000):
        shop = f"shop{luck.randrange(20)}"
        count = luck.randint(1, 30)
        steps = [("pool", "hub", count), ("hub", shop, count)]
        if held[shop] > 5:
            steps.append((shop, "hub", luck.randint(1, held[shop])))
        for k, (giver, taker, amount) in enumerate(steps):
            held[taker] += amount
            if giver != "pool":
                held[giver] -= amount
            rows.append((f"B{n:04}-{k}", FIRST_US + n * 3_600_000_000 + k * 60_000_000,
                         "Asia/Shanghai", "box", giver, taker, amount))  # fmt: skip
    names = ["transfer_id", "at", "zone", "book", "from_holder", "to_holder", "amount"]
    return schema("transfer").fit(pl.DataFrame(rows, schema=names, orient="row"))


def picked(rows: pl.DataFrame, count: int = FAULTS, seed: int = 7) -> pl.Series:
    """Give the identities of some rows, drawn by a seed."""
    ids = rows["activity_id"].sort().to_list()
    return pl.Series(sorted(Random(seed).sample(ids, count)))


def hit(rows: pl.DataFrame, ids: pl.Series, **changed: pl.Expr) -> pl.DataFrame:
    """Give the rows with some columns changed where the identity is among ``ids``."""
    here = pl.col("activity_id").is_in(ids.implode())
    types = schema("activity").dtypes()
    return rows.with_columns(
        pl.when(here).then(value.cast(types[name])).otherwise(name).alias(name)
        for name, value in changed.items()
    )
