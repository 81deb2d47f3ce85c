"""Where there is nothing to show, a page says what to do next: nobody is left before a void."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.ui.views import views

pytestmark = pytest.mark.reads

PLAIN = [
    view for view in views()
    if "GET" in view.methods and "{" not in view.path and view.framed_by == "'none'"
    and view.name not in ("wall.display", "kit") and not view.public
]  # fmt: skip
# of a ledger that holds nothing, these say how it is filled
FILLED = (
    "overview", "inventory", "totals", "totals.shipments", "products", "heatmap", "quality",
    "evidence", "reports",
)  # fmt: skip
SOUGHT = (
    "shipments?q=zzqq", "data/sources?q=zzqq", "evidence?q=zzqq", "factors?q=zzqq",
    "totals?period=1999", "totals/shipments?period=1999-01", "heatmap?period=1999-01",
    "?period=1999-01", "admin/audit?q=zzqq", "data/quarantine?code=TL999", "dev/api?q=zzqq",
)  # fmt: skip


def voids(text: str) -> list[tuple[str, str, str]]:
    """Give each empty state of a page: what it is called, what it says, where it leads."""
    found = []
    for each in LexborHTMLParser(text).css("main .empty"):
        said, way = each.css_first("p"), each.css_first("a")
        found.append((
            each.css_first("b").text(), said.text() if said else "",
            str(way.attributes["href"]) if way else "",
        ))  # fmt: skip
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", PLAIN, ids=[view.name for view in PLAIN])
def test_a_page_of_an_empty_ledger_says_what_to_do_next(asking, view, language: str) -> None:
    role = "manager" if "manager" in view.roles else view.roles[0]
    answer = asking(role, tenant="other").get(f"/{language}{view.path}")

    assert answer.status_code in (200, 503)
    assert [name for name, said, way in voids(answer.text) if not said and not way] == []
    if view.name in FILLED:
        assert f"/{language}/data/import" in [way for _, _, way in voids(answer.text)]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", SOUGHT)
def test_who_looks_for_what_is_not_there_is_led_back(asking, path: str, language: str) -> None:
    answer = asking().get(f"/{language}/{path}")

    assert answer.status_code == 200
    (found,) = voids(answer.text)
    assert all(found), found
    assert asking().get(found[2]).status_code == 200
    assert "?" not in found[2]


def test_who_may_not_import_is_told_who_may(asking) -> None:
    page = asking("viewer", tenant="other").get("/en/").text

    assert voids(page)[0][2] == ""
    assert "An operator of your organisation" in voids(page)[0][1]
