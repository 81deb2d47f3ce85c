from __future__ import annotations

import re
import threading
from html import unescape

import pytest

from tanlu.errors import TanluError
from tanlu.report.svg import tokens
from tanlu.serve.api import PUBLIC
from tanlu.terms import Chart
from tanlu.ui import Shown, View
from tanlu.ui.charts import Pictures
from tanlu.ui.charts.drawing import colours
from tanlu.ui.frame.files import pictures
from tests.ui import browsing
from tests.ui.charts.samples import SAMPLES


def words(svg: str) -> list[str]:
    """The words of a picture, sorted: labels, ticks, names."""
    found = [unescape(text).strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)]
    return sorted(text for text in found if text)


@pytest.fixture(scope="module")
def drawer() -> Pictures:
    found = pictures()
    assert found is not None
    return found


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_kind_is_drawn_without_a_browser(drawer, kind: str) -> None:
    svg = drawer.svg(SAMPLES[kind], width=600, height=300, language="en")

    assert svg.startswith("<svg")
    assert "NaN" not in svg
    assert "var(" not in svg
    assert "<style" not in svg
    assert len(words(svg)) >= 2


def test_a_theme_is_its_colours(drawer) -> None:
    light = drawer.svg(SAMPLES["bar"], dark=False)
    dark = drawer.svg(SAMPLES["bar"], dark=True)

    assert colours()["light"]["road"].lower() in light.lower()
    assert colours()["dark"]["road"].lower() in dark.lower()
    assert colours()["dark"]["road"] in tokens()


def test_the_same_chart_is_the_same_picture_byte_for_byte(drawer) -> None:
    again = Pictures(drawer._bundle)
    again.svg(SAMPLES["heat"])

    assert again.svg(SAMPLES["bar"]) == drawer.svg(SAMPLES["bar"])
    assert drawer.svg(SAMPLES["bar"]) is drawer.svg(SAMPLES["bar"])


def test_each_thread_draws_for_itself(drawer) -> None:
    fresh, drawn = Pictures(drawer._bundle), []

    def draw(name: str) -> None:
        drawn.append(fresh.svg(SAMPLES[name]))

    threads = [threading.Thread(target=draw, args=(name,)) for name in ("bar", "sankey", "bar")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(drawn) == 3
    assert all(svg.startswith("<svg") for svg in drawn)


def test_what_the_engine_cannot_do_is_said(drawer) -> None:
    broken = Pictures("globalThis.tanlu={draw(){throw new Error('no such thing')}}")

    with pytest.raises(TanluError, match=r"TL932.*no such thing"):
        broken.svg(SAMPLES["bar"])


def test_another_engine_can_take_the_place(drawer) -> None:
    class Other:
        def __init__(self, bundle: str) -> None:
            self.bundle = bundle

        def draw(self, options: str, width: int, height: int) -> str:
            return f"<svg>{width}x{height}</svg>"

    assert Pictures("", Other).svg(SAMPLES["bar"], width=3, height=4) == "<svg>3x4</svg>"


@pytest.mark.browser
def test_browser_and_server_draw_the_same_words(chromium, site, drawer) -> None:
    def shown(_context) -> Shown:
        return Shown("dev/charts.html", title="Charts", charts=SAMPLES)

    view = View("kit", "/all", shown, roles=(PUBLIC,))
    with browsing.opened(chromium, site(views=(view,)), "/en/all") as (page, _):
        wrong = {}
        for kind, chart in SAMPLES.items():
            place = page.locator(f'[data-chart="{kind}"] .chart-area')
            box = place.bounding_box()
            there = words(place.inner_html())
            here = words(drawer.svg(
                chart, width=round(box["width"]), height=round(box["height"]), language="en"
            ))  # fmt: skip
            if there != here:
                wrong[kind] = (there, here)

    assert wrong == {}


def test_a_chart_of_a_page_is_drawn_as_the_browser_does(asking) -> None:
    chart = Chart("network", "t", "t", points=SAMPLES["network"].points)
    view = View("kit", "/one", lambda _c: Shown("dev/charts.html", charts={"x": chart}))
    answer = asking(views=(view,)).get("/en/one?chart=x&as=svg")

    assert answer.headers["content-type"] == "image/svg+xml"
    assert "Shanghai" in answer.text
    assert "script" not in answer.headers["content-security-policy"]
