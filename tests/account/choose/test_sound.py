"""Faulty meters are found by vehicle and by leg, and counted."""

from __future__ import annotations

import numpy as np
import polars as pl

from tanlu.account.choose.sound import sound


def fleet(vehicles: int = 40, legs: int = 30) -> pl.DataFrame:
    chance = np.random.default_rng(5)
    own = np.repeat(chance.normal(0, 0.06, vehicles), legs)
    ratio = np.exp(own + chance.normal(0, 0.06, vehicles * legs))
    return pl.DataFrame({
        "vehicle": [f"v{k // legs}" for k in range(vehicles * legs)],
        "physics_j": pl.Series([10**9] * vehicles * legs, dtype=pl.Int64),
        "metered_j": (ratio * 10**9).astype("int64"),
    })  # fmt: skip


def test_a_sound_fleet_stays() -> None:
    made = sound(fleet())

    assert made.faulty == []
    assert made.drives.height >= 1_195
    assert sum(made.left_out.values()) == 1_200 - made.drives.height


def test_a_meter_that_errs_all_the_time_loses_its_vehicle() -> None:
    of = pl.col("vehicle") == "v3"
    wrong = fleet().with_columns(pl.when(of).then(pl.col("metered_j") // 3).otherwise("metered_j"))
    made = sound(wrong)

    assert made.faulty == ["v3"]
    assert (made.left_out["vehicles"], made.left_out["vehicle_legs"]) == (1, 30)
    assert "v3" not in set(made.drives["vehicle"])


def test_a_wild_value_loses_its_leg_alone() -> None:
    rows = fleet()
    wrong = rows.with_columns(
        pl.when(pl.int_range(pl.len()) == 7).then(pl.col("metered_j") * 9).otherwise("metered_j")
        .alias("metered_j")
    )  # fmt: skip
    made = sound(wrong)

    assert made.faulty == []
    assert made.left_out["legs"] >= 1
    assert made.drives["metered_j"].max() < 2 * 10**9


def test_every_leg_is_kept_or_counted() -> None:
    odd = fleet().with_row_index("n").with_columns(
        pl.when(pl.col("n") % 50 != 0).then("physics_j"),
        pl.when(pl.col("n") % 60 != 1).then("vehicle"),
        pl.when(pl.col("n") % 70 != 2).then("metered_j").otherwise(0).alias("metered_j"),
    )  # fmt: skip
    made = sound(odd)
    left = {name: count for name, count in made.left_out.items() if name != "vehicles"}

    assert made.drives.height + sum(left.values()) == 1_200
    assert left["no_features"] == 24
    assert min(left["no_vehicle"], left["not_positive"]) > 0


def test_no_drives_are_no_fault() -> None:
    assert sound(fleet().clear()).drives.height == 0
