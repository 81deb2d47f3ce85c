"""What is asked of a supplier reaches him, and nobody else's."""

from __future__ import annotations


def _ask(desk, supplier="", what="Diesel of October", **more):
    sent = {"act": "ask", "supplier": supplier, "what": what, "period": "2026-10", **more}
    return desk.post("/en/exchange", data=sent)


def test_a_request_stands_on_the_supplier_s_page_until_it_is_closed(desk):
    assert _ask(desk).status_code == 303
    assert _ask(desk, "somebody-else", "Not for him").status_code == 303
    desk.become("supplier", "home")
    page = desk.get("/en/supplier").text
    assert "Diesel of October" in page
    assert "Not for him" not in page


def test_a_request_without_words_or_with_a_period_that_is_none_is_refused(desk):
    assert _ask(desk, what=" ").status_code == 422
    assert _ask(desk, period="soon").status_code == 422


def test_another_organisation_s_suppliers_are_not_asked(desk):
    _ask(desk)
    desk.become("supplier", "other")
    assert "Diesel" not in desk.get("/en/supplier").text
