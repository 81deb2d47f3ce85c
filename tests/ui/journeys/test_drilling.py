"""From a key figure to the evidence behind it, as a carbon manager and a verifier go that way."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.report import why
from tests.ui import accessible, browsing

pytestmark = pytest.mark.browser
SIGHTS = {
    "zh-light-desk": ("zh", False, browsing.DESK), "en-dark-desk": ("en", True, browsing.DESK),
    "zh-dark-phone": ("zh", True, browsing.PHONE), "en-light-phone": ("en", False, browsing.PHONE),
}  # fmt: skip


def _kept(page, name: str) -> None:
    page.wait_for_selector("html[data-ready]", state="attached")
    browsing.keep(page, f"journey-{name}")
    assert accessible.faults(page) == []
    assert browsing.wide(page) <= 0


def _to_list(page, language: str) -> None:
    page.locator(f'a.kpi[href^="/{language}/shipments?period="]').click()
    page.wait_for_url("**/shipments?period=**")


@pytest.mark.parametrize("sight", sorted(SIGHTS))
def test_a_key_figure_leads_to_its_evidence(chromium, standing, sight: str) -> None:
    language, dark, size = SIGHTS[sight]
    with browsing.opened(chromium, standing(), f"/{language}/", size=size, dark=dark) as (page, _):
        _kept(page, f"1-overview-{sight}")
        _to_list(page, language)
        _kept(page, f"2-shipments-{sight}")
        page.locator("td.code a").first.click()
        page.locator(".timeline").wait_for()
        _kept(page, f"3-shipment-{sight}")
        total = page.locator(".kpi .value").first.get_attribute("title")
        page.locator("a.kpi").first.click()
        page.locator(".calculation").first.wait_for()
        _kept(page, f"4-calculation-{sight}")
        subject = page.locator("h2.code").inner_text()
        facts = why(standing.home.workspace("home"), subject).facts

        assert page.locator(".kpi .value").first.get_attribute("title") == total
        assert page.locator(".calculation").count() == len(facts["legs"])
        # the end of the way: file and part, and that the formulas give the same again
        first = page.locator(".calculation").first
        assert facts["legs"][0]["ledger"]["emission"]["part"] in first.inner_text()
        assert page.locator(".calculation .tag.measured").count()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_leg_opens_its_formula_beside_the_shipment(chromium, standing, language: str) -> None:
    with browsing.opened(chromium, standing(), f"/{language}/shipments") as (page, _):
        page.locator("td.code a").first.click()
        how = page.locator(".timeline .how a").first
        amount = page.locator(".timeline .much").first.inner_text().split()[0]
        how.focus()
        page.keyboard.press("Enter")
        page.locator("#drawer-body .formula").first.wait_for()
        browsing.keep(page, f"journey-drawer-{language}", whole=False)

        assert amount in page.locator("#drawer-body header .strong").first.inner_text()
        assert accessible.faults(page) == []
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.textContent") == how.inner_text()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_whole_way_needs_no_script(chromium, standing, language: str) -> None:
    path = f"/{language}/"
    with browsing.opened(chromium, standing(), path, scripts=False) as (page, _):
        _to_list(page, language)
        page.locator("td.code a").first.click()
        page.locator(".timeline .how a").first.click()
        page.locator(".calculation .formula").first.wait_for()
        browsing.keep(page, f"journey-without-a-script-{language}")

        assert f"/{language}/calculation/" in page.url


def test_a_shipment_of_another_organisation_is_told_to_be_none(chromium, standing) -> None:
    home = standing.home
    rows = home.workspace("home").scan("emission").select("subject").head(1).collect()
    subject = rows.item()
    with pytest.raises(TanluError):
        why(home.workspace("other"), subject)
    at = standing(tenant="other")
    with browsing.opened(chromium, at, f"/en/shipments/{subject}", waits=False) as (page, seen):
        said = page.locator("main").inner_text()
        seen.failed.clear()
        seen.said.clear()

        assert "TL806" in said or subject in said
        assert page.locator(".timeline").count() == 0
