"""Refused rows are mended in place, by whom it is for."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from tests.desk import BAD, GOOD

PAGES = ("data/sources", "data/quality", "data/quality?check=1", "data/quarantine", "devices")


def test_a_refused_row_is_mended_in_place(desk):
    upload = desk.upload(GOOD, BAD)
    desk.say(upload)
    desk.step(upload, "read")
    page = LexborHTMLParser(desk.get("/en/data/quarantine").text)
    href = page.css("tbody a")[-1].attributes["href"]
    form = LexborHTMLParser(desk.get(href).text)
    fields = {node.attributes["name"]: node.attributes["value"] for node in form.css(".two input")}
    wrong = next(name for name, value in fields.items() if value == "=cmd|x")
    assert desk.post(href, data={**fields, wrong: "nonsense"}).status_code == 422
    assert desk.post(href, data={**fields, wrong: "3"}).status_code == 303
    assert desk.home.workspace("home").scan("activity").collect().height == 2
    assert "No row waits" in desk.get("/en/data/quarantine").text


def test_who_only_looks_on_does_not_mend(desk):
    upload = desk.upload(GOOD, BAD)
    desk.say(upload)
    desk.step(upload, "read")
    page = LexborHTMLParser(desk.get("/en/data/quarantine").text)
    href = page.css("tbody a")[-1].attributes["href"]
    desk.become("verifier", "home")
    assert desk.post(href, data={"cell:2": "3"}).status_code == 403
    desk.become("viewer", "home")
    assert desk.get(href).status_code == 403
