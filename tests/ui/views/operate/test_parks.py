"""Parks as they are now, on their pages."""

from __future__ import annotations

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.serve.live.watching import POWERS
from tests.ui import accessible, browsing
from tests.ui.views.operate.living import living


def page(url: str) -> LexborHTMLParser:
    answer = httpx.get(url, timeout=60)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def live(found: LexborHTMLParser, where: str) -> str:
    return found.css_first(f'[data-live="{where}"]').text()


def test_a_page_is_a_snapshot_of_what_the_devices_say(tmp_path) -> None:
    with living(tmp_path / "l") as park:
        found = page(f"{park.url}/en/parks/xian")

    for role, device in (("grid", "x-grid"), ("pv", "x-pv"), ("storage", "x-bat")):
        kilowatts = f"{POWERS[device] / 1000:,.1f}"
        assert live(found, f"park:xian/roles.{role}.w") == kilowatts
    assert "as of" in found.css_first("[data-badge]").text()
    assert live(found, "park:xian/roles.docks.busy") == "1"
    assert found.css_first('[data-device="x-dock"].open') is not None


def test_carbon_now_has_its_tier_its_interval_and_its_factor(tmp_path) -> None:
    with living(tmp_path / "l") as park:
        found = page(f"{park.url}/zh/parks/xian")

    card = found.css_first("#carbon")
    grid, factor = (
        float(live(card, f"park:xian/{path}").replace(",", ""))
        for path in ("roles.grid.w", "carbon.ug_kwh")
    )
    told = float(live(card, "park:xian/carbon.ug_s"))
    assert told == pytest.approx(grid * factor / 1000, abs=0.06)
    low, high = (float(live(card, f"park:xian/carbon.{end}_ug_s")) for end in ("lower", "upper"))
    assert low < told < high
    assert card.css_first(".tag") is not None
    assert card.css_first(".factor .code").text()


def test_what_was_not_heard_is_a_dash_with_a_badge_and_no_zero(tmp_path) -> None:
    import time

    with living(tmp_path / "l") as park:
        time.sleep(6.5)
        found = page(f"{park.url}/zh/parks/xian")

    badge = found.css_first('#flow [data-stale="park:xian/roles.grid"]')
    assert "hidden" not in badge.attributes
    assert "数据延迟" in badge.text()
    assert live(found, "park:xian/balance.other_w") == "–"


def test_a_park_that_there_is_not_is_said(tmp_path) -> None:
    with living(tmp_path / "l") as park:
        answer = httpx.get(f"{park.url}/en/parks/%3Cscript%3E", timeout=60)
        other = httpx.get(f"{park.url}/en/parks/nowhere", timeout=60)

    assert other.status_code == 404
    assert "<script>" not in answer.text.replace("<script type", "")


def test_a_supplier_sees_no_park(tmp_path) -> None:
    with living(tmp_path / "l", "supplier") as park:
        assert httpx.get(f"{park.url}/en/parks", timeout=60).status_code == 403


def test_a_viewer_sees_the_park_and_not_who_raised_an_alarm(tmp_path) -> None:
    with living(tmp_path / "l", "viewer") as park:
        found = page(f"{park.url}/en/parks/xian")

    assert live(found, "park:xian/roles.grid.w") == "0.5"
    assert found.css_first("#alarms") is None


def test_without_anybody_who_follows_the_streams_the_page_says_so(asking) -> None:
    assert "没有园区在线" in asking().get("/zh/parks").text


@pytest.mark.browser
def test_values_move_by_the_stream_and_silence_is_said(chromium, tmp_path) -> None:
    with (
        living(tmp_path / "l") as park,
        browsing.opened(chromium, park.url, "/zh/parks/xian") as (seen, _),
    ):
        seen.wait_for_selector("html[data-frames]", state="attached", timeout=60_000)
        assert int(seen.get_attribute("html", "data-live-ms")) < 20_000
        park.hear(x_grid=7_300.0)
        value = seen.locator('#flow [data-live="park:xian/roles.grid.w"]')
        value.get_by_text("7.3").wait_for(timeout=60_000)
        assert seen.locator("[data-badge] [data-said]").inner_text() == "实时"
        assert accessible.faults(seen) == []
        browsing.keep(seen, "park-live-zh")
        seen.context.set_offline(True)
        # the stream that is open stays open; what the devices do not say is late
        seen.locator('#flow [data-stale="park:xian/roles.grid"]').get_by_text("数据延迟").wait_for(
            timeout=60_000
        )


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/en/parks/xian", "/en/parks", "/en/wall/park/xian"])
def test_a_phone_shows_it_whole(chromium, tmp_path, path: str) -> None:
    with (
        living(tmp_path / "l") as park,
        browsing.opened(chromium, park.url, path, size=browsing.PHONE, dark=True) as (seen, _),
    ):
        browsing.keep(seen, f"phone{path.replace('/', '-')}")
        assert browsing.wide(seen) <= 0
        assert accessible.faults(seen) == []
