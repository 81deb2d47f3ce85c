"""The element in a shop of another origin, under a policy that forbids nearly all; its frame."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from selectolax.lexbor import LexborHTMLParser

from tanlu.ui.frame.files import built, integrity
from tests.serving import HERE
from tests.ui import accessible, browsing

ASKED = "from=CN-GD&to=CN-BJ&mass_g=1500"
ELEMENT = (
    '<!doctype html><html lang="{lang}"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>shop</title>'
    '<script defer src="{url}/static/{name}" integrity="{sri}" crossorigin="anonymous"></script>'
    '<main><h1>shop</h1><form id="f"><tanlu-carbon name="carbon" merchant="{key}" from="{origin}"'
    ' to="CN-BJ" mass-g="1500" theme="{theme}"></tanlu-carbon><button>buy</button></form></main>'
)
STRICT = (
    "default-src 'none'; script-src {url}; connect-src {url}; frame-src {url}; form-action 'self'"
)

# whether it hides when an answer is late has a test; how quick a laden machine answers, none
PATIENT = "AbortSignal.timeout = () => new AbortController().signal"


def page_of(url, key, *, lang="zh", theme="light", origin="CN-GD"):
    sri, name = integrity("widget.js"), built().names["widget.js"]
    body = ELEMENT.format(
        url=url, key=key, lang=lang, theme=theme, origin=origin, sri=sri, name=name
    )
    return body, STRICT.format(url=url)


def test_the_element_is_smaller_than_five_kilobytes_and_needs_nothing():
    code = built().text("widget.js")

    assert len(code.encode()) < 5000
    assert "innerHTML" not in code
    assert "eval" not in code
    assert "import" not in code


def test_the_element_is_served_by_an_address_that_stays_to_every_origin(served):
    client = TestClient(served, base_url=HERE)

    told = client.get("/widget.js")
    pinned = client.get(f"/static/{built().names['widget.js']}")

    for each in (told, pinned):
        assert each.headers["access-control-allow-origin"] == "*"
        assert each.text == built().text("widget.js")
    assert (
        "access-control-allow-origin"
        not in client.get(f"/static/{built().names['frame.js']}").headers
    )


@pytest.mark.browser
@pytest.mark.parametrize(("lang", "theme"), [("zh", "light"), ("en", "dark")])
def test_a_shop_under_a_strict_policy_shows_the_options_and_gets_the_choice(
    chromium, served, shop, lang, theme
):
    with (
        browsing.serving(served) as url,
        shop(lambda: page_of(url, key, lang=lang, theme=theme)) as at,
    ):
        key = served.state.quotes.merchants.add("home", "Shop", [at])["merchant"]
        served.state.quotes.refresh("home")
        _warmed(served)
        said, page = [], chromium.new_page()
        page.add_init_script(PATIENT)
        page.on("console", lambda m: said.append(m.text) if m.type in ("error", "warning") else 0)
        page.goto(at)
        page.evaluate("addEventListener('tanlu-choice', e => { window.chosen = e.detail })")
        radios = page.locator("tanlu-carbon input[type=radio]")
        radios.first.wait_for(timeout=60_000)
        words = {"zh": "标准配送", "en": "Standard delivery"}[lang]
        assert words in page.locator("tanlu-carbon label").first.inner_text()
        assert "CO₂e" in page.locator("tanlu-carbon label").first.inner_text()

        radios.first.focus()
        page.keyboard.press("ArrowDown")

        assert page.evaluate("new FormData(document.getElementById('f')).get('carbon')") == "night"
        assert page.evaluate("window.chosen.option") == "night"
        assert page.evaluate("window.chosen.quote.signature.algorithm") == "Ed25519"
        # what is the shop's own is the shop's own
        faults = [each for each in accessible.faults(page) if "button" not in each]
        assert faults == []
        assert said == []
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("why", ["other origin", "unknown place", "late", "server gone"])
def test_the_element_hides_itself_and_the_shop_sells_on(chromium, served, shop, why):
    origin = "&quot;>&lt;img src=x>" if why == "unknown place" else "CN-GD"
    with browsing.serving(served) as url, shop(lambda: page_of(url, key, origin=origin)) as at:
        bound = "https://other.example" if why == "other origin" else at
        key = served.state.quotes.merchants.add("home", "Shop", [bound])["merchant"]
        page = chromium.new_page()
        if why in ("late", "server gone"):
            page.route("**/v1/quote?*", lambda route: route.abort() if why != "late" else None)
        page.goto(at)
        page.locator("tanlu-carbon[hidden]").wait_for(state="attached", timeout=60_000)

        assert page.locator("tanlu-carbon").is_hidden()
        assert page.locator("button").is_enabled()
        assert page.evaluate("new FormData(document.getElementById('f')).get('carbon')") is None
        page.close()


@pytest.mark.browser
def test_the_frame_shows_in_a_page_of_the_shop_and_in_no_other(chromium, served, shop):
    def framed():
        body = (
            f'<!doctype html><iframe src="{url}/en/widget/frame?merchant={key}&{ASKED}"></iframe>'
        )
        return body, f"default-src 'none'; frame-src {url}"

    with browsing.serving(served) as url, shop(framed) as at, shop(framed) as elsewhere:
        key = served.state.quotes.merchants.add("home", "Shop", [at])["merchant"]
        page = chromium.new_page()
        page.goto(at)
        page.frame_locator("iframe").locator("li").first.wait_for(timeout=60_000)
        page.goto(elsewhere)
        page.wait_for_timeout(500)

        assert page.frame_locator("iframe").locator("li").count() == 0
        page.close()


def test_the_frame_names_the_shops_origins_alone(served):
    key = served.state.quotes.merchants.add("home", "Shop", ["https://shop.example"])["merchant"]
    client = TestClient(served, base_url=HERE)

    told = client.get(f"/zh/widget/frame?merchant={key}&{ASKED}")

    assert told.status_code == 200, told.text
    policy = told.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example" in policy
    assert "x-frame-options" not in told.headers
    assert "unsafe" not in policy
    assert len(LexborHTMLParser(told.text).css("li")) == 5


@pytest.mark.parametrize("query", [
    "", "merchant=tlm_", f"merchant=KEY&{ASKED}&options=x", "merchant=KEY&from=CN-GD",
    "merchant=KEY&from=%3Cscript%3E&to=CN-BJ&mass_g=1", f"merchant=KEY&{ASKED}9999999999",
])  # fmt: skip
def test_a_frame_of_what_cannot_be_quoted_is_nobodys(served, query):
    key = served.state.quotes.merchants.add("home", "Shop", ["https://shop.example"])["merchant"]
    client = TestClient(served, base_url=HERE, raise_server_exceptions=False)

    told = client.get("/en/widget/frame?" + query.replace("KEY", key))

    assert told.status_code in (403, 422)
    assert "<script>alert" not in told.text
    assert "https://shop.example" not in told.headers["content-security-policy"]


def test_the_developers_page_tells_what_a_shop_writes_down(at):
    from tests import serving

    app = serving.whole(at)
    client = serving.browser(app, "developer")
    form = {"csrf_token": client.headers["x-csrf-token"]}

    before = client.get("/en/dev/widget")
    client.post("/en/dev/widget", data=form, follow_redirects=False)
    after = client.get("/en/dev/widget?from=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")

    assert before.status_code == 200
    assert "<tanlu-carbon" not in before.text.split("<pre")[0]
    page = LexborHTMLParser(after.text)
    (shop,) = app.state.quotes.merchants.listed("home")
    assert shop["origins"] == [HERE]
    assert {n.attributes["merchant"] for n in page.css("tanlu-carbon")} == {shop["merchant"]}
    assert integrity("widget.js") in after.text
    assert "<script>alert" not in after.text


def test_a_viewer_has_no_developers_page(at):
    from tests import serving

    assert serving.browser(serving.whole(at), "viewer").get("/en/dev/widget").status_code == 403


def _warmed(served):
    """Ask once, as a shop that is not new has."""
    from tests.serve.quotes.test_quoting import asking

    text = json.dumps(served.state.quotes.quote("home", asking(destination="北京")))
    assert "Ed25519" in text
