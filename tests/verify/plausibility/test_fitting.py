"""What a drive should need is fitted class by class, and what lies far off does not bend it."""

from __future__ import annotations

import math
from random import Random

import polars as pl
import pytest
from tests.verify.plausibility.asked import HOUR_US, NOON_US, rows

from tanlu.verify.plausibility import limits
from tanlu.verify.plausibility.fitting import ratios, solve

AT = limits()["intensity"]


def test_a_small_system_is_solved() -> None:
    found = solve([[4.0, 1.0, 0.0], [1.0, 3.0, 1.0], [0.0, 1.0, 2.0]], [6.0, 10.0, 8.0])

    assert found == pytest.approx([1.0, 2.0, 3.0])


def test_scales_far_apart_do_not_matter() -> None:
    found = solve([[4e12, 1e3], [1e3, 3e-6]], [4e12 + 2e3, 1e3 + 6e-6])

    assert found == pytest.approx([1.0, 2.0])


def test_a_system_without_one_solution_has_none() -> None:
    assert solve([[1.0, 2.0], [2.0, 4.0]], [1.0, 2.0]) is None


def drives(count: int, sigma: float = 0.0, slip: int = 0, off: float = 1.0) -> pl.DataFrame:
    """Drives whose energy is 10 + 6 load + 200 climb [J/m], the first of them off by a factor."""
    luck = Random(2)
    told = []
    for k in range(count):
        load, way = luck.uniform(0.1, 1), luck.randint(50_000, 300_000)
        ascent = luck.randint(0, 2_000)
        energy = (10 + 6 * load + 200 * ascent / way) * way * math.exp(luck.gauss(0, sigma))
        told.append({
            "distance_m": way, "ascent_m": ascent,
            "energy_j": round(energy * (off if k < slip else 1)),
            "start": NOON_US, "end": NOON_US + 3 * HOUR_US, "vehicle_class": "t",
            "load_ppm": round(load * 1e6),
        })  # fmt: skip
    return rows(*told).with_columns((pl.col("load_ppm") / 1e6).alias("_load"))


def test_without_noise_nothing_is_left() -> None:
    found = ratios(drives(200), AT)["_ln"]

    assert found.abs().max() < 1e-4


def test_what_is_left_is_the_noise() -> None:
    found = ratios(drives(2_000, sigma=0.08), AT)["_ln"]

    assert found.std() == pytest.approx(0.08, rel=0.1)


@pytest.mark.parametrize("off", [30, 1 / 30])
def test_slips_do_not_bend_the_fit(off: float) -> None:
    found = ratios(drives(400, slip=12, off=off), AT)["_ln"]

    assert found.head(12).to_list() == pytest.approx([math.log(off)] * 12, abs=0.05)
    assert found.tail(388).abs().max() < 0.05


def test_few_drives_follow_the_plain_formula() -> None:
    at = {**AT, "fit": 500.0}
    told = drives(20)
    plain = told["energy_j"] / told["distance_m"] / (0.75 + 0.4 * told["_load"])
    wanted = plain.log() - plain.log().median()

    assert ratios(told, at)["_ln"].to_list() == pytest.approx(wanted.to_list())
