"""Ways to use the pages that are no page of their own: keys, tongue, theme, paper."""

from __future__ import annotations

import pytest

from tests.ui import accessible, browsing

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_shipment_is_found_and_opened_by_keys_alone(chromium, standing, language: str) -> None:
    with browsing.opened(chromium, standing(), f"/{language}/shipments") as (page, _):
        name = page.locator("td.code a").first.inner_text()
        assert accessible.walk(page, 40) == []
        page.locator('main input[type="search"], main input[name="q"]').first.focus()
        page.keyboard.type(name[-6:], delay=20)
        page.wait_for_url("**q=**")
        found = page.locator("td.code a", has_text=name)
        found.wait_for()
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.textContent") == name:
                break
        page.keyboard.press("Enter")
        page.locator(".timeline").wait_for()
        browsing.keep(page, f"journey-keys-{language}")

        assert name in page.title() or name in page.locator("main").inner_text()


def test_tongue_and_theme_stay_from_page_to_page(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), "/en/shipments") as (page, _):
        page.locator('summary[aria-label="Theme"]').click()
        with page.expect_response("**/settings"):
            page.get_by_role("button", name="Dark").click()
        page.locator(".top .tongue button").click()
        page.wait_for_url("**/zh/shipments")
        page.locator("td.code a").first.click()
        page.locator(".timeline").wait_for()
        page.goto(page.url.split("/zh/")[0] + "/shipments")
        page.wait_for_url("**/zh/shipments")
        browsing.keep(page, "journey-settings-kept")

        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert page.locator("html").get_attribute("lang").startswith("zh")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_calculation_is_printed_without_the_frame(chromium, standing, language: str) -> None:
    held = standing.home.workspace("home").scan("emission")
    rows = held.select("subject").drop_nulls().head(1).collect()
    path = f"/{language}/calculation/{rows.item()}"
    with browsing.opened(chromium, standing(), path, dark=True) as (page, _):
        page.emulate_media(media="print")
        browsing.keep(page, f"journey-print-{language}")
        paper = page.pdf(format="A4")

        assert not page.locator(".side").is_visible()
        assert not page.locator(".top .find").is_visible()
        assert page.locator(".formula").first.is_visible()
        assert paper.startswith(b"%PDF")
