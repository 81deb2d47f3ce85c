"""A factor that is a function gives its value at a load, an hour or a distance, in columns."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.factors import library
from tanlu.factors.functions import AXES, evaluate, points
from tanlu.factors.packs import Pack, made_of
from tanlu.factors.packs.load import factors
from tests.factors.packs.own import day, own

SPEED = {
    "form": "table", "axis": "speed_kmh", "points": "20:9.5;60:7.25;90:8", "value": "7.5",
    "co2_fossil": "",
}  # fmt: skip


def one(pack: Pack, **told: float) -> dict[str, object]:
    asked = pl.DataFrame([{"factor_id": factors(pack)[0]["factor_id"], **told}])
    return evaluate(asked, made_of([pack])).row(0, named=True)


@pytest.mark.parametrize(
    ("speed", "value", "held"),
    [(20, 9.5, None), (40, 8.375, None), (60, 7.25, None), (75, 7.625, None), (90, 8, None),
     (10, 9.5, "low"), (130, 8, "high")],
)  # fmt: skip
def test_a_table_is_joined_by_straight_lines_and_held_at_its_ends(
    speed: float, value: float, held: str | None
) -> None:
    found = one(own(SPEED), speed_kmh=speed)

    assert (found["value"], found["held"]) == (pytest.approx(value), held)


def test_an_axis_that_is_not_told_takes_the_stated_value() -> None:
    assert one(own(SPEED))["value"] == 7.5
    assert one(own(SPEED))["held"] == "axis"


def test_an_hourly_value_is_that_of_its_hour() -> None:
    assert [one(own(day()), hour=hour)["value"] for hour in (0, 7, 23)] == [0.4, 0.47, 0.63]


def test_a_scalar_is_the_same_wherever_it_is_asked() -> None:
    assert one(own(), hour=3, load=0.2)["value"] == 0.5


def test_an_unknown_factor_has_no_value() -> None:
    assert evaluate(pl.DataFrame({"factor_id": ["nothing"]}))["value"].to_list() == [None]


def test_half_laden_is_the_mean_of_empty_and_full_on_every_curve_of_the_library() -> None:
    curves = library().factors.filter(pl.col("form") == "linear_load")["factor_id"]
    at = {
        load: evaluate(pl.DataFrame({"factor_id": curves}).with_columns(load=load))["value"]
        for load in (0.0, 0.5, 1.0)
    }

    assert curves.len() > 100
    assert ((at[0.0] + at[1.0]) / 2 - at[0.5]).abs().max() < 1e-12
    assert (at[1.0] >= at[0.0]).all()


def test_a_curve_per_tonne_kilometre_falls_with_load_and_rises_with_empty_running() -> None:
    rows = library().factors.filter(
        (pl.col("form") == "linear_load") & (pl.col("boundary") == "energy")
    )["factor_id"]
    asked = pl.DataFrame({"factor_id": rows})
    low, high = (
        evaluate(asked.with_columns(load=load, empty=0.2))["per_tkm"] for load in (0.3, 0.9)
    )
    away = evaluate(asked.with_columns(load=0.9, empty=0.4))["per_tkm"]

    assert (high < low).all()
    assert (away > high).all()


def test_every_table_of_the_library_is_asked_along_an_axis_that_exists() -> None:
    told = library().factors.filter(pl.col("axis").is_not_null())

    assert set(told["axis"]) <= set(AXES)
    assert points(library())["y"].null_count() == 0


@given(st.lists(st.floats(-50, 500), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_value(speeds: list[float], random: object) -> None:
    pack = own(SPEED)
    kept, name = made_of([pack]), factors(pack)[0]["factor_id"]
    asked = pl.DataFrame({"factor_id": [name] * len(speeds), "speed_kmh": speeds})
    order = list(range(len(speeds)))
    random.shuffle(order)  # type: ignore[attr-defined]

    assert evaluate(asked, kept)["value"][order].to_list() == (
        evaluate(asked[order], kept)["value"].to_list()
    )
