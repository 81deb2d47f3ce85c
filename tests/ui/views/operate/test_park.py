"""The page of one park: its ends, the scale of its flows, its day."""

from __future__ import annotations

import httpx
import pytest

from tanlu.ui.views.operate.park import full_w
from tests.ui.views.operate.living import living


@pytest.mark.parametrize(
    ("powers", "full"), [((), 1000.0), ((1_436_000, -300), 2e6), ((180.0,), 200.0), ((5e5,), 5e5)]
)
def test_the_widest_flow_has_room_and_little_more(powers: tuple[float, ...], full: float) -> None:
    roles = {str(n): {"w": watts} for n, watts in enumerate(powers)}

    assert full_w({"roles": roles}) == pytest.approx(full)


def test_a_day_without_readings_is_said_and_what_is_no_day_is_no_fault(tmp_path) -> None:
    with living(tmp_path / "l") as park:
        empty, wrong = (
            httpx.get(f"{park.url}/zh/parks/xian/day?day={day}", timeout=60)
            for day in ("2026-01-01", "yesterday")
        )

    assert "账库没有该时段的读数" in empty.text
    assert (wrong.status_code, "TL112" in wrong.text) == (400, True)


def test_a_park_that_there_is_not_has_no_day(asking) -> None:
    assert asking().get("/zh/parks/xian/day?day=2026-01-01").status_code == 404
