"""Faults planted in the clean fleet, one kind at a time, and who should find them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from random import Random
from typing import NamedTuple

import polars as pl
from tests.verify.plausibility.fleet import clean, hit, picked

from tanlu.terms import schema
from tanlu.verify.plausibility import Checked, check

A = "activity_id"
E, D = pl.col("energy_j"), pl.col("distance_m")


class Planted(NamedTuple):
    """Tables with a fault, and the subjects (or rows of evidence) that should be named."""

    activities: pl.DataFrame
    guilty: set[str]
    readings: pl.DataFrame | None = None
    transfers: pl.DataFrame | None = None


def _trips(**changed: pl.Expr) -> Planted:
    fleet = clean()
    ids = picked(fleet.trips)
    return Planted(hit(fleet.activities, ids, **changed), set(ids))


def _copies(**changed: pl.Expr) -> Planted:
    fleet = clean()
    ids = picked(fleet.trips)
    some = fleet.activities.filter(pl.col(A).is_in(ids.implode()))
    more = some.with_columns(pl.col(A) + "-again", **changed)
    return Planted(pl.concat([fleet.activities, more.select(fleet.activities.columns)]),
                   {f"{name}-again" for name in ids})  # fmt: skip


def _vehicles(share: int, keep: pl.Expr | None = None, **changed: pl.Expr) -> Planted:
    """All trips of every so-manieth vehicle."""
    fleet = clean()
    names = [f"V{k:02}" for k in range(0, 60, share)]
    here = pl.col("vehicle").is_in(names) & pl.col("kind").str.starts_with("transport.")
    types = schema("activity").dtypes()
    rows = fleet.activities
    if keep is not None:
        rows = rows.filter(~here | keep)
    rows = rows.with_columns(
        pl.when(here).then(value.cast(types[name])).otherwise(name).alias(name)
        for name, value in changed.items()
    )
    return Planted(rows, {f"vehicle:{name}" for name in names}, fleet.readings)


def _fills(**changed: pl.Expr) -> Planted:
    fleet = clean()
    names = ["V01", "V05", "V09", "V13"]
    here = pl.col("vehicle").is_in(names) & (pl.col("kind") == "energy.fuel")
    rows = fleet.activities.with_columns(
        pl.when(here).then(value.cast(pl.Int64)).otherwise(name).alias(name)
        for name, value in changed.items()
    )
    return Planted(rows, {f"vehicle:{name}" for name in names})


def _vehicle_twice() -> Planted:
    """A trip of a vehicle also has the plate of one that is under way elsewhere."""
    fleet = clean()
    ids = picked(fleet.trips.filter(pl.col("vehicle") != "V00"))
    # V00 leaves its own site at the same hours every day
    return Planted(hit(fleet.activities, ids, vehicle=pl.lit("V00")), set(ids))


def _late() -> Planted:
    fleet = clean()
    ids = picked(fleet.trips.filter(pl.col("leg_no") == 1))
    week = 7 * 86_400_000_000
    rows = hit(fleet.activities, ids, start=pl.col("start") + week, end=pl.col("end") + week)
    late = fleet.trips.filter(pl.col(A).is_in(ids.implode()), pl.col("leg_no") == 1)
    second = fleet.trips.filter(pl.col("leg_no") == 2).join(late, on="shipment", how="semi")
    return Planted(rows, set(second[A]))


def _counters(**changed: pl.Expr) -> Planted:
    """Odometers every day, and faults in some of the readings in the middle."""
    fleet = clean()
    rows = (
        fleet.trips.sort("vehicle", "end")
        .with_columns(value=pl.col("distance_m").cum_sum().over("vehicle") + 5e7)
        .select(pl.col("vehicle").alias("device"), pl.col("end").alias("at"), "value")
        .with_columns(stream=pl.lit("odometer_m"), seq=pl.int_range(pl.len()).cast(pl.Int64))
    )  # fmt: skip
    luck = Random(3)
    where = sorted(luck.sample(range(60), 30))
    picks = [vehicle * 200 + luck.randrange(50, 150) for vehicle in where]
    here = pl.col("seq").is_in(picks)
    told = rows.with_columns(
        pl.when(here).then(value).otherwise(name).alias(name) for name, value in changed.items()
    )
    return Planted(
        fleet.activities, {f"device:V{k:02}" for k in where}, schema("reading").fit(told)
    )


def _meter(name: str, share: float) -> Planted:
    rows = clean().activities.with_columns(
        pl.when(pl.col(A).str.ends_with(name)).then((pl.col("energy_j") * share).cast(pl.Int64))
        .otherwise("energy_j").alias("energy_j")
    )  # fmt: skip
    return Planted(rows, {"meter:main"})


def _missing_legs() -> Planted:
    """Four of a hundred legs out of the hub were never told."""
    fleet = clean()
    ids = picked(fleet.trips.filter(pl.col("origin") == "HUB-01"), 240)
    return Planted(fleet.activities.filter(~pl.col(A).is_in(ids.implode())), {"site:HUB-01"})


def _light_legs() -> Planted:
    fleet = clean()
    ids = picked(fleet.trips)
    told = fleet.trips.filter(pl.col(A).is_in(ids.implode()))
    rows = hit(fleet.activities, ids, mass_mg=pl.col("mass_mg") * 0.85)
    return Planted(rows, {f"shipment:{name}" for name in told["shipment"]})


def _lost_boxes() -> Planted:
    fleet = clean()
    wanted = pl.col("to_holder").is_in(["shop1", "shop2", "shop3"])
    here = wanted & (pl.int_range(pl.len()) % 2 == 0)
    return Planted(fleet.activities, {f"holder:shop{k}" for k in (1, 2, 3)}, None,
                   fleet.transfers.filter(~here))  # fmt: skip


def _operator(energy: pl.Expr) -> Planted:
    return _of_operator("energy_j", pl.when(E.is_not_null()).then(energy))


def _never_empty() -> Planted:
    return _of_operator("empty_ppm", pl.lit(0))


def _of_operator(name: str, value: pl.Expr) -> Planted:
    here = pl.col("operator") == "CARRIER-1"
    changed = pl.when(here).then(value.cast(pl.Int64)).otherwise(name).alias(name)
    return Planted(clean().activities.with_columns(changed), {"operator:CARRIER-1"})


NEAR = {"mass_mg": pl.col("mass_mg") // 10**8 * 10**8, "operator": pl.lit("CONSIGNOR"),
        "start": pl.col("start") + 420_000_000}  # fmt: skip
PLANTED: dict[str, tuple[str, Callable[[], Planted]]] = {
    "energy -35 %": ("intensity", lambda: _trips(energy_j=E * 0.65)),
    "energy -15 %": ("intensity", lambda: _trips(energy_j=E * 0.85)),
    "energy x 3.6": ("intensity", lambda: _trips(energy_j=E * 3.6)),
    "vehicles -15 % all the time": ("peers", lambda: _vehicles(10, energy_j=E * 0.85)),
    "energy -15 %, by the fills": ("fuel", lambda: _vehicles(10, energy_j=E * 0.85)),
    "fills 8 % short": ("fuel", lambda: _fills(volume_ml=pl.col("volume_ml") * 0.92)),
    "distance +25 %": ("lane", lambda: _trips(distance_m=D * 1.25)),
    "distance +5 % all the time": ("odometer", lambda: _vehicles(10, distance_m=D * 1.05)),
    "one trip in twenty not told": (
        "odometer", lambda: _vehicles(10, keep=pl.col("activity_id").hash(1) % 20 != 0)
    ),
    "distance half": ("circle", lambda: _trips(distance_m=D * 0.5)),
    "distance x 10": ("speed", lambda: _trips(distance_m=D * 10)),
    "load x 3": ("capacity", lambda: _trips(mass_mg=pl.lit(30_000_000_000), load_ppm=pl.lit(None))),
    "same row, other id": ("duplicate", _copies),
    "same row, other waybill": (
        "duplicate", lambda: _copies(**{name: pl.col(name) + "X" for name in
                                        ("shipment", "consignment", "subject")})
    ),
    "told by the other party, rounded": ("near", lambda: _copies(**NEAR)),
    "vehicle elsewhere": ("overlap", _vehicle_twice),
    "leg after delivery": ("order", _late),
    "whole litres": ("whole", lambda: _vehicles(10, energy_j=(E / 36e5).round() * 3_600_000)),
    "always the same": ("flat", lambda: _vehicles(10, energy_j=pl.lit(1_234_567_891))),
    "digits 0 and 5": ("digits", lambda: _operator(E // 5 * 5)),
    "odometer set back": ("meter", lambda: _counters(value=pl.col("value") - 400_000)),
    "odometer anew": ("replaced", lambda: _counters(value=pl.lit(12.0))),
    "charger counts 30 % more": ("power", lambda: _meter("-part2", 1.3)),
    "main meter counts 8 % less": ("power", lambda: _meter("-main", 0.92)),
    "main meter counts 25 % more": ("power", lambda: _meter("-main", 1.25)),
    "four of a hundred legs left out": ("tonnes", _missing_legs),
    "mass -15 % on one leg": ("mass", _light_legs),
    "idles longer than it drives": ("idle", lambda: _trips(idle_us=pl.col("end") - pl.col("start")
                                                          + 3_600_000_000)),
    "never empty": ("empty", _never_empty),
    "boxes never received": ("boxes", _lost_boxes),
}  # fmt: skip


def of(*rules: str) -> list[str]:
    """Give the faults that these rules should find."""
    return [fault for fault, (rule, _) in PLANTED.items() if rule in rules]


@cache
def measured(fault: str) -> tuple[float, set[str], Checked]:
    """Give the share of the guilty that its rule names, whom it names besides, and the findings."""
    rule, plant = PLANTED[fault]
    made = plant()
    off = {name: {"on": 0.0} for name in _rules() if name != rule}
    told = check(made.activities, rules=off, readings=made.readings, transfers=made.transfers)
    named = subjects(told.findings) | rows_of(told.findings)
    guilty = made.guilty
    innocent = subjects(told.findings) - guilty
    return len(guilty & named) / len(guilty), innocent, told


def _rules() -> list[str]:
    from tanlu.verify.plausibility.checking import RULES

    return list(RULES)


def subjects(findings: pl.DataFrame) -> set[str]:
    """Give what findings are about; activities by their bare identity."""
    return set(findings["subject"].str.strip_prefix("activity:"))


def rows_of(findings: pl.DataFrame) -> set[str]:
    """Give the identities of all rows that findings show."""
    import json

    shown = [json.loads(text)["rows"] or [] for text in findings["evidence"]]
    return reduce(set.union, ({row.get(A) for row in rows if row} for rows in shown), set())
