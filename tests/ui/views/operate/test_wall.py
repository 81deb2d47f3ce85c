"""The wall: scenes in turn, nothing to click, no scroll."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.ui import browsing
from tests.ui.views.operate.living import living

FOUR_K = (3840, 2160)


def test_a_wall_has_four_scenes_of_at_most_five_regions_with_one_focus_each(asking) -> None:
    found = LexborHTMLParser(asking("viewer").get("/zh/wall").text)
    scenes = found.css(".scene")

    assert len(scenes) == 4
    for scene in scenes:
        assert 1 <= len(scene.css(".region")) <= 5
        assert len(scene.css(".focus")) == 1
    assert found.css_first("html").attributes["data-theme"] == "dark"


@pytest.mark.parametrize(
    ("asked", "light"),
    [("", "dark"), ("?theme=light", "light"), ("?theme=auto", "auto"), ("?theme=x", "dark")],
)
def test_a_wall_is_as_light_as_its_address_asks_and_not_as_a_desk_is(asking, asked, light) -> None:
    page = asking("viewer").get(f"/zh/wall{asked}", headers={"cookie": "theme=light"}).text

    assert LexborHTMLParser(page).css_first("html").attributes["data-theme"] == light


def test_the_focus_is_the_total_of_the_ledger_with_its_interval(asking, home) -> None:
    found = LexborHTMLParser(asking().get("/en/wall").text)
    from tanlu.report.overview import months, overview

    workspace = home.workspace("home")
    period = found.css_first(".map .focus .label").text().split()[2]
    assert period in [name for name, _ in months(workspace)]
    total = float(overview(workspace, period).facts["co2e_kg"])
    shown = found.css_first(".map .focus .value").text()
    value = float(shown.split("t")[0].split("k")[0].replace(",", ""))
    scale = 1000 if shown.rstrip().endswith("tCO₂e") else 1
    assert value * scale == pytest.approx(total, rel=0.01)
    assert "95 %" in found.css_first(".map .focus .more").text()


def test_an_empty_organisation_has_a_wall_too(asking) -> None:
    answer = asking(tenant="other").get("/zh/wall")

    assert answer.status_code == 200
    # nothing recorded is a dash, which is not zero
    focus = LexborHTMLParser(answer.text).css_first(".map .focus .value").text()
    assert focus.startswith("–")


@pytest.mark.browser
@pytest.mark.parametrize("size", [browsing.WALL, FOUR_K])
def test_a_wall_fits_its_screen_without_scrolling(chromium, tmp_path, size) -> None:
    with (
        living(tmp_path / "l") as park,
        browsing.opened(chromium, park.url, "/zh/wall/park/xian", size=size) as (page, _),
    ):
        browsing.keep(page, f"wall-park-{size[0]}", whole=False)
        tall, letters = page.evaluate(
            "[document.documentElement.scrollHeight - innerHeight,"
            " parseFloat(getComputedStyle(document.querySelector('.focus .value')).fontSize)]"
        )
        assert (tall, browsing.wide(page)) == (0, 0)
        assert letters == pytest.approx(76 * size[0] / 1920, rel=0.05)


@pytest.mark.browser
def test_each_scene_of_the_network_is_drawn_when_its_turn_comes(chromium, site) -> None:
    for scene in range(4):
        with browsing.opened(chromium, site(), f"/zh/wall#{scene}", size=browsing.WALL) as (
            page,
            seen,
        ):
            # no hub here: the stream is not there, which is said and is no fault of the page
            seen.said.clear()
            seen.failed.clear()
            assert page.locator(".scene:visible").count() == 1
            assert page.get_attribute("html", "data-scene") == str(scene)
            browsing.keep(page, f"wall-{scene}", whole=False)
