"""Proofs published and taken back by a manager."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.serve.proofs import Shelf
from tests.serve.proofs.making import published, subject


def test_a_manager_publishes_what_he_ticked_and_no_more(home, asking):
    code = published(home)
    sent = {"subject": subject(home), "groups": ["result", "places"]}
    answer = asking().post("/en/proofs/publish", data=sent, follow_redirects=False)
    assert answer.status_code == 303
    made = Shelf(home.state).found(answer.headers["location"].rpartition("/")[2])
    assert made.groups == ("result", "places")
    assert made.code != code


def test_what_is_taken_back_moves_from_the_standing_to_the_others(home, asking):
    code = published(home)
    assert asking().post(f"/en/proofs/{code}/retract", follow_redirects=False).status_code == 303
    page = LexborHTMLParser(asking().get("/en/proofs").text)
    assert page.css(".proofs li") == []
    assert page.css_first("#standing details")


@pytest.mark.parametrize("role", ["operator", "verifier", "viewer", "supplier", "developer"])
def test_only_a_manager_publishes_and_takes_back(home, asking, role):
    code = published(home)
    sent = {"subject": subject(home)}
    assert asking(role).post("/en/proofs/publish", data=sent).status_code == 403
    assert asking(role).post(f"/en/proofs/{code}/retract").status_code == 403


@pytest.mark.parametrize("role", ["supplier", "device", "developer"])
def test_who_is_not_of_the_organisation_reads_no_list(asking, role):
    assert asking(role).get("/zh/proofs").status_code == 403


def test_a_shipment_leads_to_its_proof_once_there_is_one(home, asking):
    name = subject(home)
    before = asking().get(f"/en/shipments/{name}").text
    assert f"/en/proofs?subject={name.replace(':', '%3A')}" in before
    code = published(home, of=name)
    assert f"/en/p/{code}" in asking("viewer").get(f"/en/shipments/{name}").text


def test_a_hostile_subject_is_shown_as_text(asking):
    text = asking().get("/en/proofs", params={"subject": '"><script>alert(1)'}).text
    assert "<script>alert" not in text
