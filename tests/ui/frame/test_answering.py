from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.serve.api import PUBLIC
from tanlu.terms import Chart
from tanlu.ui import Shown, View
from tanlu.ui.frame import answering

pytestmark = pytest.mark.reads

CHART = Chart("bar", "</script><b>", "t", ("a", "b"), (("x", (1.0, 2.5)),))


def broken(_context) -> Shown:
    raise TanluError("TL931", value="<TL1>")


VIEWS = (
    View("kit", "/one", lambda _c: Shown("dev/kit.html", charts={"x": CHART}), roles=(PUBLIC,)),
    View("kit.broken", "/broken", broken, roles=(PUBLIC,)),
)


def test_what_is_not_there_is_a_page_that_says_so(asking) -> None:
    answer = asking(views=VIEWS).get("/zh/broken")

    assert answer.status_code == 404
    assert "这里没有“&lt;TL1&gt;”" in answer.text


def test_a_page_that_there_is_not_is_a_page(asking) -> None:
    answer = asking().get("/en/there-is-no-such-page")

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")
    assert "Content-Security-Policy" in answer.headers


def test_a_chart_has_an_address_as_picture_table_and_options(asking) -> None:
    client = asking(views=VIEWS)

    assert "<svg" in client.get("/en/one?chart=x&as=svg").text
    assert client.get("/en/one?chart=x&as=csv").text == "\ufeff,x [t]\r\na,1.0\r\nb,2.5\r\n"
    assert json.loads(client.get("/en/one?chart=x&as=json").text)["series"]
    assert 'width="560"' in client.get("/en/one?chart=x").text
    assert 'width="800" height="160"' in client.get("/en/one?chart=x&w=800&h=1").text
    assert client.get("/en/one?chart=y").status_code == 404
    assert client.get("/en/one?chart=x&as=exe").status_code == 404


def test_a_text_of_a_table_is_no_formula_for_a_spreadsheet(asking) -> None:
    chart = Chart("bar", "t", "t", ("=1+1", "@x"), (("+s", (1.0, 2.0)),))
    view = View(
        "kit", "/one", lambda _c: Shown("dev/kit.html", charts={"x": chart}), roles=(PUBLIC,)
    )
    text = asking(views=(view,)).get("/en/one?chart=x&as=csv").text

    assert "\n=" not in text
    assert "\n@" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_the_built_files_a_page_says_how_to_build_them(
    asking, monkeypatch, language: str
) -> None:
    monkeypatch.setattr(answering, "built", lambda: None)
    answer = asking().get(f"/{language}/dev/kit")

    assert answer.status_code == 503
    assert "[TL930]" in answer.text
    assert "make pages" in answer.text


def test_a_part_of_a_page_is_given_to_who_asks_for_a_part(asking) -> None:
    part = asking().get("/en/dev/kit", headers={"hx-request": "true"})

    assert "<html" not in part.text
    assert "HX-Request" in part.headers["vary"]
