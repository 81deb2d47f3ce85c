"""The gallery of the kit, in the browser and without."""

from __future__ import annotations

import pytest

from tests.ui import browsing


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_gallery_shows_every_macro_of_the_kit(asking, language: str) -> None:
    answer = asking().get(f"/{language}/dev/kit")

    assert answer.status_code == 200
    for css in [
        "kpis",
        "timeline",
        "formula",
        "seal",
        "factor",
        "diff",
        "steps",
        "filters",
        "toast",
    ]:
        assert f'class="{css}' in answer.text


@pytest.mark.browser
@pytest.mark.parametrize("size", [browsing.DESK, browsing.PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_gallery_is_drawn_without_a_word_of_complaint(
    chromium, standing, language: str, dark: bool, size: tuple[int, int]
) -> None:
    with browsing.opened(chromium, standing(), f"/{language}/dev/kit", size=size, dark=dark) as (
        page,
        seen,
    ):
        theme = "dark" if dark else "light"
        browsing.keep(page, f"kit-{language}-{theme}-{size[0]}")

        assert page.locator(".chart[data-drawn]").count() == 9
        assert browsing.wide(page) <= 0
        assert seen.wire <= 450_000
