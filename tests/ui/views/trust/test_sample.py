"""What an engagement drew."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.ui.views.trust.engaged import NAME, Engaged

AT = f"/en/verify/engagements/{NAME}"


@pytest.fixture
def engaged(home):
    return Engaged(home.workspace("home"))


def test_a_plan_without_a_sample_shows_no_record(asking, engaged):
    page = LexborHTMLParser(asking("verifier").get(AT).text)
    assert "No sample was drawn yet" in page.css_first(".message.warn").text()
    assert page.css_first("#forward") is None


def test_the_records_are_those_that_were_stated_and_lead_to_their_formula(
    asking, engaged, tmp_path
):
    drawn = engaged.draw(tmp_path)
    client = asking("verifier")
    page = LexborHTMLParser(client.get(AT).text)
    hrefs = [a.attributes["href"] for a in page.css("#forward td.code a")]
    assert len(hrefs) == len(drawn)
    assert page.css_first(".message.good") is not None
    calculation = LexborHTMLParser(client.get(hrefs[0]).text)
    assert calculation.css_first(".calculation .formula") is not None


def test_a_sample_that_was_stated_otherwise_is_said_and_not_shown(
    asking, engaged, tmp_path, monkeypatch
):
    # a verifier who leaves out what does not please him: he states fewer than were drawn
    state = type(engaged.trail).state

    def fewer(trail, step, content, key):
        first, *rest = content["forward"]
        told = {**content, "forward": [{**first, "units": first["units"] - 1}, *rest]}
        return state(trail, step, told, key)

    monkeypatch.setattr(type(engaged.trail), "state", fewer)
    engaged.draw(tmp_path)
    page = LexborHTMLParser(asking("verifier").get(AT).text)
    assert "TL760" in page.css_first(".message.bad").text()
    assert page.css_first("#forward") is None


def test_the_workbench_leads_to_it_and_another_organisation_has_none(asking, engaged):
    page = LexborHTMLParser(asking("viewer").get("/en/verify").text)
    assert page.css_first("#engagements p a").attributes["href"] == AT
    assert asking(tenant="other").get(AT).status_code == 404
    assert asking("verifier").get("/en/verify/engagements/never").status_code == 404
    assert asking("supplier").get(AT).status_code == 403
