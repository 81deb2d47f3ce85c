"""The page on which a verifier takes what he signs, and brings it back."""

from __future__ import annotations

from tests.cli.assurance.test_audit import desk  # noqa: F401 - a fixture
from tests.serve.test_opining import (  # noqa: F401 - fixtures
    at,
    evaluated,
    name,
    served,
    signed,
)
from tests.serving import browser


def test_the_page_gives_the_draft_the_command_and_takes_the_statement(served, evaluated, at, name):  # noqa: F811
    asks = browser(served, "verifier")
    page = asks.get(f"/en/engagements/{name}").text
    assert "tanlu audit opine --statement opinion.cbor --key verifier.key" in page
    assert f'action="{at}"' in page
    assert f"/en/engagements/{name}" in asks.get("/en/verify").text
    statement = signed(evaluated, asks.get(at).content)
    place = f"/en/engagements/{name}/signed"
    wrong = asks.post(place, files={"statement": ("a", b"nothing")}, follow_redirects=False)
    assert wrong.status_code == 400
    made = asks.post(place, files={"statement": ("a", statement)}, follow_redirects=False)
    assert made.status_code == 303
    assert "This opinion stands in the log" in asks.get(f"/en/engagements/{name}").text
    # who may only read sees it and is given nothing to sign
    assert "enctype" not in browser(served, "viewer").get(f"/en/engagements/{name}").text
