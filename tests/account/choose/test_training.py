"""Learning: no vehicle on both sides, the same card from the same data, refusals that show."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.choose import fit, learn
from tanlu.account.choose.sound import sound
from tanlu.account.choose.training import FOLDS, folds
from tanlu.account.choose.training import _out_of_fold as out_of_fold
from tanlu.errors import TanluError

pytestmark = pytest.mark.engine
KEY = "van.class3/diesel"


def last(drives: pl.DataFrame) -> Any:
    found = None
    for step in learn(drives):
        found = step.result
    return found


@pytest.fixture(scope="module")
def vans(known: Any) -> pl.DataFrame:
    return known.drives.filter(pl.col("key") == KEY, pl.col("metered_j").is_not_null())


@given(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=60))
def test_all_legs_of_a_vehicle_are_in_one_fold(names: list[str]) -> None:
    rows = pl.DataFrame({"vehicle": names}).with_columns(folds(pl.DataFrame({"vehicle": names})))
    sizes = rows.unique("vehicle").group_by("fold").len()["len"]

    assert rows.group_by("vehicle").agg(pl.col("fold").n_unique())["fold"].max() == 1
    assert sizes.max() - sizes.min() <= 1 or sizes.len() < FOLDS


def test_no_vehicle_is_judged_by_a_model_that_saw_it(
    vans: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = sound(vans).drives
    everyone, seen = set(good["vehicle"]), []

    def spy(drives: pl.DataFrame, target: pl.Series, quantile: float) -> dict[str, Any]:
        seen.append((quantile, frozenset(drives["vehicle"])))
        return {"base": 0, "trees": []}

    monkeypatch.setattr(fit, "fit", spy)
    out_of_fold(good)
    held = [everyone - trained for quantile, trained in seen if quantile == 0.5]

    assert len(held) == FOLDS
    assert sum(map(len, held)) == len(everyone) == len(set().union(*held))


def test_the_same_drives_give_the_same_card_in_any_order(known: Any) -> None:
    mixed = known.drives.sample(fraction=1.0, shuffle=True, seed=3)

    assert last(mixed).sha256 == known.card.sha256


def test_other_drives_give_another_card(known: Any, vans: pl.DataFrame) -> None:
    one, two = last(vans.head(900)), last(vans.head(901))

    assert one.sha256 != two.sha256
    assert one.content["data"]["sha256"] != two.content["data"]["sha256"]


def test_a_card_tells_what_it_was_learned_from(known: Any) -> None:
    measured = known.drives.filter(pl.col("metered_j").is_not_null())

    assert known.card.content["data"]["legs"] == measured.height
    assert known.card.content["data"]["vehicles"] == measured["vehicle"].n_unique()
    for each in known.card.content["classes"]:
        of = measured.filter(pl.col("key") == each["key"])
        left = sum(v for name, v in each["left_out"].items() if name != "vehicles")
        assert each["legs"] + left == of.height
        assert set(each["methods"]) == {
            "default", "class", "scaled", "physics", "learned",
        }  # fmt: skip


def test_what_is_learned_beats_physics_and_the_curve(known: Any) -> None:
    for each in known.card.content["classes"]:
        errors = {name: figures["mae_ppm"] for name, figures in each["methods"].items()}
        assert each["refused"] is None
        assert errors["learned"] < errors["class"] / 1.5
        assert errors["physics"] < errors["class"]


def _whole(energy: pl.Series) -> pl.Series:
    return energy.round().cast(pl.Int64)


def test_a_model_of_chance_is_refused_with_both_figures(vans: pl.DataFrame) -> None:
    # what the drives needed is the curve and chance: there is nothing to learn
    chance = np.random.default_rng(11).normal(0, 0.1, vans.height)
    drawn = pl.Series(np.exp(chance))
    made = last(
        vans.with_columns((pl.col("class_j") * drawn).round().cast(pl.Int64).alias("metered_j"))
    )
    told = made.classes[KEY]

    assert told["models"] is None
    assert told["refused"]["code"] == "TL537"
    assert told["refused"]["class_mae_ppm"] > 0
    assert told["refused"]["learned_mae_ppm"] > 0


def test_a_model_that_only_learns_the_level_of_the_fleet_is_refused(vans: pl.DataFrame) -> None:
    chance = np.random.default_rng(12).normal(0, 0.1, vans.height)
    twice = pl.Series(2 * np.exp(chance))
    made = last(
        vans.with_columns((pl.col("class_j") * twice).round().cast(pl.Int64).alias("metered_j"))
    )

    assert made.classes[KEY]["refused"]["code"] == "TL537"


def test_too_few_vehicles_are_refused_with_their_number(vans: pl.DataFrame) -> None:
    names = vans["vehicle"].unique().sort().head(6)
    made = last(vans.filter(pl.col("vehicle").is_in(names.implode())))

    assert made.classes[KEY]["refused"]["code"] == "TL536"
    assert made.classes[KEY]["refused"]["vehicles"] <= 6


def test_drives_without_features_are_counted_and_not_learned_from(vans: pl.DataFrame) -> None:
    made = last(vans.with_columns(pl.lit(None, pl.Int64).alias("physics_j")))

    assert made.classes[KEY]["refused"]["code"] == "TL536"
    assert made.classes[KEY]["left_out"]["no_features"] == vans.height


def test_no_measured_drive_is_an_error(vans: pl.DataFrame) -> None:
    with pytest.raises(TanluError, match="TL536"):
        last(vans.with_columns(pl.lit(None, pl.Int64).alias("metered_j")))
