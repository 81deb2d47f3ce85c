"""Pieces follow one another in time; energy is that of such vehicles; sections sum to legs."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.simulate.journeys.plans import planned
from tanlu.simulate.journeys.travel import Piece, carried, traction, travelled
from tanlu.simulate.stated import table
from tanlu.terms.place import countries, crossings

# what a tonne-kilometre takes [MJ]: from an empty vehicle's worst to a full one's best
RATE = {
    "two_wheeler": (0.5, 20), "van": (1, 25), "truck": (0.25, 1.6), "train": (0.04, 0.9),
    "inland": (0.08, 0.9), "sea": (0.04, 0.6), "air": (2.0, 9.0),
}  # fmt: skip


def pieces(seed: int, *templates: str) -> list[Piece]:
    rng = np.random.default_rng(seed)
    return travelled(planned("world", rng, templates), rng)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_nodes_and_legs_tile_the_journey(seed: int) -> None:
    made = pieces(seed)
    ends = [piece.end_s for piece in made]
    starts = [piece.start_s for piece in made]

    assert (starts[0], starts[1:]) == (0.0, ends[:-1])
    assert [piece.leg is None for piece in made] == [n % 2 == 0 for n in range(len(made))]
    for piece in made:
        assert piece.end_s - piece.start_s - piece.course.seconds >= 0
        if piece.leg is not None:
            assert piece.end_s - piece.start_s - piece.course.seconds < 1


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_a_piece_begins_where_the_one_before_it_ended(seed: int) -> None:
    made = pieces(seed)
    for one, other in pairwise(made):
        here = np.array([one.course.lat[-1], one.course.lon[-1]])
        there = np.array([other.course.lat[0], other.course.lon[0]])
        assert np.abs((here - there + 180) % 360 - 180).max() < 1e-5


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_sections_sum_to_the_leg(seed: int) -> None:
    for piece in pieces(seed):
        if piece.leg is None:
            continue
        parts = piece.sections
        assert sum(part.distance_m for part in parts) == pytest.approx(piece.course.distance_m)
        assert sum(part.energy_j for part in parts) == pytest.approx(float(piece.energy[-1]))
        assert (parts[0].start_s, parts[-1].end_s) == (0.0, piece.end_s - piece.start_s)
        for one, other in pairwise(parts):
            assert (one.end_s, one.last) == (other.start_s, other.first)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000))
def test_energy_is_that_of_such_vehicles(seed: int) -> None:
    for piece in pieces(seed):
        if piece.leg is None or piece.mode == "walk":
            continue
        work = piece.vehicle.load_kg / 1e3 * piece.course.distance_m / 1e3
        low, high = RATE[piece.mode]
        assert low < piece.energy[-1] / 1e6 / work < high, piece.mode
        assert piece.vehicle.own_kg <= piece.vehicle.load_kg


def test_no_vehicle_carries_more_than_it_can() -> None:
    most = {row["mode"]: float(row["load_high_kg"]) for row in table("journeys/vehicles")}
    for seed in range(40):
        for piece in pieces(seed):
            if piece.leg is not None:
                assert piece.vehicle.load_kg <= most[piece.mode], piece.mode


def test_a_train_changes_gauge_carrier_and_current_with_its_country() -> None:
    parts = [
        (part.country, part.gauge_mm, part.carrier)
        for seed in range(24)
        for piece in pieces(seed, "rail")
        if piece.mode == "train"
        for part in piece.sections
    ]

    assert {("CN", 1435, "electricity"), ("KZ", 1520, "electricity"), ("US", 1435, "diesel"),
            ("ES", 1668, "electricity"), ("FR", 1435, "electricity")} <= set(parts)  # fmt: skip


def test_a_walk_takes_no_energy_and_a_voyage_lies_in_no_country() -> None:
    walk = [piece for piece in pieces(2, "rider") if piece.mode == "walk"]
    sea = [piece for piece in pieces(2, "container") if piece.mode == "sea"]

    assert float(walk[0].energy[-1]) == 0.0
    assert [part.country for part in sea[0].sections] == [None]


def test_traction_is_stated_for_every_country_that_a_railway_crosses_into() -> None:
    rail = crossings().filter(mode="rail")
    named = set(rail["country_a"]) | set(rail["country_b"])

    assert named - set(traction()) == set()
    assert set(traction()) - set(countries()["code"]) == set()
    assert all(carrier in carried() for _, carrier, _ in traction().values())
