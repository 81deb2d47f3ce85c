"""Every fault is told in the truth, and nothing else is changed."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.simulate.dirt import Dirt
from tanlu.simulate.network import batch, plan

RATES = Dirt(0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02)


@pytest.fixture(scope="module")
def clean() -> dict[str, pl.DataFrame]:
    return batch(plan(20_000, 3), 0)


@pytest.fixture(scope="module")
def dirty() -> dict[str, pl.DataFrame]:
    return batch(plan(20_000, 3, dirt=RATES), 0)


def test_every_row_is_told_once(dirty: dict[str, pl.DataFrame]) -> None:
    lines = dirty["truth"]["line"].drop_nulls()

    assert list(range(dirty["legs"].height)) == lines.sort().to_list()


def test_lost_rows_are_outages(dirty: dict[str, pl.DataFrame]) -> None:
    lost = dirty["truth"].filter(pl.col("line").is_null())

    assert lost.height > 0
    assert {"outage"} == set(lost["dirt"])


def test_truth_keeps_all_legs_and_their_energy(
    clean: dict[str, pl.DataFrame], dirty: dict[str, pl.DataFrame]
) -> None:
    copies = pl.col("dirt").is_in(["duplicate", "near_duplicate"])
    kept = dirty["truth"].filter(~copies.fill_null(value=False))

    assert clean["truth"].height == kept.height
    assert clean["truth"]["energy_j"].sum() == kept["energy_j"].sum()
    assert clean["truth"]["mass_g"].sum() == kept["mass_g"].sum()


def test_rates_are_as_asked(dirty: dict[str, pl.DataFrame]) -> None:
    counts = dict(dirty["truth"]["dirt"].value_counts().iter_rows())
    legs = dirty["truth"].height

    for name in ("duplicate", "near_duplicate", "slip", "missing", "mode", "dates", "encoding"):
        assert abs(counts[name] / legs - 0.01) < 0.003


def test_clean_rows_are_untouched_and_faulty_rows_differ(
    clean: dict[str, pl.DataFrame], dirty: dict[str, pl.DataFrame]
) -> None:
    told = dirty["legs"].with_row_index("line").with_columns(pl.col("line").cast(pl.Int64))
    told = told.join(dirty["truth"].select("line", "dirt"), on="line").drop("line")
    pure = told.filter(pl.col("dirt").is_null()).drop("dirt")
    soiled = told.filter(pl.col("dirt").is_not_null() & (pl.col("dirt") != "duplicate")).drop(
        "dirt"
    )

    assert (
        pure.height
        == pure.join(clean["legs"], on=pure.columns, how="semi", nulls_equal=True).height
    )
    assert soiled.join(clean["legs"], on=soiled.columns, how="semi", nulls_equal=True).height == 0


def test_a_slip_is_a_thousandfold(dirty: dict[str, pl.DataFrame]) -> None:
    told = dirty["legs"].with_row_index("line").with_columns(pl.col("line").cast(pl.Int64))
    slips = dirty["truth"].filter(pl.col("dirt") == "slip").join(told, on="line")

    assert (slips["mass_kg"] - slips["mass_g"]).abs().max() < 1e-6


def test_without_dirt_the_truth_is_clean(clean: dict[str, pl.DataFrame]) -> None:
    assert clean["truth"]["dirt"].null_count() == clean["legs"].height
