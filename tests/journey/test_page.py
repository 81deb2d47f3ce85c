"""The report in a real browser: nothing is fetched, nothing overflows, every picture is drawn."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.journey.travel import tanlu

pytestmark = pytest.mark.browser

PROBE = """
<script>
addEventListener("load", () => {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const pictures = [...document.querySelectorAll("svg")].map((s) => s.getBoundingClientRect());
  const spilt = [...document.querySelectorAll("main *")].filter((e) => {
    const box = e.getBoundingClientRect();
    for (let up = e; up; up = up.parentElement)
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return false;
    return box.width > 0 && box.right > innerWidth + 1;
  }).map((e) => e.tagName + "." + e.getAttribute("class"));
  document.body.setAttribute("data-seen", JSON.stringify({
    wide, spilt,
    fetched: performance.getEntriesByType("resource").map((r) => r.name),
    pictures: pictures.length,
    flat: pictures.filter((b) => b.width > 0 && b.height < 4).length,
    language: document.documentElement.lang,
  }));
});
</script>
"""


def _browser() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("TANLU_PROVISIONED"):
            pytest.fail("a browser was to be provisioned")
        pytest.skip("no browser here; make slow installs one")
    return found


def _run(page: Path, width: int, *words: str) -> str:
    return subprocess.run(
        [
            _browser(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            f"--user-data-dir={page.parent / 'profile'}", f"--window-size={width},1600",
            "--virtual-time-budget=4000", *words, page.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=120,
    ).stdout  # fmt: skip


def _seen(page: Path, width: int) -> dict[str, Any]:
    probed = page.with_name(f"probed-{width}.html")
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"<meta[^>]*Content-Security-Policy[^>]*>", "", text, flags=re.IGNORECASE)
    probed.write_text(text.replace("</body>", PROBE + "</body>"), encoding="utf-8")
    found = re.search(r'data-seen="([^"]*)"', _run(probed, width, "--dump-dom"))
    assert found is not None
    seen: dict[str, Any] = json.loads(html.unescape(found.group(1)))
    return seen


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The report of a small network in both languages."""
    folder = tmp_path_factory.mktemp("page")
    tanlu("demo", "--orders", "500", "--seed", "7", "--ledger", folder / "books")
    made = {}
    for language in ("en", "zh"):
        made[language] = folder / f"report.{language}.html"
        words = ("--ledger", folder / "books", "--out", made[language], "--language", language)
        tanlu("report", *words)
    return made


@pytest.mark.parametrize("width", [500, 1280])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_and_fits_its_window(
    pages: dict[str, Path], language: str, width: int
) -> None:
    seen = _seen(pages[language], width)

    assert seen["fetched"] == []
    assert seen["wide"] <= 0
    assert seen["spilt"] == []
    assert seen["pictures"] >= 5
    assert seen["flat"] == 0
    assert seen["language"].startswith(language)


def test_a_screenshot_of_each_language_is_not_empty(pages: dict[str, Path]) -> None:
    kept = Path(os.environ.get("TANLU_SCREENSHOTS", pages["en"].parent))
    for language, page in pages.items():
        picture = kept / f"report.{language}.png"
        _run(page, 1280, f"--screenshot={picture}")

        assert picture.stat().st_size > 30_000
