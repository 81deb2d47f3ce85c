"""Product systems for tests: one by hand, many at random."""

from __future__ import annotations

import random
from typing import Any

import polars as pl

from tanlu.account.lifecycle import System

HEAD = """
id = "kettle"
name = { en = "kettle", zh = "水壶" }
period = "2026"
place = "CN"
declared_unit = { process = "kettle", amount = "1 item", en = "one kettle", zh = "一只水壶" }
"""
STEEL = """
[[process]]
id = "steel"
stage = "production"
output = "1 kg"
[[process.flow]]
gas = "CO2"
mass = "2 kg"
"""
KETTLE = """
[[process]]
id = "kettle"
stage = "production"
output = "1 item"
[[process.input]]
from = "steel"
amount = "0.5 kg"
"""
LIFE = HEAD + STEEL + KETTLE
TRUCK = """[[process.activity]]
kind = "transport.road"
vehicle_class = "truck.artic.44t"
energy_carrier = "diesel"
distance = "1400 km"
"""
ABOUT = {"id": "p", "product": "p00", "amount": 1.0, "start": 1_790_784_000_000_000}


def drawn(seed: int, size: int | None = None) -> System:
    """A random system with loops that converge, its reference flows far from one."""
    draw = random.Random(seed)
    count = size or draw.randint(2, 40)
    names = [f"p{n:02d}" for n in range(count)]
    made = [10 ** draw.uniform(-3, 3) for _ in names]
    exchanges: list[dict[str, Any]] = []
    for place, name in enumerate(names):
        users = [n for n in range(count) if draw.random() < min(1.0, 4 / count)]
        whole = draw.uniform(0.1, 0.95)
        weights = [draw.random() for _ in users]
        for user, weight in zip(users, weights, strict=True):
            # what is used of a product in one run of all its users stays below what is made
            amount = made[place] * whole * weight / sum(weights)
            exchanges.append(
                {"process": names[user], "supplier": name, "amount": amount, "dimension": "mass"}
            )
    flows = [
        {"line": f"{name}/{gas}", "process": name, "gas": gas, "origin": "fossil",
         "mass_kg": 10 ** draw.uniform(-3, 3)}
        for name in names
        for gas in ("CO2", "CH4", "N2O")
        if draw.random() < 0.6
    ]  # fmt: skip
    processes = pl.DataFrame(
        {"process": names, "stage": ["production"] * count, "output": made,
         "dimension": ["mass"] * count}
    )  # fmt: skip
    kinds = {"process": pl.String, "supplier": pl.String, "amount": pl.Float64,
             "dimension": pl.String}  # fmt: skip
    return System(
        processes, pl.DataFrame(exchanges, schema=kinds), flows=pl.DataFrame(flows), about=ABOUT
    )


def demand(process: str, amount: float = 1.0, name: str | None = None) -> pl.DataFrame:
    return pl.DataFrame({"demand": [name or process], "process": [process], "amount": [amount]})
