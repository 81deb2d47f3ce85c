"""The probe finds what it is to find, and the kit has none of it."""

from __future__ import annotations

import pytest

from tests.ui import accessible, browsing

pytestmark = pytest.mark.browser

SOUND = (
    "<!doctype html><html lang=en><head><title>t</title>"
    '<meta name="viewport" content="width=device-width"></head><body><main><h1>t</h1>{}</main>'
)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<p style="color:#999">pale</p>', "contrast 2.8"),
        ('<p style="font-size:9px">small</p>', "letters of 9 px"),
        ('<input placeholder="only this">', "field without a label"),
        ("<button></button>", "control without a name"),
        ("<a>x</a>", "link that leads nowhere"),
        ('<img src="data:,">', "picture without words"),
        ("<svg width=20 height=20></svg>", "drawing that is neither named nor hidden"),
        ('<div data-chart="x"></div>', "figure without a name"),
        ("<table><tr><th>x</th></tr></table>", "head of a table without a scope"),
        ("<h3>x</h3>", "heading 3 after 1"),
        ("<h1>x</h1>", "not one first heading"),
        ("<main></main>", "not one main part"),
        ("<i id=a></i><b id=a></b>", "id twice: a"),
        ('<p aria-describedby="none">x</p>', "aria-describedby of nothing: none"),
        ("<p tabindex=2>x</p>", "order of focus of its own"),
        ('<p aria-hidden="true"><a href="/">x</a></p>', "hidden but focused"),
        ('<button style="all:unset;font-size:12px;line-height:1">ok</button>', "target of"),
    ],
)
def test_a_fault_is_found(chromium, body: str, fault: str) -> None:
    page = chromium.new_page()
    page.set_content(SOUND.format(body))
    found = accessible.faults(page)
    page.close()

    assert any(each.startswith(fault) for each in found), found


def test_a_sound_page_has_none(chromium) -> None:
    page = chromium.new_page()
    page.set_content(SOUND.format('<label>x <input></label><a href="/">there</a>'))
    found = accessible.faults(page)
    page.close()

    assert found == []


@pytest.mark.parametrize("size", [browsing.DESK, browsing.PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_kit_has_no_fault(chromium, standing, language, dark, size) -> None:
    with browsing.opened(chromium, standing(), f"/{language}/dev/kit", size=size, dark=dark) as (
        page,
        _,
    ):
        assert accessible.faults(page) == []


def test_the_kit_can_be_walked_by_the_keyboard(chromium, standing) -> None:
    with browsing.opened(chromium, standing(), "/en/dev/kit") as (page, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.reload()
        assert accessible.walk(page) == []
