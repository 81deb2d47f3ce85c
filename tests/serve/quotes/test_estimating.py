"""What an option changes about the legs, and how far apart two places are."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.quotes import options, place
from tanlu.serve.quotes.estimating import assumed, great_circle_m, own
from tanlu.serve.quotes.lanes import Lane

LEGS = (
    {"kind": "transport.road", "distance_m": 900_000, "load_ppm": 500_000},
    {"kind": "hub.parcel", "distance_m": None, "load_ppm": None},
    {"kind": "transport.road", "distance_m": 2_000, "load_ppm": None},
)
LANE = Lane(20, LEGS, 0.3, 800_000)


def test_a_full_vehicle_changes_the_main_haul_and_a_locker_the_last_leg():
    full, locker = own(LANE, options()["consolidated"]), own(LANE, options()["locker"])

    assert [leg["load_ppm"] for leg in full] == [800_000, None, None]
    assert [leg["distance_m"] for leg in locker] == [900_000, None, 1_000]
    assert own(LANE, options()["standard"]) == LEGS


def test_what_is_fuller_than_the_fullest_tenth_stays_so():
    fuller = LANE._replace(full_ppm=400_000)

    assert own(fuller, options()["consolidated"])[0]["load_ppm"] == 500_000


def test_the_great_circle_is_that_of_the_tables():
    assert great_circle_m(place("北京"), place("上海")) == pytest.approx(1_067_000, rel=0.02)
    assert great_circle_m(place("北京"), place("北京")) == 0


def test_a_chain_that_is_assumed_goes_the_great_circle_by_its_circuity():
    ends = place("北京"), place("广州")

    legs = assumed(*ends, options()["standard"])

    assert max(leg["distance_m"] or 0 for leg in legs) == round(great_circle_m(*ends) * 1.33)
    with pytest.raises(TanluError, match="TL970"):
        assumed(place("广州"), place("深圳"), options()["express"])
