"""Plans hang together: each leg begins where the one before it ended."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.simulate.journeys.earth import bearing
from tanlu.simulate.journeys.plans import planned
from tanlu.simulate.stated import table

MODES = {
    "rider": "two_wheeler walk", "parcel": "van truck van", "road": "truck van",
    "domestic": "truck train truck", "inland": "truck inland truck",
    "container": "truck sea truck", "air": "truck air van",
    "mixed": "truck train sea truck van",
}  # fmt: skip
NAMES = tuple(row["name"] for row in table("journeys/templates"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from(NAMES), st.sampled_from(["fit", "test"]))
def test_a_plan_is_of_its_template_and_has_no_gap(seed: int, name: str, region: str) -> None:
    plan = planned(region, np.random.default_rng(seed), (name,))
    modes = " ".join(leg.mode for leg in plan.legs)
    steps = list(pairwise(plan.legs))

    assert plan.template == name
    assert modes in (MODES.get(name, modes), "van truck van")
    for one, other in steps:
        assert bearing(one.destination.here, other.origin.here)[0] < 1
        assert one.dwell_s >= 500
    for leg in plan.legs:
        assert bearing(leg.origin.here, leg.destination.here)[0] > 400


def test_a_train_is_another_after_a_change_of_gauge() -> None:
    found = 0
    for seed in range(60):
        legs = planned("world", np.random.default_rng(seed), ("rail",)).legs
        trains = [leg for leg in legs if leg.mode == "train"]
        for one, other in pairwise(trains):
            assert one.way[-1] == other.way[0]
            assert one.way[-1].breaks
            found += 1

    assert found > 10


def test_templates_come_as_often_as_their_weights() -> None:
    drawn = [planned("fit", np.random.default_rng(seed)).template for seed in range(600)]
    shares = {row["name"]: float(row["weight"]) for row in table("journeys/templates")}

    assert sum(shares.values()) == pytest.approx(1)
    for name, share in shares.items():
        assert drawn.count(name) / 600 == pytest.approx(share, abs=0.05)
