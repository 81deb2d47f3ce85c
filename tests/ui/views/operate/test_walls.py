"""Wall links: made on a page, opened on a display that nobody has logged in on."""

from __future__ import annotations

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.ui import accessible, browsing
from tests.ui.views.operate.living import living

SENT = {"title": "<b>Hall</b>", "parks": ["xian"], "language": "zh", "days": "3"}


def made(url: str, **change) -> str:
    text = httpx.post(f"{url}/en/walls/invite", data=SENT | change).text
    told = LexborHTMLParser(text).css_first(".message.good p").text().strip()
    return told[told.index("http") :]


@pytest.mark.parametrize("change", [{"parks": []}, {"parks": ["far"]}, {"days": "0"},
                                    {"days": "x"}, {"language": "fr"}])  # fmt: skip
def test_what_cannot_be_shown_makes_no_link(asking, change):
    answer = asking().post("/en/walls/invite", data=SENT | {"network": "0"} | change)
    assert answer.status_code == 400
    assert "TL936" in answer.text or "wall link" in answer.text


@pytest.mark.parametrize(("theme", "light"), [("light", "?theme=light"), ("dark", ""), ("x", "")])
def test_a_link_tells_the_light_of_its_wall(tmp_path, theme, light):
    with living(tmp_path / "l") as park:
        assert made(park.url, theme=theme).partition("#")[0] == f"{park.url}/zh/display{light}"


@pytest.mark.parametrize("role", ["operator", "verifier", "viewer", "supplier", "developer"])
def test_only_a_manager_makes_links(asking, role):
    assert asking(role).get("/en/walls").status_code == 403
    assert asking(role).post("/en/walls/invite", data=SENT).status_code == 403


def test_a_link_is_shown_once_and_its_end_ends_it(tmp_path):
    with living(tmp_path / "l") as park:
        link = made(park.url)
        page = LexborHTMLParser(httpx.get(f"{park.url}/en/walls").text)
        assert link.rpartition("#")[2] not in page.html
        assert page.css_first(".links b").text() == "<b>Hall</b>"
        httpx.post(park.url + page.css_first(".links form").attributes["action"])
        again = LexborHTMLParser(httpx.get(f"{park.url}/en/walls").text)
        assert again.css_first(".links .tag").text().strip() == "Ended"
        with httpx.Client() as display:
            sent = {"secret": link.rpartition("#")[2]}
            assert display.post(f"{park.url}/auth/wall", json=sent).status_code == 401


@pytest.mark.parametrize(("parks", "shown"), [([], False), (["xian"], True)])
def test_a_link_of_the_network_shows_the_parks_that_it_names_alone(tmp_path, parks, shown):
    """What is watched live says so too: a page with another park in it would be refused it all."""
    with living(tmp_path / "l") as park, httpx.Client() as display:
        link = made(park.url, network="1", parks=parks)
        told = display.post(f"{park.url}/auth/wall", json={"secret": link.rpartition("#")[2]})
        assert told.status_code == 200
        page = display.get(park.url + told.json()["at"]).text
        assert ("park:xian" in page) is shown
        assert "kpi/all.grid" in page


@pytest.mark.browser
def test_a_display_without_a_login_lives_and_goes_dark_when_its_link_is_ended(chromium, tmp_path):
    with living(tmp_path / "l") as park:
        link = made(park.url, title="")
        context = chromium.new_context(viewport={"width": 1920, "height": 1080})
        page = context.new_page()
        asked: list[tuple[str, str]] = []
        page.on("request", lambda one: asked.append((one.url, one.headers.get("referer", ""))))
        page.goto(link)
        page.wait_for_selector("html[data-live=on]")
        assert page.url == f"{park.url}/zh/display"
        secret = link.rpartition("#")[2]
        # the first address is the link, whose end behind the # is not sent
        assert not [url for url, by in asked[1:] if secret in url or secret in by]
        assert secret not in page.evaluate("document.documentElement.outerHTML + document.cookie")
        page.wait_for_selector('[data-live="park:xian/roles.grid.w"]:text("0.5")')
        streams = [url for url, _ in asked if "/live" in url.split("?")[0]]
        assert streams
        assert all(url.startswith(f"{park.url}/zh/display/live?") for url in streams if "?" in url
                   and "static" not in url)  # fmt: skip
        browsing.keep(page, "wall-display", whole=False)
        action = LexborHTMLParser(httpx.get(f"{park.url}/en/walls").text).css_first(".links form")
        httpx.post(park.url + action.attributes["action"])
        page.wait_for_selector("text=此屏暂无可展示内容", timeout=60_000)
        assert page.locator("[data-live]").count() in (0, 1)
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_the_page_of_links_can_be_used_by_all(chromium, tmp_path, tongue):
    with living(tmp_path / "l") as park:
        made(park.url)
        with browsing.opened(chromium, park.url, f"/{tongue}/walls") as (page, seen):
            browsing.keep(page, f"walls-{tongue}")
            assert accessible.faults(page) == []
            assert browsing.wide(page) == 0
            seen.quiet()
