"""The last hours of a park on the pages: what the sun gave stands there when it is gone."""

from __future__ import annotations

import httpx
import polars as pl
import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.terms import schema
from tests.serve.live.watching import POWERS, now_us, readings
from tests.ui.views.operate.living import living

HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000


@pytest.fixture
def night(tmp_path):
    """A park whose sun shone for two hours some time ago, and is dark now."""
    with living(tmp_path / "l") as park:
        first = now_us() // HOUR_US * HOUR_US - 9 * HOUR_US
        rows = [
            readings(POWERS | {"x-pv": 400_000.0}, seq=n, at=first + n * 15 * MINUTE_US)
            for n in range(8)
        ]
        park.workspace.append("reading", schema("reading").fit(pl.concat(rows)))
        yield park


@pytest.mark.parametrize(
    ("path", "told"),
    [("/en/parks/xian", "800.0 kWh in 2.0 h"), ("/zh/parks", "近 2.0 小时 800.0 kWh"),
     ("/zh/wall", "近 2.0 小时 800.0 kWh"), ("/en/wall/park/xian", "800.0 kWh in 2.0 h")],
)  # fmt: skip
def test_what_the_sun_gave_is_told_when_it_is_gone(night, path: str, told: str) -> None:
    assert told in httpx.get(f"{night.url}{path}", timeout=60).text


def test_a_wall_shows_the_curve_of_the_day_once_there_is_one(night) -> None:
    page = LexborHTMLParser(httpx.get(f"{night.url}/en/wall/park/xian", timeout=60).text)
    assert page.css_first('[data-chart="day-xian"]') is not None
    assert page.css_first('[data-chart="power-xian"]') is None
    table = httpx.get(f"{night.url}/en/wall/park/xian?chart=day-xian&as=csv", timeout=60).text
    assert len(table.splitlines()) == 1 + 24 * 4
    assert ",400.0," in table


def test_the_last_hours_lead_to_today_and_back(night) -> None:
    def ways(path: str) -> list[str]:
        text = httpx.get(f"{night.url}{path}", timeout=60).text
        return [str(link.attributes["href"]) for link in LexborHTMLParser(text).css(".paging a")]

    (today,) = ways("/en/parks/xian/day")
    before, after = ways(ways(today)[0])
    assert after == today
    assert before < after


def test_a_park_without_a_past_shows_what_stands_there(tmp_path) -> None:
    with living(tmp_path / "l") as park:
        page = LexborHTMLParser(httpx.get(f"{park.url}/en/wall/park/xian", timeout=60).text)

    assert page.css_first(".edge-pv small").text().strip().startswith("1 device")
    assert page.css_first('[data-chart="power-xian"]') is not None
