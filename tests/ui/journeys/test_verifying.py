"""A verifier: a plan of the samples, the draw with his own key, one record down to its evidence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tanlu.report import why
from tests.ui import browsing
from tests.ui.journeys.conftest import SIGHTS, kept
from tests.ui.views.trust.engaged import NAME, Engaged

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def drawn(house, tmp_path_factory):
    """The records of a sample that stands in the log with its plan."""
    return Engaged(house.home.workspace("home")).draw(tmp_path_factory.mktemp("desk"))


@pytest.mark.parametrize("sight", sorted(SIGHTS))
def test_one_record_of_the_sample_is_opened_down_to_its_evidence(
    chromium, house, drawn, sight: str
) -> None:
    language, dark, size = SIGHTS[sight]
    cookies = house.comes("verifier")
    with browsing.opened(
        chromium, house.url, f"/{language}/verify", size=size, dark=dark, cookies=cookies
    ) as (page, _):
        kept(page, f"verify-1-workbench-{sight}")
        page.locator("#engagements p a").click()
        page.wait_for_url(f"**/verify/engagements/{NAME}")
        kept(page, f"verify-2-sample-{sight}")
        rows = page.locator("#forward tbody tr")
        assert rows.count() == min(len(drawn), 300)
        # drawn again by the page: the same units as were stated
        assert page.locator(".message.good").count() == 1
        record = page.locator("#forward td.code a").first
        amount = page.locator("#forward td[data-label='CO₂e']").first.get_attribute("title")
        record.click()
        page.locator(".calculation .formula").first.wait_for()
        kept(page, f"verify-3-formula-{sight}")
        subject = page.locator("h2.code").inner_text()
        identity = subject.removeprefix("activity_id:")
        assert identity in drawn
        ledger = why(house.home.workspace("home"), subject).facts
        assert page.locator(".kpi .value").first.get_attribute("title") == amount
        grams = Decimal(amount.removesuffix(" g").replace(",", ""))
        assert int(grams * 10**6) == int(ledger["total"]["co2e_ug"])
        page.locator('.calculation a[href*="/evidence/"]').first.click()
        page.wait_for_url("**/evidence/**")
        kept(page, f"verify-4-evidence-{sight}")

        assert ledger["legs"][0]["source"]["sha256"] in page.url


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_plan_of_the_samples_is_made_in_the_workbench(chromium, house, language: str) -> None:
    with browsing.opened(
        chromium, house.url, f"/{language}/verify", cookies=house.comes("verifier")
    ) as (page, _):
        before = page.locator("#plan .list li").count()
        page.fill("#plan [name=period]", "2026")
        with page.expect_navigation():
            page.locator("#plan button").click()
        for _ in range(60):
            page.reload()
            page.wait_for_selector("html[data-ready]", state="attached")
            if page.locator("#plan .list li").first.locator('a[href$="plan.html"]').count():
                break
            page.wait_for_timeout(500)
        kept(page, f"verify-plan-{language}")

        assert page.locator("#plan .list li").count() == before + 1
        assert page.locator("#plan .list li").first.locator("a").count() == 3
