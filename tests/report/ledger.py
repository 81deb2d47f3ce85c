"""A small made-up ledger in memory: the frames of a workspace without a workspace."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl

from tanlu.store import open_workspace
from tanlu.terms import schema, time

DAY_US = 86_400_000_000
START_US = 1_790_784_000_000_000  # 2026-10-01 00:00 in Asia/Shanghai
GRAMS = {
    "transport.road": 70, "transport.rail": 18, "transport.sea": 9, "transport.air": 610,
    "hub.transshipment": 1200,
}  # fmt: skip
SIGMA = {"measured": 0.05, "modelled": 0.2, "default": 0.45}
PLACES = ("CN-SH", "CN-ZJ", "CN-GD", "CN-SN", "CN-XJ", "CN-HL", "US-CA")


class Ledger:
    """What a report asks of a workspace."""

    zone = "Asia/Shanghai"
    version = 7
    path = Path("no such workspace")

    def __init__(self, **tables: pl.DataFrame) -> None:
        self.tables = tables

    def scan(self, table: str, **_: Any) -> pl.LazyFrame:
        return self.tables.get(table, schema(table).empty()).lazy()

    def editions(self) -> pl.DataFrame:
        return self.tables.get("edition", schema("edition").empty())

    def log(self, kind: str) -> list[Any]:
        return []

    def parts(self, table: str, as_of: int | None = None) -> list[Any]:
        return []


def emission(activity: dict[str, Any], boundary: str, co2e_ug: int, **more: Any) -> dict[str, Any]:
    """One emission of an activity with sensible values for all that is not said."""
    tier = more.get("tier", "modelled")
    width = round(co2e_ug * 1.96 * SIGMA[tier])
    copied = {
        key: activity.get(key)
        for key in ("activity_id", "kind", "start", "end", "zone", "mass_mg", "distance_m",
                    "distance_type", "origin", "destination", "place", "subject", "shipment",
                    "vehicle", "payer")
    }  # fmt: skip
    mass, distance = activity.get("mass_mg"), activity.get("distance_m")
    row = {
        **copied, "profile": "iso14083", "boundary": boundary, "basis": "none",
        "method": "intensity", "tier": tier, "co2e_ug": co2e_ug, "lower_ug": co2e_ug - width,
        "upper_ug": co2e_ug + width, "sigma_ln_ppm": round(SIGMA[tier] * 1e6),
        "co2_fossil_ug": co2e_ug * 97 // 100, "co2_bio_ug": co2e_ug * 3 // 100,
        "ch4_fossil_ug": co2e_ug // 4000, "n2o_ug": co2e_ug // 20_000, "gwp_set": "AR6",
        "factor_id": f"{activity['kind']}_{tier}", "factor_hash": f"{activity['kind']}.{tier}",
        "transport_kgm": mass * distance // 1_000_000 if mass and distance else None,
        "daf_ppm": 1_050_000 if activity["kind"] == "transport.road" else 1_000_000,
        **more,
    }  # fmt: skip
    identity = (row["activity_id"], row["profile"], boundary, row["basis"], row.get("share_key"))
    return {"emission_id": "|".join(str(part or "") for part in identity), **row}


def activity(number: int, kind: str = "transport.road", **more: Any) -> dict[str, Any]:
    """One activity with sensible values for all that is not said."""
    start = START_US + number * 3_600_000_000 % (31 * DAY_US)
    moving = kind.startswith("transport.")
    return {
        "activity_id": f"a{number}", "start": start, "end": start + 3_600_000_000,
        "zone": "Asia/Shanghai", "precision": "hour", "kind": kind, "mass_mg": 2_000_000_000,
        "distance_m": 350_000 if moving else None, "distance_type": "sfd" if moving else None,
        "origin": "CN-SH", "destination": "CN-ZJ" if moving else None, "place": "CN-SH",
        "subject": f"waybill:T{number}", "shipment": f"T{number}", **more,
    }  # fmt: skip


def frames(
    activities: list[dict[str, Any]], emissions: list[dict[str, Any]]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows as tables of their schemas."""
    made = []
    for name, rows in (("activity", activities), ("emission", emissions)):
        types = schema(name).dtypes()
        used = {key: types[key] for key in types if any(key in row for row in rows)}
        made.append(schema(name).fit(pl.DataFrame(rows, schema=used)))
    return made[0], made[1]


def network(legs: int = 400, seed: int = 3, lost: float = 0.02) -> Ledger:
    """A month of a made-up network; a share of the activities has no emission."""
    dice = random.Random(seed)
    activities, emissions = [], []
    for i in range(legs):
        kind = dice.choices(list(GRAMS), [60, 14, 5, 3, 12])[0]
        moving = kind.startswith("transport.")
        origin = dice.choices(PLACES, [8, 6, 6, 3, 1, 1, 1])[0]
        row = activity(
            i, kind, mass_mg=int(dice.lognormvariate(8, 1) * 1e6), origin=origin, place=origin,
            destination=dice.choice(PLACES) if moving else None,
            distance_m=dice.randrange(30_000, 2_400_000) if moving else None,
            start=START_US + dice.randrange(31 * DAY_US),
            vehicle=f"v{dice.randrange(20):02d}" if kind == "transport.road" else None,
        )  # fmt: skip
        row["end"] = row["start"] + 3_600_000_000
        activities.append(row)
        if dice.random() < lost:
            continue
        tonnes = row["mass_mg"] / 1e9
        grams = GRAMS[kind] * tonnes * (row["distance_m"] / 1000 if moving else 1)
        tier = dice.choices(["measured", "modelled", "default"], [4, 4, 2])[0]
        codes = {"default": "load.default;empty.default", "modelled": "distance.sfd"}
        for boundary, part in (("ttw", 0.82), ("wtt", 0.18)):
            emissions.append(
                emission(row, boundary, int(grams * part * 1e6), tier=tier,
                         assumptions=codes.get(tier), vehicle_class="truck.rigid.17t")
            )  # fmt: skip
    made = frames(activities, emissions)
    return Ledger(activity=made[0], emission=made[1])


def kept(folder: Path, rows: list[dict[str, Any]], done: list[dict[str, Any]], **shape: Any) -> Any:
    """Write activities and emissions into a workspace and give it."""
    workspace = open_workspace(folder / "kept", create=True, **shape)
    for table, frame in zip(("activity", "emission"), frames(rows, done), strict=True):
        workspace.append(table, frame)
    return workspace


def legs(*days: tuple[str, int], **more: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Give one leg a day [local date] with its emissions [µg]: a ttw row and no other."""
    rows, done = [], []
    for number, (day, amount) in enumerate(days):
        start = time.period(day, "Asia/Shanghai")[0]
        row = activity(number, start=start, end=start + 3_600_000_000, shipment=f"S{number}")
        rows.append(row)
        done.append(emission(row, "ttw", amount, **more))
    return rows, done
