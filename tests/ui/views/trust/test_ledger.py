"""The ledger's versions, seals and log as pages."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from tanlu.store.log import begin_log, log_of


@pytest.fixture
def logged(home):
    workspace = home.workspace("home")
    begin_log(workspace)
    for _ in log_of(workspace).catch_up():
        pass
    log_of(workspace).checkpoint()
    return workspace


def test_every_version_of_the_ledger_leads_to_its_page(asking, logged):
    page = LexborHTMLParser(asking().get("/en/ledger").text)
    rows = page.css("#versions tbody tr")
    assert len(rows) == min(25, logged.version)
    newest = rows[0].css_first("a")
    assert newest.text() == f"v{logged.version}"
    assert asking().get(newest.attributes["href"]).status_code == 200


def test_older_versions_stand_on_the_pages_behind(asking, home):
    text = asking().get("/en/ledger?before=2").text
    rows = LexborHTMLParser(text).css("#versions tbody tr")
    assert [row.css_first("a").text() for row in rows] == ["v2", "v1"]


def test_a_version_shows_each_part_with_its_hashes_and_its_proof(asking, logged):
    part = logged.parts("activity")[0]
    text = asking("verifier").get(f"/zh/ledger/{part.version}").text
    assert part.sha256 in text
    assert part.root in text
    assert "/v1/log/proofs/" in text


def test_the_rows_and_parts_are_those_of_the_ledger(asking, logged):
    page = LexborHTMLParser(asking().get("/en/ledger").text)
    rows = {tr.css("td")[0].text(): tr.css("td")[2].text() for tr in page.css("#tables tbody tr")}
    for table, count in rows.items():
        held = sum(part.rows for part in logged.parts(table))
        assert int(count.replace(",", "")) == held


def test_a_checkpoint_that_was_kept_is_recognised_and_another_is_not(asking, logged):
    kept = log_of(logged).tiled.signed.decode()
    asked = asking().get("/en/ledger", params={"checkpoint": kept.replace("\n", "\r\n")})
    assert LexborHTMLParser(asked.text).css_first("#compare .message.good")
    forged = kept.splitlines()
    forged[2] = forged[2][::-1]
    other = asking().get("/en/ledger", params={"checkpoint": "\n".join(forged)})
    assert LexborHTMLParser(other.text).css_first("#compare .message.bad")
    hostile = asking().get("/en/ledger", params={"checkpoint": "<script>alert(1)</script>"})
    assert "<script>alert" not in hostile.text


def test_a_ledger_without_log_and_one_without_rows_say_so(asking):
    assert LexborHTMLParser(asking().get("/en/ledger").text).css_first("#log .empty")
    empty = asking(tenant="other").get("/zh/ledger")
    assert empty.status_code == 200
    assert LexborHTMLParser(empty.text).css_first("#versions .empty")


@pytest.mark.parametrize("version", ["0", "999999", "x", "-1", "1e3"])
def test_a_version_that_there_is_not_is_not_found(asking, version):
    assert asking().get(f"/en/ledger/{version}").status_code == 404


@pytest.mark.parametrize("role", ["supplier", "device"])
def test_suppliers_and_devices_do_not_read_it(asking, role):
    assert asking(role).get("/en/ledger").status_code == 403
    assert asking(role).get("/en/ledger/1").status_code == 403
