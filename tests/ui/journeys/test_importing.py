"""A file comes in, as somebody brings it who never saw the ledger: five steps, each with a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tanlu.monitor import Answers, intake, propose
from tests.desk import HEAD, SAID
from tests.ui import browsing
from tests.ui.journeys.conftest import SIGHTS, kept

pytestmark = pytest.mark.browser


def _file(folder: Path, sight: str, workspace: Any) -> Path:
    """Write five rows: one that the ledger has, two new ones, and two that cannot be read."""
    good = "{0}-{1},2026-10-0{1},12,100,上海,杭州,公路"
    known, *fresh = (good.format(sight, number) for number in (1, 2, 3))
    bad = f"{sight}-4,2026-10-04,=cmd|x,100,上海,杭州,公路", f"{sight}-5,,3,9,上海,杭州,公路"
    before, path = folder / "before.csv", folder / f"{sight}.csv"
    before.write_text("\n".join((HEAD, known, "")), "utf-8")
    path.write_text("\n".join((HEAD, known, *fresh, *bad, "")), "utf-8")
    answers = Answers(dict(zip(HEAD.split(","), SAID, strict=True)), {"重量": "t", "距离(km)": "km"})
    mapping = folder / "before.toml"
    mapping.write_text(propose(before, answers=answers).text, "utf-8")
    assert list(intake(before, mapping, workspace))[-1].result["rows_new"] == 1
    return path


def _sum(page) -> list[int]:
    """Give rows in, new, known and set aside as the page says them."""
    page.locator(".sum").wait_for(timeout=60_000)
    return [int(text.replace(",", "")) for text in page.locator(".sum b").all_inner_texts()]


def _start(page, step: str) -> None:
    page.locator(f'form[action$="/{step}"] button:not(.danger)').click()
    page.wait_for_url(f"**/{step}")


@pytest.mark.parametrize("sight", sorted(SIGHTS))
def test_a_file_becomes_emissions_and_no_row_is_lost(chromium, house, tmp_path, sight) -> None:
    language, dark, size = SIGHTS[sight]
    workspace = house.home.workspace("home")
    file, cookies = _file(tmp_path, sight, workspace), house.comes("manager")
    with browsing.opened(
        chromium, house.url, f"/{language}/data/import", size=size, dark=dark, cookies=cookies
    ) as (page, _):
        kept(page, f"import-1-upload-{sight}")
        page.locator('input[type="file"]').set_input_files(file)
        page.locator(".form button").first.click()
        page.wait_for_url("**/columns")
        for place, field in enumerate(SAID):
            page.locator(f'[name="map:{place}"]').select_option(field)
        page.locator('[name="unit:2"]').select_option("t")
        page.locator('[name="unit:3"]').select_option("km")
        kept(page, f"import-2-columns-{sight}")
        page.locator('button[value="go"]').click()
        page.wait_for_url("**/rehearse")
        before = workspace.version
        _start(page, "rehearse")
        told = _sum(page)
        kept(page, f"import-3-rehearsal-{sight}")

        # every row has an end, and what is refused has line, column and reason
        assert told == [5, 2, 1, 2]
        refused = page.locator("table.cards").last.locator("tbody tr")
        assert [row.split()[0] for row in refused.all_inner_texts()] == ["5", "6"]
        assert "=cmd|x" in refused.first.inner_text()
        assert workspace.version == before

        _start(page, "read")
        assert _sum(page) == told
        kept(page, f"import-4-read-{sight}")
        _start(page, "quantify")
        page.locator("dl.facts").wait_for(timeout=60_000)
        kept(page, f"import-5-quantified-{sight}")
        page.locator('main a[href$="/shipments"]').click()
        page.wait_for_url("**/shipments**")

    names = [f"{sight}-{number}" for number in (1, 2, 3)]
    for table in ("activity", "emission"):
        held = workspace.scan(table).filter(pl.col("activity_id").is_in(names))
        assert held.select("activity_id").unique().collect().height == 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_file_without_rows_is_refused_in_words(chromium, house, tmp_path, language) -> None:
    path = tmp_path / "none.csv"
    path.write_bytes(b"")
    at = f"/{language}/data/import"
    with browsing.opened(chromium, house.url, at, cookies=house.comes("manager")) as (page, seen):
        page.locator('input[type="file"]').set_input_files(path)
        page.locator(".form button").first.click()
        page.locator(".message.bad").wait_for()
        kept(page, f"import-refused-{language}")
        seen.failed.clear()
        seen.said.clear()

        assert "TL" in page.locator(".message.bad").inner_text()
