"""The registry of devices."""

from __future__ import annotations

import time

import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.monitor.devices import enrol
from tanlu.terms import schema


def test_a_device_stands_with_its_state_and_what_it_needs(asking, home):
    workspace = home.workspace("home")
    row = {"device": "meter-7", "since": 1, "state": "enrolled", "heartbeat_us": 1_000_000}
    enrol(workspace, schema("device").fit(pl.DataFrame([row])))
    page = asking().get("/en/devices").text
    assert "meter-7" in page
    assert "silent" in page
    assert "no key" in page
    assert asking().get("/en/devices/meter-7").status_code == 200
    assert "meter-7" not in asking("manager", tenant="other").get("/en/devices").text


@pytest.fixture
def many(home):
    kinds = ("pv", "dock")
    rows = [{"device": f"dock-{n}", "since": 1, "state": "enrolled", "type": kinds[n % 2],
             "heartbeat_us": 1_000_000, "place": f"xian/{n}"} for n in range(1, 41)]  # fmt: skip
    enrol(home.workspace("home"), schema("device").fit(pl.DataFrame(rows)))


def names(page):
    return [cell.text(strip=True) for cell in LexborHTMLParser(page).css("tbody td:first-child")]


def test_a_registry_is_paged_by_the_name_after_which_it_goes_on(asking, many):
    first = asking().get("/en/devices").text
    # as a person counts: dock-2 comes before dock-10
    assert names(first) == [f"dock-{n}" for n in range(1, 31)]
    onward = LexborHTMLParser(first).css(".paging a")[-1].attributes["href"]
    assert onward.endswith("after=dock-30")
    rest = asking().get(onward).text
    assert names(rest) == [f"dock-{n}" for n in range(31, 41)]
    assert "40 devices" in rest
    back = LexborHTMLParser(rest).css(".paging a")
    assert [link.attributes["href"] for link in back] == ["/en/devices"]
    part = asking().get(onward, headers={"hx-request": "true"}).text
    assert names(part) == names(rest)
    assert "<main" not in part


def test_a_registry_is_narrowed_by_type_and_by_what_a_device_needs(asking, many):
    page = asking().get("/en/devices?type=pv&q=xian/4").text
    assert names(page) == ["dock-4", "dock-40"]
    assert "2 devices" in page
    assert len(names(asking().get("/en/devices?need=silent").text)) == 30
    assert names(asking().get("/en/devices?need=overdue").text) == []


@pytest.mark.parametrize(("tongue", "told"), [("en", "Show all"), ("zh", "显示全部")])
def test_where_nothing_matches_the_way_back_is_shown(asking, many, tongue, told):
    page = LexborHTMLParser(asking().get(f"/{tongue}/devices?q=nowhere").text)
    assert page.css_first(".empty a").text() == told
    assert page.css_first(".empty a").attributes["href"] == f"/{tongue}/devices"


def test_who_was_heard_with_the_last_is_not_silent_because_the_ledger_is_behind(asking, home):
    workspace, now = home.workspace("home"), time.time_ns() // 1000
    rows = [{"device": name, "since": 1, "state": "enrolled", "heartbeat_us": 2_000_000}
            for name in ("early", "late")]  # fmt: skip
    enrol(workspace, schema("device").fit(pl.DataFrame(rows)))
    heard = [
        {"stream": "power_w", "device": name, "seq": 1, "at": now - ago * 1_000_000, "value": 1.0,
         "received": now - ago * 1_000_000}
        for name, ago in (("early", 120), ("late", 60))
    ]  # fmt: skip
    workspace.append("reading", schema("reading").fit(pl.DataFrame(heard)))
    assert names(asking().get("/en/devices?need=silent").text) == ["early"]
    states = {
        row.css("td")[0].text(strip=True): row.css("td")[-1].text(strip=True)
        for row in LexborHTMLParser(asking().get("/en/data/sources?kind=device").text).css(
            "tbody tr")
    }  # fmt: skip
    assert (states["early"], states["late"] == "silent") == ("silent", False)
