"""Labels lie on nothing and within their frame."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tanlu.report.tracing.labels import Box, placed

FRAME = Box(0, 0, 600, 300)
POINTS = st.lists(
    st.tuples(st.text("abc上海", min_size=1, max_size=12), st.floats(0, 600), st.floats(0, 300)),
    max_size=25,
)


@given(POINTS)
def test_no_two_labels_meet_and_none_leaves_the_frame(points) -> None:
    dots = [Box(x - 5, y - 5, x + 5, y + 5) for _, x, y in points]
    found = placed(points, dots, FRAME)

    for at, label in enumerate(found):
        assert FRAME.left <= label.box.left <= label.box.right <= FRAME.right
        assert FRAME.top <= label.box.top <= label.box.bottom <= FRAME.bottom
        assert not any(label.box.meets(each.box) for each in found[:at])
        assert not any(label.box.meets(dot) for dot in dots)


def test_a_label_stands_to_the_right_where_it_can() -> None:
    (label,) = placed([("Qingdao", 100.0, 100.0)], [], FRAME)

    assert (label.box.left, label.led) == (108.0, False)


def test_a_label_that_is_far_has_a_line() -> None:
    near = Box(60, 60, 140, 140)
    (label,) = placed([("ab", 100.0, 100.0)], [near], FRAME)

    assert label.led
