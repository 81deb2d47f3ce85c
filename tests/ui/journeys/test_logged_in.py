"""What people do who log in: look something up by keys alone, make a key and use it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.serving import PASSWORD, person, whole
from tests.ui import accessible, browsing
from tests.ui.journeys.conftest import SIGHTS, kept

pytestmark = pytest.mark.browser


def _log_in(page, role: str) -> None:
    page.fill("[name=name]", f"{role}.home")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#person")
    page.wait_for_selector("html[data-ready]", state="attached")


@pytest.mark.parametrize(("language", "dark"), [("zh", False), ("en", True)])
def test_a_shipment_is_looked_up_from_the_first_page_by_keys(
    chromium, home, language: str, dark: bool
) -> None:
    person(home, "manager")
    app = whole(home)
    list(app.state.searching.update("home"))
    rows = home.workspace("home").scan("emission").select("shipment").drop_nulls()
    name = rows.head(1).collect().item()
    with (
        browsing.serving(app) as url,
        browsing.opened(chromium, url, f"/{language}/", dark=dark, waits=False) as (page, _),
    ):
        _log_in(page, "manager")
        assert page.url == f"{url}/{language}/"
        page.keyboard.press("Control+k")
        page.keyboard.type(name, delay=10)
        page.locator("#found a", has_text=name).first.wait_for()
        browsing.keep(page, f"journey-search-{language}", whole=False)
        assert accessible.faults(page) == []
        for _ in range(12):
            page.keyboard.press("Tab")
            if name in page.evaluate("document.activeElement.textContent"):
                break
        page.keyboard.press("Enter")
        page.locator(".timeline").wait_for()

        assert name in page.locator("main").inner_text()


def test_who_types_while_an_answer_is_under_way_gets_that_of_the_last_letters(
    chromium, house
) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        if held:
            route.continue_()
        held.append(route)

    with browsing.opened(chromium, house.url, "/en/", cookies=house.comes("manager")) as (page, _):
        page.route("**/en/search?*", hold)
        page.keyboard.press("Control+k")
        with page.expect_request("**/en/search?q=w"):
            page.keyboard.type("w")
        page.keyboard.type("zzz")
        page.wait_for_timeout(500)
        assert len(held) == 1
        with page.expect_response("**/en/search?q=wzzz"):
            held[0].continue_()

        # nothing was broken off, which a browser tells as an error: see `opened`
        assert page.locator("#found").inner_text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_developer_makes_a_key_and_calls_the_interface_with_it(
    chromium, home, language: str
) -> None:
    person(home, "developer")
    app = whole(home)
    with (
        browsing.serving(app) as url,
        browsing.opened(chromium, url, f"/{language}/dev", waits=False) as (page, _),
    ):
        _log_in(page, "developer")
        page.locator('button[value="key"]').click()
        key = page.locator(".secret code").first.inner_text()
        browsing.keep(page, f"journey-key-{language}")
        told = httpx.get(f"{url}/v1/me", headers={"authorization": f"Bearer {key}"}, timeout=60)
        page.reload()

        assert told.json()["role"] == "developer"
        # a key is shown once
        assert key not in page.content()


@pytest.mark.parametrize("sight", sorted(SIGHTS))
def test_who_is_logged_in_sees_his_account_whole(chromium, house, sight: str) -> None:
    language, dark, size = SIGHTS[sight]
    with browsing.opened(
        chromium, house.url, f"/{language}/me", size=size, dark=dark, cookies=house.comes("manager")
    ) as (page, _):
        assert page.locator('input[type="password"]').count() == 2
        kept(page, f"account-{sight}")
