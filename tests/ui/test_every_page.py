"""Every page that needs no parameter: quiet, readable, as wide as its window, small to load."""

from __future__ import annotations

import pytest

from tanlu.ui.views import views
from tests.ui import accessible, browsing

# what stands in a frame of somebody's page has no script and needs his key; a display needs the
# link of its wall, and has tests of its own
PLAIN = [
    view for view in views()
    if "GET" in view.methods and "{" not in view.path and view.framed_by == "'none'"
    and view.name != "wall.display"
]  # fmt: skip


SIGHTS = {
    # each two of tongue, light and size stand together once
    "zh-light-desk": ("zh", False, browsing.DESK), "en-dark-desk": ("en", True, browsing.DESK),
    "zh-dark-phone": ("zh", True, browsing.PHONE), "en-light-phone": ("en", False, browsing.PHONE),
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("sight", sorted(SIGHTS))
@pytest.mark.parametrize("view", PLAIN, ids=[view.name for view in PLAIN])
def test_a_page_is_quiet_readable_and_small(chromium, standing, view, sight: str) -> None:
    language, dark, size = SIGHTS[sight]
    role = None if view.public else ("manager" if "manager" in view.roles else view.roles[0])
    path = f"/{language}{view.path}"
    # a page for who has no login runs no script, so it never says that it is ready
    waits = view.layout != "public"
    with browsing.opened(chromium, standing(role), path, size=size, dark=dark, waits=waits) as (
        page,
        seen,
    ):
        browsing.keep(page, f"{view.name}-{sight}")

        assert accessible.faults(page) == []
        assert browsing.wide(page) <= 0
        assert seen.wire <= 450_000


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_entry_of_the_navigation_has_a_word(asking, language: str) -> None:
    page = asking().get(f"/{language}/dev/kit")

    assert page.status_code == 200
    assert {view.group for view in views()} <= {
        "", "account", "operate", "decide", "trust", "admin",
    }  # fmt: skip
