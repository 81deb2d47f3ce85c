"""A consumer scans the code on a parcel: no login, no script, the same grams as in the ledger."""

from __future__ import annotations

import httpx
import pytest

from tanlu.report import why
from tanlu.serve.proofs import Shelf
from tests.serve.proofs.making import published, subject
from tests.ui import accessible, browsing
from tests.ui.journeys.conftest import SIGHTS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def code(house) -> str:
    """A shipment that was published with its activity and its places."""
    return published(house.home, "result", "activity", "places")


def _grams(text: str) -> float:
    return float(text.removesuffix(" g").replace(",", ""))


@pytest.mark.parametrize("sight", sorted(SIGHTS))
def test_who_scans_the_code_sees_what_the_ledger_says(chromium, house, code, sight: str) -> None:
    language, dark, size = SIGHTS[sight]
    total = why(house.home.workspace("home"), subject(house.home)).facts["total"]
    with browsing.opened(
        chromium, house.url, f"/{language}/p/{code}", size=size, dark=dark, scripts=False
    ) as (page, _):
        browsing.keep(page, f"journey-public-{sight}")
        assert _grams(page.locator(".sum").get_attribute("title")) * 1e6 == pytest.approx(
            int(total["co2e_ug"]), abs=1e6
        )
        assert page.locator(".checks li.held").count() == 5
        assert browsing.wide(page) <= 0
        # the label that was scanned is two links away, drawn, in both tongues
        page.locator(f'a[href$="/p/{code}/label"]').click()
        labels = page.locator(".labels img")
        browsing.keep(page, f"journey-public-label-{sight}")
        assert labels.count() == 2
        assert all(labels.nth(i).evaluate("e => e.naturalWidth > 0") for i in range(2))
        assert browsing.wide(page) <= 0
        page.get_by_role("link").last.click()
        page.wait_for_url(f"**/p/{code}")
        # and the other tongue is one
        page.locator("header nav a[lang]").click()
        other = "en" if language == "zh" else "zh"
        page.wait_for_url(f"**/{other}/p/{code}")


@pytest.mark.parametrize("sight", sorted(SIGHTS))
def test_the_public_pages_can_be_read_by_all(chromium, house, code, sight: str) -> None:
    language, dark, size = SIGHTS[sight]
    for path in (f"/{language}/p/{code}", f"/{language}/p/{code}/label"):
        with browsing.opened(
            chromium, house.url, path, size=size, dark=dark, waits=False
        ) as (page, seen):  # fmt: skip
            assert accessible.faults(page) == []
            assert accessible.walk(page) == []
            assert seen.wire <= 450_000


def test_the_code_on_the_label_is_the_address_of_the_page(house, code) -> None:
    drawn = httpx.get(f"{house.url}/p/{code}/label.svg?size=60x40&lang=en", timeout=60)

    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert Shelf(house.home.state).found(code).code == code
    assert httpx.get(f"{house.url}/p/{code}", follow_redirects=True, timeout=60).status_code == 200
