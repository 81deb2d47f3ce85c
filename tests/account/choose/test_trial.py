"""Held to the truth: coverage on vehicles never seen, and a choice no worse than any method."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tanlu.account.choose import evaluate, judged
from tanlu.account.choose.trial import BAR
from tanlu.factors import library

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def facts(known: Any) -> dict[str, Any]:
    return evaluate(judged(known.legs, known.card, library()), known.truth)


def test_learned_intervals_cover_vehicles_never_seen(facts: dict[str, Any]) -> None:
    # a quarter of the drives of the bench: its bounds are 93-97 % and 90-98 % by class
    assert facts["coverage"]["legs"] > 4_000
    assert 0.92 < facts["coverage"]["coverage"] < 0.98
    for each in facts["coverage"]["classes"]:
        assert 0.88 < each["coverage"] < 0.995, each


def test_the_choice_is_no_worse_than_any_method_on_its_own_legs(facts: dict[str, Any]) -> None:
    for part in (facts["methods"], facts["held_out"]):
        for name, row in part.items():
            assert row["chosen_over_method"] is None or row["chosen_over_method"] <= BAR, name


def test_the_worst_method_is_worse_than_the_best(facts: dict[str, Any]) -> None:
    errors = {name: row["relative_mae"] for name, row in facts["held_out"].items()}

    assert errors["learned"] < errors["physics"] < errors["scaled"] < errors["class"]
    assert errors["class"] < errors["default"]


def test_figures_by_hand() -> None:
    methods = ("measured", "learned", "physics", "scaled", "class", "default")
    empty = {f"{m}_{end}": pl.Series([None, None], dtype=pl.Int64)
             for m in methods for end in ("j", "low_j", "high_j")}  # fmt: skip
    rows = pl.DataFrame({"activity_id": ["a", "b"], "vehicle": ["v", "w"], "key": ["k", "k"],
                         "chosen": ["learned", "class"], **empty}).with_columns(
        learned_j=pl.Series([110, None], dtype=pl.Int64),
        learned_low_j=pl.Series([100, None], dtype=pl.Int64),
        learned_high_j=pl.Series([120, None], dtype=pl.Int64),
        class_j=pl.Series([150, 90]), class_low_j=pl.Series([120, 50]),
        class_high_j=pl.Series([200, 95]),
    )  # fmt: skip
    truth = pl.DataFrame({"activity_id": ["a", "b"], "energy_j": [100, 100],
                          "metered": [False, False]})  # fmt: skip
    made = evaluate(rows, truth)

    assert made["methods"]["learned"]["relative_mae"] == pytest.approx(0.10)
    assert made["methods"]["learned"]["coverage"] == 1.0
    assert made["methods"]["class"]["relative_mae"] == pytest.approx(0.30)
    assert made["methods"]["class"]["bias"] == pytest.approx(0.20)
    assert made["methods"]["class"]["accuracy"] == pytest.approx(0.70)
    assert made["methods"]["class"]["coverage"] == 0.0
    assert made["methods"]["class"]["chosen_over_method"] == pytest.approx(20 / 60)
    assert made["choice"]["accuracy"] == pytest.approx(0.90)
    assert made["methods"]["measured"]["legs"] == 0
    assert made["bar"]["coverage_holds"] is False  # two legs prove nothing
