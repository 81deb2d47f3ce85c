"""Elements: all that a leg is, and stable names."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.track.legs.way.parts import elements, hashed
from tests.track.legs.made import HOUR, START, leg, moves, node

A, B, C = (52.0, 13.0), (52.0, 14.0), (52.0, 15.0)


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.sampled_from(["truck", "train", "van", "air", "sea", "walk"]), min_size=1, max_size=5
    ),
    st.floats(1.0, 2.0),
)
def test_elements_have_together_the_metres_of_their_segments(modes, winding):
    places = [(52.0 + k * 0.3, 13.0 - k * 1.7) for k in range(len(modes) + 1)]
    moved, fixes = moves(
        [
            leg("d", k + 1, mode, (places[k], places[k + 1]),
                (START + 2 * k * HOUR, START + (2 * k + 1) * HOUR), winding=winding, fixes=60)
            for k, mode in enumerate(modes)
        ]
    )  # fmt: skip

    found = elements(moved, fixes)

    for name in ("distance_m", "lower_m", "upper_m", "ascent_m", "descent_m"):
        assert found[name].sum() == moved.segments[name].sum()
    assert found["leg_id"].is_unique().all()


def test_stops_and_standing_between_segments_are_within_the_leg():
    moved, fixes = moves(
        [leg("d", 1, "truck", (A, B), (START, START + HOUR), stops=2, idle_us=5),
         leg("d", 3, "truck", (B, C), (START + 2 * HOUR, START + 3 * HOUR), stops=1, idle_us=7)],
        [node("d", 1, (START + HOUR, START + 2 * HOUR), B, kind="stop")],
    )  # fmt: skip

    found = elements(moved, fixes).row(0, named=True)

    assert (found["stops"], found["idle_us"]) == (4, HOUR + 12)


def test_the_name_of_a_leg_depends_on_device_start_and_part_only():
    moved, fixes = moves([leg("d", 1, "truck", (A, B), (START, START + HOUR))])
    longer, more = moves([leg("d", 1, "truck", (A, C), (START, START + 2 * HOUR))])

    assert elements(moved, fixes)["leg_id"].equals(elements(longer, more)["leg_id"])
    assert len(hashed(moved.segments, ("device", "start"))[0]) == 32


def test_a_device_that_never_moved_has_no_leg():
    moved, fixes = moves([leg("d", 1, "still", (A, A), (START, START + HOUR))])

    assert elements(moved, fixes).height == 0
