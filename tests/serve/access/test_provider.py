"""Login by OpenID Connect with a real provider before a real server, over HTTP."""

from __future__ import annotations

import contextlib
import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.serve.access import provider as providers
from tests.serving import whole
from tests.ui.browsing import serving

FILE = """issuer = "{issuer}"
client_id = "tanlu"
client_secret = "a secret of the client, longer than a key"
[roles]
carbon = "operator"
boss = "manager"
"""


@pytest.fixture
def theirs():
    with providers.answering() as made:
        yield made


@pytest.fixture
def url(home, theirs):
    """The server, told of the provider by its file as an installation is."""
    (home.path / "oidc.toml").write_text(FILE.format(issuer=theirs.issuer), "utf-8")
    app = whole(home)
    with serving(app) as at:
        yield at
    app.state.access.house.close()


@pytest.fixture
def browsers(url):
    """Browsers before the server; they are closed at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(
            httpx.Client(base_url=url, follow_redirects=False, trust_env=False)
        )


def through(browsers, to="/v1/me"):
    """Go there and back with a browser; give it and the answers on the way."""
    browser = browsers()
    told = browser.get("/auth/oidc", params={"next": to})
    steps = [told]
    while told.has_redirect_location and len(steps) < 6:
        told = browser.get(told.headers["location"])
        steps.append(told)
    return browser, steps


def test_a_person_logs_in_there_and_is_in_here(browsers, theirs):
    _, steps = through(browsers)
    me = steps[-1].json()
    assert (me["name"], me["role"], me["organisation"]) == ("Jane Doe", "operator", "home")
    assert theirs.asked == [
        "GET /.well-known/openid-configuration", "GET /authorize", "POST /token", "GET /keys",
    ]  # fmt: skip
    asked = parse_qs(urlsplit(steps[0].headers["location"]).query)
    # the verifier never leaves but to the provider, over its own connection
    assert set(asked) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce",
                          "code_challenge", "code_challenge_method"}  # fmt: skip
    again, _ = through(browsers)
    assert again.get("/v1/me").json()["identity"] == me["identity"]


def refused(steps):
    """Whether nobody is in, and the page of the login says why."""
    back = next(each for each in steps if each.url.path == "/auth/oidc/back")
    assert back.status_code == 303
    assert back.headers["location"].startswith("/login?")
    assert "TL962" in back.headers["location"]
    assert not [c for c in back.headers.get_list("set-cookie") if c.startswith("tanlu=")]
    return True


LIES = (
    {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": ["another"]},
    {"nonce": "of another login"}, {"nonce": None}, {"exp": 1}, {"exp": int(time.time()) - 120},
    {"sub": None}, {"groups": ["nobody"]},
)  # fmt: skip


def test_a_token_that_is_not_for_this_login_lets_nobody_in(browsers, theirs):
    for theirs.claims in LIES:
        browser, steps = through(browsers)
        assert refused(steps), theirs.claims
        assert browser.get("/v1/me").status_code == 401
    # and the same provider lets him in once it speaks the truth
    theirs.claims = {}
    assert through(browsers)[1][-1].json()["name"] == "Jane Doe"


def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(browsers, theirs):
    for theirs.signs in ("none", "HS256", "stranger", "public", "changed"):
        browser, steps = through(browsers)
        assert refused(steps), theirs.signs
        assert browser.get("/v1/me").status_code == 401
    theirs.signs = "RS256"
    assert through(browsers)[1][-1].json()["name"] == "Jane Doe"


def test_a_code_is_used_once_by_the_browser_that_began(browsers, theirs):
    browser = browsers()
    begun = browser.get("/auth/oidc")
    back = browser.get(begun.headers["location"]).headers["location"]
    stranger = browsers()
    # he has the address with code and state, and no cookie of the login; or one of his own
    assert refused([stranger.get(back)])
    stranger.get("/auth/oidc")
    assert refused([stranger.get(back)])
    wrong = back.replace("state=", "state=x")
    assert refused([browser.get(wrong)])
    assert "POST /token" not in theirs.asked
    # that answer ended the login: it begins anew
    assert refused([browser.get(back)])
    begun = browser.get("/auth/oidc")
    back = browser.get(begun.headers["location"]).headers["location"]
    assert browser.get(back).headers["location"] == "/"
    assert browser.get("/v1/me").status_code == 200
    assert refused([browser.get(back)])


@pytest.mark.parametrize("about", [
    {"issuer": "https://evil.example"}, {"token_endpoint": None}, {"jwks_uri": None},
    {"authorization_endpoint": None},
])  # fmt: skip
def test_a_provider_that_says_something_else_of_itself_is_not_believed(browsers, theirs, about):
    theirs.about = about
    browser, steps = through(browsers)
    assert browser.get("/v1/me").status_code == 401
    # where the login cannot begin the answer says why
    assert "TL962" in steps[0].text or refused(steps)


def test_keys_that_the_provider_changed_are_asked_for_and_a_provider_that_is_gone_is_said(
    browsers, theirs, monkeypatch
):
    monkeypatch.setattr("tanlu.serve.access.persons.oidc.KEYS_S", 0.0)
    through(browsers)
    theirs.key = type(theirs.key).generate_key(2048, {"kid": "k2"}, auto_kid=False)
    theirs.signed = lambda claims: providers.jwt.encode(
        {"alg": "RS256", "kid": "k2"}, claims, theirs.key
    )
    _, steps = through(browsers)
    assert steps[-1].json()["name"] == "Jane Doe"
    theirs.codes.clear()
    theirs.token = lambda *_: None
    browser, steps = through(browsers)
    assert refused(steps)
    assert browser.get("/v1/me").status_code == 401
