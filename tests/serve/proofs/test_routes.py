"""Files of a proof for everybody."""

from __future__ import annotations

from tanlu.serve.proofs import Shelf, router
from tanlu.verify.offline import check_disclosure
from tests.serve.proofs.making import published
from tests.serving import client


def test_what_is_loaded_down_holds_by_the_policy_beside_it(home):
    code = published(home)
    nobody = client(home, None, rooms=[router])
    file, policy = (nobody.get(f"/p/{code}/{name}") for name in ("proof.tld", "log.policy"))
    assert check_disclosure(file.content, policy.text).shown
    assert file.headers["cache-control"] == "no-store"


def test_a_label_leads_to_the_page_without_a_tongue(home):
    code = published(home)
    answer = client(home, None, rooms=[router]).get(f"/p/{code}/label.svg?size=40x30&lang=en")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert "Carbon footprint" in answer.text


def test_what_was_taken_back_is_gone_and_what_never_was_is_not_found(home):
    code = published(home)
    Shelf(home.state).retract("home", code, "x")
    nobody = client(home, None, rooms=[router])
    for name in ("proof.tld", "log.policy", "label.svg"):
        assert nobody.get(f"/p/{code}/{name}").status_code == 410
        assert nobody.get(f"/p/none/{name}").status_code == 404
