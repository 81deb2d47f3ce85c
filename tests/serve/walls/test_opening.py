"""The cookie of a display."""

from __future__ import annotations

from tests.serve.walls.test_routes import (  # noqa: F401 - fixtures
    app,
    display,
    entered,
    link,
    secret_of,
)


def test_over_tls_the_cookie_comes_over_tls_alone(app, link):  # noqa: F811
    _, told = entered(app, link, "https://park.example")
    assert told.headers["set-cookie"].startswith("__Secure-tanlu-wall=")
    assert "; Secure" in told.headers["set-cookie"]
    # a secret is not exchanged where others read along
    sent = {"secret": secret_of(link)}
    refused = display(app, "http://park.example").post("/auth/wall", json=sent)
    assert (refused.status_code, refused.json()["code"]) == (403, "TL960")
