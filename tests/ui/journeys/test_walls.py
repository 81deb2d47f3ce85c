"""A wall on which nobody clicks: scenes turn, numbers live, silence is said."""

from __future__ import annotations

import pytest

from tests.ui import accessible, browsing
from tests.ui.views.operate.living import living

pytestmark = pytest.mark.browser
SCENES = 4
EVERY_MS = 20_000
# words that reach beyond the box that shows them
CUT = """
() => [...document.querySelectorAll(".wall-head, .wall-head *, .region, .region *:not(svg *)")]
  .filter((e) => e.clientWidth > 0 && !e.matches(".chart, .chart *, canvas")
    && e.textContent.trim() && (e.scrollWidth > e.clientWidth + 1 || e.matches(".small")
    && e.scrollHeight > e.clientHeight + 1))
  .map((e) => e.className + ": " + e.textContent.trim().replace(/\\s+/g, " ").slice(0, 60))
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_scenes_turn_by_themselves_and_nothing_is_cut_off(
    chromium, standing, language: str, dark: bool
) -> None:
    at = f"/{language}/wall"
    with browsing.opened(
        chromium, standing(), at, size=browsing.WALL, dark=dark, waits=False
    ) as (page, seen):  # fmt: skip
        # the clock is the test's: a scene stands for twenty seconds
        page.clock.install()
        page.goto(page.url)
        page.wait_for_selector("html[data-ready]", state="attached")
        for scene in range(SCENES):
            assert page.get_attribute("html", "data-scene") == str(scene)
            assert page.locator(".scene:visible").count() == 1
            browsing.keep(page, f"journey-wall-{scene}-{language}-{'dark' if dark else 'light'}",
                          whole=False)  # fmt: skip
            assert page.evaluate(CUT) == []
            assert accessible.faults(page) == []
            page.clock.run_for(EVERY_MS)
        assert page.get_attribute("html", "data-scene") == "0"
        # nobody follows the streams of this ledger: that is said, and is no fault of the page
        seen.said.clear()
        seen.failed.clear()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_wall_moves_with_the_park_and_says_when_it_falls_silent(
    chromium, tmp_path, language: str
) -> None:
    late = {"zh": "数据延迟", "en": "late"}[language]
    with (
        living(tmp_path / "l") as park,
        browsing.opened(
            chromium, park.url, f"/{language}/wall/park/xian", size=browsing.WALL
        ) as (page, _),
    ):  # fmt: skip
        page.wait_for_selector("html[data-frames]", state="attached", timeout=60_000)
        park.hear(x_grid=7_300.0)
        value = page.locator('[data-live="park:xian/roles.grid.w"]').first
        value.get_by_text("7.3").wait_for(timeout=60_000)
        park.hear(x_grid=4_100.0)
        value.get_by_text("4.1").wait_for(timeout=60_000)
        browsing.keep(page, f"journey-wall-live-{language}", whole=False)
        # now no device says anything more
        page.locator('[data-stale="park:xian/roles.grid"]').first.get_by_text(late).wait_for(
            timeout=60_000
        )
        browsing.keep(page, f"journey-wall-silent-{language}", whole=False)
        assert browsing.wide(page) == 0
