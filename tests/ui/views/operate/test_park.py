"""The page of one park: its ends, the scale of its flows, its day."""

from __future__ import annotations

import pytest

from tanlu.ui.views.operate.park import full_w


@pytest.mark.parametrize(
    ("powers", "full"), [((), 1000.0), ((1_436_000, -300), 2e6), ((180.0,), 200.0), ((5e5,), 5e5)]
)
def test_the_widest_flow_has_room_and_little_more(powers: tuple[float, ...], full: float) -> None:
    roles = {str(n): {"w": watts} for n, watts in enumerate(powers)}

    assert full_w({"roles": roles}) == pytest.approx(full)


def test_a_day_without_readings_says_so(asking) -> None:
    assert "账库没有当日读数" in asking().get("/zh/parks/xian/day?day=2026-01-01").text


def test_what_is_no_day_is_said_and_no_fault(asking) -> None:
    assert asking().get("/en/parks/xian/day?day=yesterday").status_code == 400
