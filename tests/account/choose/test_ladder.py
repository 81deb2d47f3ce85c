"""The ladder: the least expected error wins, reasons stand where a method does not apply."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tanlu.account.choose.drives import FEATURES
from tanlu.account.choose.ladder import METHODS, distrusted, ladder

pytestmark = pytest.mark.engine


def sigma(rows: pl.DataFrame) -> pl.Series:
    return pl.Series([190_000] * rows.height)


@pytest.fixture(scope="module")
def rungs(known: Any) -> pl.DataFrame:
    return ladder(known.drives, known.card, sigma(known.drives))


def test_the_method_with_the_least_expected_error_is_chosen(rungs: pl.DataFrame) -> None:
    errors = pl.min_horizontal(
        pl.when(pl.col(f"{name}_j").is_not_null()).then(f"{name}_error_ppm") for name in METHODS
    )
    of_choice = pl.coalesce(
        pl.when(pl.col("chosen") == name).then(f"{name}_error_ppm") for name in METHODS
    )

    assert rungs["chosen"].null_count() == 0
    assert rungs.select((errors == of_choice).all()).item()
    assert set(rungs["chosen"]) >= {"measured", "learned", "scaled"}


def test_a_method_has_an_energy_within_its_interval_or_a_reason(rungs: pl.DataFrame) -> None:
    for name in METHODS:
        has = pl.col(f"{name}_j").is_not_null()
        inside = pl.col(f"{name}_j").is_between(f"{name}_low_j", f"{name}_high_j")
        assert rungs.filter(has).select(inside.all()).item(), name
        assert rungs.select((has == pl.col(f"{name}_why").is_null()).all()).item(), name


def test_without_a_card_the_library_holds(known: Any) -> None:
    bare = known.drives.with_columns(pl.lit(None, pl.Int64).alias("metered_j"))
    rows = ladder(bare, None, sigma(bare))

    assert set(rows["chosen"]) == {"class"}
    assert set(rows["learned_why"].drop_nulls()) >= {"no model card"}


def test_the_ladder_of_a_drive_does_not_depend_on_its_mates(
    known: Any, rungs: pl.DataFrame
) -> None:
    some = known.drives.sample(200, seed=1, shuffle=True)
    wanted = rungs.filter(pl.col("activity_id").is_in(some["activity_id"].implode()))

    assert (
        ladder(some, known.card, sigma(some)).sort("activity_id").equals(wanted.sort("activity_id"))
    )


def test_outside_what_the_model_saw_nothing_is_learned(known: Any) -> None:
    far = known.drives.filter(pl.col("physics_j").is_not_null()).head(50)
    far = far.with_columns(pl.lit(90_000, pl.Int64).alias("warmth_mc"))
    rows = ladder(far, known.card, sigma(far))

    assert rows["learned_j"].null_count() == 50
    assert set(rows["learned_why"]) == {"outside what the model saw"}


def test_a_value_that_no_drive_needs_is_left_aside(known: Any) -> None:
    sound = known.drives.filter(
        pl.col("physics_j").is_not_null() & pl.col("metered_j").is_not_null()
    ).head(40)  # fmt: skip
    wild = sound.with_columns(pl.col("metered_j") * 8)
    rows = ladder(wild, known.card, sigma(wild))

    assert set(rows["measured_why"]) == {"TL540"}
    assert "measured" not in set(rows["chosen"])


def test_the_meter_of_a_distrusted_vehicle_is_not_believed(known: Any, rungs: pl.DataFrame) -> None:
    listed = {n for each in known.card.content["classes"] for n in each["distrusted"]}
    names = [n for n in rungs["vehicle"].unique() if distrusted(n) in listed]
    faults = known.truth.filter(pl.col("fault").is_in(["unit", "high", "low"]))["activity_id"]
    caught = rungs.filter(pl.col("activity_id").is_in(faults.implode()))

    assert names
    assert rungs.filter(pl.col("vehicle").is_in(names))["measured_j"].null_count() == (
        rungs.filter(pl.col("vehicle").is_in(names)).height
    )
    assert caught["measured_j"].count() == 0


def test_features_are_columns_of_the_ladder(rungs: pl.DataFrame) -> None:
    assert set(FEATURES) <= set(rungs.columns)
