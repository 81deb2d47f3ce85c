"""Partners and what they told."""

from __future__ import annotations

from tanlu.serve.exchange import shelf
from tanlu.share.exchange.pact import Fetched, check_all

NAME = "11111111-2222-4333-8444-555555555555"
BASE = "https://partner.example"


def _receive(desk) -> None:
    told = {"id": NAME, "companyName": "<i>Co</i>", "productNameCompany": "Box", "pcf": {}}
    with desk.home.state.of("home") as state:
        shelf.keep(state, BASE, Fetched(3, [told], check_all([told], 3)))


def test_a_partner_is_added_by_a_manager_and_his_secret_is_shown_to_nobody(desk):
    sent = {"act": "add", "base": BASE, "client": "us", "secret": "hidden-word"}
    desk.become("operator", "home")
    assert desk.post("/en/exchange", data=sent).status_code in (403, 422)
    desk.become("manager", "home")
    assert desk.post("/en/exchange", data=sent).status_code == 303
    page = desk.get("/en/exchange").text
    assert BASE in page
    assert "hidden-word" not in page
    assert desk.post("/en/exchange", data={**sent, "base": "http://x"}).status_code in (303, 422)


def test_a_received_footprint_shows_what_does_not_hold_row_by_row(desk):
    _receive(desk)
    page = desk.get(f"/en/exchange/received/{NAME}").text
    assert "TL" in page
    assert "<i>Co" not in page
    assert desk.get(f"/en/exchange/received/{NAME[:-1]}0").status_code == 404
    desk.become("manager", "other")
    assert desk.get(f"/en/exchange/received/{NAME}").status_code == 404
    assert NAME not in desk.get("/en/exchange").text


def test_fetching_of_one_whom_nobody_named_is_refused(desk):
    sent = {"act": "fetch", "base": "https://nobody.example", "form": "3"}
    assert desk.post("/en/exchange", data=sent).status_code == 422


def test_an_act_that_there_is_not_is_told(desk):
    assert desk.post("/en/exchange", data={"act": "x"}).status_code == 422
