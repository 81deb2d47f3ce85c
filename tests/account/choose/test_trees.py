"""Trees of whole numbers: the evaluator is what grew them, and foreign trees are checked."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.account.choose.drives import FEATURES
from tanlu.account.choose.trees import ONE, checked, energies, predicted
from tanlu.errors import TanluError

LEAF = {"feature": [-1], "below": [0], "left": [0], "right": [0], "value": [5]}
STUMP = {"feature": [0, -1, -1], "below": [10, 0, 0], "left": [1, 0, 0], "right": [2, 0, 0],
         "value": [0, -7, 7]}  # fmt: skip


def drive(value: int) -> pl.DataFrame:
    return pl.DataFrame({name: [value] for name in FEATURES})


@pytest.mark.parametrize(("value", "wanted"), [(9, -2), (10, -2), (11, 12)])
def test_at_most_the_bound_goes_left(value: int, wanted: int) -> None:
    model = {"base": 0, "trees": [LEAF, STUMP]}

    assert drive(value).select(predicted(model)).item() == wanted


@given(st.permutations(range(6)), st.integers(-20, 20))
def test_the_order_of_trees_does_not_matter(order: list[int], value: int) -> None:
    trees = [{**STUMP, "below": [bound, 0, 0], "value": [0, -bound, 10**15 + bound]}
             for bound in range(-3, 3)]  # fmt: skip
    mixed = [trees[place] for place in order]
    results = [drive(value).select(predicted({"base": 1, "trees": each})).item()
               for each in (trees, mixed)]  # fmt: skip

    assert results[0] == results[1]


@given(st.integers(1, 10**12), st.integers(-2 * ONE, 2 * ONE))
def test_joules_are_physics_times_exp_rounded_once(physics: int, logarithm: int) -> None:
    frame = pl.DataFrame({"physics_j": [physics]})
    found = energies(frame, pl.lit(logarithm, pl.Int64))[0]

    assert found == pytest.approx(physics * math.exp(logarithm / ONE), rel=2e-9, abs=0.5)


def test_no_physics_gives_no_joules() -> None:
    frame = pl.DataFrame({"physics_j": [None]}, schema={"physics_j": pl.Int64})

    assert energies(frame, pl.lit(0, pl.Int64)).to_list() == [None]


@pytest.mark.parametrize(
    "broken",
    [
        {**STUMP, "left": [0, 0, 0]},  # a loop
        {**STUMP, "right": [3, 0, 0]},  # out of the tree
        {**STUMP, "feature": [99, -1, -1]},
        {**STUMP, "value": [0, 1.5, 2]},
        {**STUMP, "value": [0, True, 2]},
        {**STUMP, "value": [0, 1]},
        {**STUMP, "value": [0, 2**63, 0]},
        {**STUMP, "value": [0, 21 * ONE, 0]},
        {name: [value] * 128 for name, value in zip(LEAF, (-1, 0, 0, 0, 0), strict=True)},
        {"feature": [], "below": [], "left": [], "right": [], "value": []},
        {"value": [1]},
    ],
)
def test_a_tree_that_does_not_end_or_is_none_is_refused(broken: Any) -> None:
    with pytest.raises(TanluError, match="TL538"):
        checked({"base": 0, "trees": [LEAF, broken]})


@pytest.mark.parametrize("broken", [None, {}, {"base": 0}, {"base": 0.5, "trees": []},
                                    {"base": 0, "trees": {}}, {"base": 0, "trees": [LEAF] * 401},
                                    {"base": 10**17, "trees": []}])  # fmt: skip
def test_what_is_no_model_is_refused(broken: Any) -> None:
    with pytest.raises(TanluError, match="TL538"):
        checked(broken)


def test_a_model_stays_itself_through_json() -> None:
    model = {"base": 3, "trees": [LEAF, STUMP]}

    assert checked(json.loads(json.dumps(model))) == model
