"""Links for guests: their scope, their end."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.store.relational.tables.proofs import GUESTS
from tests.ui import accessible, browsing

SENT = {"title": "<b>Bank</b>", "kinds": ["transport"], "period": "2026", "days": "30"}


@pytest.fixture
def link(asking):
    text = asking().post("/en/share/invite", data=SENT).text
    made = LexborHTMLParser(text).css_first(".message.good p").text()
    return "/en" + made[made.index("/share/") :]


def test_a_guest_reads_what_was_chosen_as_text_and_no_more(asking, link):
    page = LexborHTMLParser(asking(None).get(link).text)
    assert page.css_first("h1").text() == "<b>Bank</b>"
    assert len(page.css(".guest > h2")) == 1
    assert [a for a in page.css("main a") if link not in a.attributes["href"]] == []
    assert asking(None).get("/en/reports", follow_redirects=False).status_code in (303, 401)


@pytest.mark.parametrize("form", ["svg", "csv", "json"])
def test_no_chart_of_a_link_is_kept_on_the_way(asking, link, form):
    shown = LexborHTMLParser(asking(None).get(link).text)
    where = shown.css_first("img[src*='chart=']").attributes["src"]
    name = where.split("chart=")[1].split("&")[0]
    answer = asking(None).get(f"{link}?chart={name}&as={form}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_link_is_shown_once_and_kept_as_its_hash(asking, home, link):
    secret = link.rpartition("/")[2]
    assert secret not in asking().get("/en/share").text
    with home.state.of("home") as scoped:
        assert secret not in str(scoped.rows(GUESTS))


def test_a_link_that_was_ended_or_is_over_is_gone(asking, home, link):
    with home.state.of("home") as scoped:
        scoped.change(GUESTS, {"until_us": 1})
    assert asking(None).get(link).status_code == 410
    with home.state.of("home") as scoped:
        scoped.change(GUESTS, {"until_us": 4_000_000_000_000_000})
        guest = scoped.rows(GUESTS)[0]["guest"]
    assert asking(None).get(link).status_code == 200
    assert asking(tenant="other").post(f"/en/share/{guest}/end").status_code == 404
    asking().post(f"/en/share/{guest}/end")
    assert asking(None).get(link).status_code == 410
    assert asking(None).get(link[:-1] + "~").status_code == 404


@pytest.mark.parametrize("change", [{"kinds": []}, {"kinds": ["ledger"]}, {"days": "0"},
                                    {"days": "9999"}, {"days": "x"}])  # fmt: skip
def test_a_scope_or_time_that_there_is_not_makes_no_link(asking, change):
    assert asking().post("/en/share/invite", data={**SENT, **change}).status_code == 400


@pytest.mark.parametrize("role", ["operator", "verifier", "viewer", "supplier", "developer"])
def test_only_a_manager_makes_links(asking, role):
    assert asking(role).get("/en/share").status_code == 403
    assert asking(role).post("/en/share/invite", data=SENT).status_code == 403


@pytest.mark.browser
def test_a_guest_needs_no_script(chromium, site, asking, link):
    with browsing.opened(chromium, site(None), link, size=browsing.PHONE, scripts=False) as (
        page,
        _,
    ):
        assert page.locator("img.still").count() >= 1
        assert browsing.wide(page) <= 0
    with browsing.opened(chromium, site(None), link, waits=False) as (page, _):
        assert accessible.faults(page) == []
