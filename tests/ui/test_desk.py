"""The frame around every page, as one uses it: keys, drawer, theme, phone, paper, no script."""

from __future__ import annotations

import pytest

from tests.ui import browsing

pytestmark = pytest.mark.browser
KIT = "/en/dev/kit"


def test_a_key_opens_the_search_and_escape_closes_it(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (page, _):
        page.keyboard.press("Control+k")
        assert page.locator("#search").is_visible()
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.press("Escape")

        assert not page.locator("#search").is_visible()


def test_the_drawer_shows_a_part_of_a_page_and_gives_the_focus_back(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (page, _):
        page.get_by_text("Open the drawer").click()
        page.locator("#drawer-body .seal").wait_for()
        browsing.keep(page, "drawer", whole=False)
        page.keyboard.press("Escape")

        assert not page.locator("#drawer").is_visible()
        assert page.evaluate("document.activeElement.textContent") == "Open the drawer"


def test_a_theme_is_chosen_at_once_for_page_and_charts_and_stays(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (page, _):
        bar = page.locator('[data-chart="modes"] path[fill]').nth(1)
        day = page.locator('[data-chart="modes"]').inner_html()
        page.locator('summary[aria-label="Theme"]').click()
        with page.expect_response("**/settings"):
            page.get_by_role("button", name="Dark").click()
        night = page.locator('[data-chart="modes"]').inner_html()
        page.reload()

        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert "#D9693D".lower() in night.lower()
        assert "#D9693D".lower() not in day.lower()
        assert bar.count() == 1


def test_the_tongue_changes_on_the_same_page(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), f"{KIT}?period=2026") as (page, _):
        page.locator(".top .tongue button").click()
        page.wait_for_url("**/zh/dev/kit?period=2026")


def test_tabs_follow_the_arrows(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (page, _):
        page.get_by_role("tab").first.focus()
        page.keyboard.press("ArrowRight")

        assert page.get_by_role("tab").nth(1).get_attribute("aria-selected") == "true"
        assert page.locator("#p2").is_visible()
        assert not page.locator("#p1").is_visible()


def test_a_menu_closes_by_escape_and_by_a_click_beside_it(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (page, _):
        menu = page.locator("details.menu", has=page.locator('summary[aria-label="Theme"]'))
        menu.locator("summary").click()
        page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
        menu.locator("summary").click()
        page.locator("main").click(position={"x": 4, "y": 4})

        assert menu.get_attribute("open") is None


def test_on_a_phone_the_navigation_comes_when_it_is_called(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT, size=browsing.PHONE) as (page, _):
        assert not page.locator("#nav").is_visible()
        page.locator(".burger").click()
        page.locator("#nav").wait_for(state="visible")
        browsing.keep(page, "phone-navigation", whole=False)
        page.locator(".shade").click(position={"x": 370, "y": 400})

        page.locator("#nav").wait_for(state="hidden")


def test_with_a_script_nothing_of_the_pictures_for_others_is_seen(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (page, _):
        assert "<source" not in page.locator("main").inner_text()


def test_without_a_script_the_charts_are_pictures(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT, scripts=False) as (page, _):
        browsing.keep(page, "kit-without-a-script")
        pictures = page.locator("[data-chart] img")

        assert pictures.count() == 9
        assert all(pictures.nth(i).evaluate("e => e.naturalWidth > 0") for i in range(9))


def test_what_an_answer_tells_is_a_toast(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (page, _):
        page.evaluate(
            "document.body.dispatchEvent(new CustomEvent('tanlu:toast',"
            "{bubbles:true,detail:{words:'<b>Saved</b>',kind:'good'}}))"
        )

        assert page.locator("#toasts").inner_text() == "<b>Saved</b>"


def test_a_page_that_is_not_there_can_be_read_by_all(chromium, standing) -> None:
    from tests.ui import accessible

    with browsing.opened(chromium, standing(), KIT) as (page, seen):
        page.goto(page.url.replace("/dev/kit", "/no-such-page"))
        found = accessible.faults(page)
        seen.failed.clear()
        seen.said.clear()

        assert found == []


def test_on_paper_there_is_the_page_and_not_its_frame(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT, dark=True) as (page, _):
        page.emulate_media(media="print")
        ground = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")

        assert ground == "rgb(255, 255, 255)"
        for chrome in (".side", ".find", ".filters", "#toasts"):
            assert not page.locator(chrome).first.is_visible()
        assert page.get_by_role("heading", level=1).is_visible()


def test_what_is_loaded_first_is_small(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), KIT) as (_, seen):
        assert 200_000 < seen.wire <= 450_000
