"""A supplier has a page of his own."""

from __future__ import annotations

from tests.desk import GOOD

NAME = "11111111-2222-4333-8444-555555555555"
BASE = "https://partner.example"


def test_a_supplier_lands_on_his_page_hands_in_and_is_graded(desk):
    desk.become("supplier", "home")
    assert desk.get("/en/", follow_redirects=False).headers["location"] == "/en/supplier"
    upload = desk.upload(GOOD)
    desk.say(upload)
    desk.step(upload, "rehearse")
    page = desk.get("/en/supplier").text
    assert "/ 100" in page
    assert "Rows with metered energy" in page
    assert (
        desk.post(f"/en/data/import/{upload}/rehearse", data={"act": "submit"}).status_code == 303
    )
    assert desk.home.workspace("home").version == 0, "he writes nothing"
    desk.become("manager", "home")
    assert "a.csv" in desk.get("/en/exchange").text
