"""Further conditions do what their names say."""

from __future__ import annotations

import numpy as np
import pytest

from tanlu.simulate.journeys import Noise, journeys
from tanlu.simulate.journeys.conditions import (
    awake,
    blurred,
    covered,
    doppler,
    drifting,
    jammed,
    merged,
)
from tanlu.simulate.journeys.plans import planned
from tanlu.simulate.journeys.travel import Piece, travelled


def pieces(template: str, seed: int) -> list[Piece]:
    rng = np.random.default_rng(seed)
    return travelled(planned("world", rng, (template,)), rng)


def test_spans_that_touch_become_one() -> None:
    found = merged(np.array([[5.0, 9.0], [1.0, 2.0]]), np.array([[8.0, 12.0], [20.0, 21.0]]))

    assert found.tolist() == [[1, 2], [5, 12], [20, 21]]


def test_tunnels_lie_on_legs_by_land_and_are_short() -> None:
    made = pieces("rail", 3)
    spans = covered(made, np.random.default_rng(1))
    legs = [piece for piece in made if piece.leg is not None]
    on_leg = [any(leg.start_s <= start <= leg.end_s for leg in legs) for start in spans[:, 0]]

    assert (spans.shape[0] > 3, all(on_leg)) == (True, True)
    # a train that stops within one stays longer
    assert np.median(spans[:, 1] - spans[:, 0]) < 600


def test_jamming_happens_around_hand_overs() -> None:
    made = pieces("parcel", 2)
    spans = np.concatenate([jammed(made, np.random.default_rng(seed)) for seed in range(40)])
    long = spans[:, 1] - spans[:, 0]

    assert (spans.shape[0] > 20, long.max() <= 2 * 1_800) == (True, True)


def test_jammed_fixes_are_off_by_eighty_metres_and_others_stay() -> None:
    off = np.full((2, 50_000), 3.0)
    jam = np.arange(50_000) < 25_000
    found = blurred(off, jam, Noise(), np.random.default_rng(1))

    assert found[:, :25_000].std() == pytest.approx(80, rel=0.02)
    assert (found[:, 25_000:] == 3).all()


def test_a_drifting_tower_keeps_nine_tenths_of_its_error_and_its_spread() -> None:
    found = drifting(np.random.default_rng(1).standard_normal((2, 200_000)))
    one, other = found[0][300:], found[0][299:-1]

    assert found[:, 300:].std() == pytest.approx(1, rel=0.03)
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.9, abs=0.01)


def test_a_phone_at_rest_wakes_once_in_a_quarter_of_an_hour() -> None:
    at = np.arange(0.0, 7_200.0, 10.0)
    still = at >= 1_000
    found = awake(at, still)

    assert found[~still].all()
    assert found[still & (at < 1_300)].all()
    assert found[at >= 1_800].sum() == 6


def test_speed_and_heading_are_measured_to_a_tenth_of_a_metre_a_second() -> None:
    lat = 30 + np.arange(20_000) * 20 / 110_852
    speed, heading = doppler(lat, np.full(20_000, 110.0), np.full(20_000, 20.0),
                             np.random.default_rng(1))  # fmt: skip
    west = (heading + 18_000) % 36_000 - 18_000

    assert speed.mean() / 1e3 == pytest.approx(20, abs=0.01)
    assert speed.std() / 1e3 == pytest.approx(0.1, rel=0.05)
    assert west.mean() / 100 == pytest.approx(0, abs=0.05)


def test_what_stands_has_no_heading() -> None:
    zero = np.zeros(100)
    _, heading = doppler(zero + 30, zero + 110, zero, np.random.default_rng(1))

    assert np.isnan(heading).all()


def test_a_device_of_another_datum_is_off_by_hundreds_of_metres_and_says_so() -> None:
    noise = Noise(gcj02_share=1.0, jump_share=0, outage_share=0, cell_share=0)
    for seed in range(30):
        made = journeys(1, seed, noise=noise, templates=("parcel",))
        if made.sections["country"][0] == "CN":
            break
    off = (made.positions["lat_e7"] - made.truth["lat_e7"]).abs().mean() * 0.0111

    assert made.facts["journeys"][0]["datum"] == "gcj02"
    assert 50 < off < 800


def test_conditions_are_off_until_they_are_asked_for() -> None:
    plain = journeys(2, 5, templates=("rider", "parcel"))
    speedy = journeys(
        2, 5, templates=("rider", "parcel"), noise=Noise(speed=True, odometer_share=1)
    )

    assert plain.positions["speed_mm_s"].null_count() == plain.positions.height
    assert speedy.positions["speed_mm_s"].null_count() == 0
    assert set(plain.readings["stream"]) == {"energy_j"}
    assert set(speedy.readings["stream"]) == {"energy_j", "odometer_m"}


def test_sleep_tunnels_and_jamming_leave_fewer_or_worse_fixes() -> None:
    plain = journeys(4, 9, templates=("domestic",), noise=Noise(phone_share=1))
    hard = journeys(
        4, 9, templates=("domestic",), noise=Noise(phone_share=1, sleep=True, tunnels=True,
                                                   jamming=True, drift=True),
    )  # fmt: skip

    assert hard.positions.height < plain.positions.height
    assert hard.truth.height == hard.positions.height
