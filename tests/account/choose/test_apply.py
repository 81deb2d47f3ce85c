"""The choice applied: joules of the winner times the factor of its carrier, all else kept."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tanlu.account import quantify
from tanlu.account.choose import judged
from tanlu.account.choose.apply import CODES
from tanlu.factors import library

pytestmark = pytest.mark.engine
KEPT = ("kind", "vehicle_class", "energy_carrier", "temperature_class", "start", "end", "mass_mg",
        "distance_m", "distance_type", "transport_kgm", "place", "operator", "vehicle",
        "boundary", "basis", "profile", "gwp_set", "stage")  # fmt: skip


@pytest.fixture(scope="module")
def some(known: Any) -> pl.DataFrame:
    mixed = known.legs.sample(3_000, seed=4, shuffle=True)
    # what the card does not know: tractors on gas
    other = known.legs.filter(pl.col("vehicle_class") == "truck.artic.44t").head(100)
    gas = other.with_columns(
        pl.concat_str(pl.lit("G"), "activity_id").alias("activity_id"),
        pl.lit("lng").alias("energy_carrier"), pl.lit(None, pl.Int64).alias("energy_j"),
    )  # fmt: skip
    return pl.concat([mixed, gas])


@pytest.fixture(scope="module")
def chosen(known: Any, some: pl.DataFrame) -> pl.DataFrame:
    return quantify(some, card=known.card).emissions


@pytest.fixture(scope="module")
def plain(some: pl.DataFrame) -> pl.DataFrame:
    return quantify(some).emissions


def test_every_leg_keeps_its_rows_and_columns(chosen: pl.DataFrame, plain: pl.DataFrame) -> None:
    assert chosen.columns == plain.columns
    assert chosen.select("emission_id", *KEPT).equals(plain.select("emission_id", *KEPT))


def test_legs_that_the_curve_wins_are_as_they_were(
    chosen: pl.DataFrame, plain: pl.DataFrame
) -> None:
    stay = chosen.filter(pl.col("method") == "intensity")

    assert set(stay["energy_carrier"]) == {"lng"}
    assert stay.equals(plain.join(stay.select("emission_id"), on="emission_id", how="semi"))


def test_a_row_is_the_joules_of_its_method_times_the_factor_of_its_carrier(
    known: Any, some: pl.DataFrame, chosen: pl.DataFrame
) -> None:
    rows = judged(some, known.card, library())
    for method in ("learned", "measured"):
        won = chosen.filter(pl.col("method") == method, pl.col("boundary") == "ttw")
        told = won.join(rows, on="activity_id", how="left", maintain_order="left")
        assert won.height > 100
        assert won["energy_j"].equals(told[f"{method}_j"].alias("energy_j"))
    as_energy = some.join(rows.select("activity_id", "learned_j"), on="activity_id").filter(
        pl.col("activity_id").is_in(
            chosen.filter(pl.col("method") == "learned")["activity_id"].unique().implode()
        )
    )
    electric = pl.col("energy_carrier") == "electricity"
    metered = as_energy.select(
        "activity_id", "start", "end", "zone", "precision", "energy_carrier", "place",
        pl.when(electric).then(pl.lit("energy.electricity")).otherwise(pl.lit("energy.fuel"))
        .alias("kind"), pl.col("learned_j").alias("energy_j"),
    )  # fmt: skip
    again = quantify(metered).emissions
    learned = chosen.filter(pl.col("method") == "learned")

    assert learned["co2e_ug"].equals(again["co2e_ug"])
    assert learned["factor_hash"].equals(again["factor_hash"])


@pytest.mark.parametrize("profile", ["iso14083", "ghg_protocol", "cn_inventory", "iso14067"])
def test_every_profile_keeps_its_boundaries_and_the_factor_of_the_carrier(
    known: Any, some: pl.DataFrame, profile: str
) -> None:
    legs = some.head(800)
    one = quantify(legs, profile=profile).emissions
    two = quantify(legs, profile=profile, card=known.card).emissions
    carriers = [each["factor_id"].str.split("/").list.last() for each in (one, two)]

    assert two["emission_id"].equals(one["emission_id"])
    assert two["basis"].equals(one["basis"])
    assert carriers[0].equals(carriers[1])


def test_method_tier_and_code_agree(chosen: pl.DataFrame) -> None:
    tiers = {
        "measured": "measured", "learned": "learned", "physics": "modelled", "scaled": "modelled",
    }  # fmt: skip
    told = set(chosen.filter(pl.col("method") != "intensity").select("method", "tier").iter_rows())

    assert told <= set(tiers.items())
    for method, code in CODES.items():
        rows = chosen.filter(pl.col("method") == method)
        assert rows["assumptions"].str.contains(code, literal=True).all()


def test_the_doubt_of_a_learned_row_is_that_of_card_and_factor(
    known: Any, chosen: pl.DataFrame
) -> None:
    for key, each in known.card.classes.items():
        of = pl.concat_str("vehicle_class", "energy_carrier", separator="/") == key
        rows = chosen.filter(of, pl.col("method") == "learned")
        assert (rows["sigma_ln_ppm"] >= each["methods"]["learned"]["sigma_ppm"]).all()
        assert (rows["lower_ug"] <= rows["co2e_ug"]).all()


def test_rows_of_one_model_err_together_and_not_with_another(chosen: pl.DataFrame) -> None:
    rows = chosen.filter(pl.col("method") == "learned").with_columns(
        pl.col("factor_id").str.split("/").list.first().alias("model"),
        pl.concat_str("vehicle_class", "energy_carrier").alias("key"),
    )
    pairs = rows.select("model", "key").unique()

    assert pairs["model"].n_unique() == pairs["key"].n_unique() == pairs.height


def test_a_meter_left_aside_is_told_on_the_row(known: Any) -> None:
    wild = known.truth.filter(pl.col("fault").is_not_null())["activity_id"]
    legs = known.legs.filter(pl.col("activity_id").is_in(wild.implode()))
    made = quantify(legs, card=known.card)
    rows = made.emissions
    aside = rows.filter(pl.col("assumptions").str.contains("M-APART", literal=True))

    assert aside["activity_id"].n_unique() > 0.8 * legs.height
    assert "measured" not in set(aside["method"])
    # and beside the rows: a finding for each, which does not count as not quantified
    subjects = set(made.findings["subject"].str.strip_prefix("activity:"))
    assert subjects == set(aside["activity_id"])
    assert set(made.findings["code"]) <= {"TL540", "TL541"}
    assert set(made.findings["severity"]) == {"info"}
    assert made.findings["value"].str.ends_with(" MJ").all()


@pytest.mark.parametrize(
    "told",
    [
        {"bio_ppm": pl.lit(100_000, pl.Int64)},
        {"kind": pl.lit("transport.rail"), "vehicle_class": pl.lit("train.container")},
    ],
)
def test_what_physics_cannot_know_stays_with_its_curve(
    known: Any, some: pl.DataFrame, told: dict[str, pl.Expr]
) -> None:
    legs = some.head(50).with_columns(**told)

    assert quantify(legs, card=known.card).emissions.equals(quantify(legs).emissions)


def test_a_distance_that_was_not_driven_keeps_to_the_curve_of_the_fleet(
    known: Any, some: pl.DataFrame
) -> None:
    legs = some.head(50).with_columns(
        pl.lit("sfd").alias("distance_type"), pl.lit(None, pl.Int64).alias("energy_j")
    )

    assert set(quantify(legs, card=known.card).emissions["method"]) == {"scaled"}


def test_a_batch_is_quantified_as_its_parts_are(known: Any, some: pl.DataFrame) -> None:
    both = pl.concat(
        [
            quantify(part, card=known.card).emissions
            for part in (some.head(1_000), some.slice(1_000))
        ]
    )

    assert both.sort("emission_id").equals(quantify(some, card=known.card).emissions)


@pytest.mark.parametrize("engine", ["duckdb", "fast"])
def test_every_engine_gives_the_same_micrograms(
    known: Any, some: pl.DataFrame, engine: Any
) -> None:
    pytest.importorskip({"duckdb": "duckdb", "fast": "numba"}[engine])
    legs = some.head(200)

    assert quantify(legs, card=known.card, engine=engine).emissions.equals(
        quantify(legs, card=known.card).emissions
    )
