"""Energy: the truth of the legs is what the receipts say, but for the meter's error."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.simulate.energy import burn, receipts
from tanlu.simulate.legs import chain, rates
from tanlu.simulate.network import plan
from tanlu.simulate.orders import draw_orders
from tanlu.simulate.stated import stated, table

MADE = plan(20_000, 5)


@pytest.fixture(scope="module")
def bare() -> pl.DataFrame:
    return burn(MADE, chain(MADE, draw_orders(MADE, 0, 20_000), 0))


def test_a_receipt_is_the_energy_of_its_round(bare: pl.DataFrame) -> None:
    letters = pl.Series(list("TTTTTTTTRRLLLLSS"))
    truth = (
        bare.filter(pl.col("round") >= 0)
        .with_columns((letters.gather(bare.filter(pl.col("round") >= 0)["role"])).alias("letter"))
        .with_columns((pl.col("letter") + pl.col("round").cast(pl.String)).alias("round"))
        .group_by("round")
        .agg(pl.col("energy_j").sum(), pl.col("role").first())
    )
    per = pl.Series([float(row["mj_per_unit"]) * 1e6 for row in table("fleet")])
    told = receipts(MADE, bare).join(truth, on="round", how="left")
    amount = told.select(pl.sum_horizontal("litres", "kg", "kwh")).to_series()
    slack = stated("receipt_noise") * told["energy_j"] + 0.00051 * per.gather(told["role"])

    assert told["energy_j"].null_count() == 0
    assert ((amount * per.gather(told["role"]) - told["energy_j"]).abs() <= slack).all()


def test_receipts_cover_the_stated_share_of_rounds(bare: pl.DataFrame) -> None:
    rounds = bare.filter((pl.col("round") >= 0) & (pl.col("role") > 7))["round"].n_unique()
    found = receipts(MADE, bare).filter(~pl.col("round").str.starts_with("T")).height

    assert abs(found / rounds - stated("receipt_share_last")) < 0.03


def test_a_receipt_has_one_amount(bare: pl.DataFrame) -> None:
    told = receipts(MADE, bare).select("litres", "kg", "kwh")

    assert (told.select(pl.sum_horizontal(pl.all().is_not_null())).to_series() == 1).all()


def test_hidden_effects_move_energy_that_no_column_explains(bare: pl.DataFrame) -> None:
    moved = bare.filter(pl.col("round") >= 0)
    plain = moved["mass_g"] * moved["distance_m"] // 1000 * rates(moved) // 1_000_000
    spread = (moved["energy_j"] / plain).filter(plain > 1000).log()

    spread_of_ln = spread.std()
    assert isinstance(spread_of_ln, float)
    assert 0.09 < spread_of_ln < 0.16  # the three sigmas together give 0.115, the cold chain adds
