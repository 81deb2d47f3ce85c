"""The verbs of PACT, against a host of our own."""

from __future__ import annotations

import json
import threading
from queue import Queue

import pytest

from tanlu.serve.api import Home
from tanlu.serve.exchange import answers
from tanlu.serve.running import certificate, run
from tanlu.share.exchange.pact import events
from tests.serve.exchange.host import Outside, app
from tests.share.exchange.pact.told import AT, CARRIAGE, GOODS

PRODUCT = """\
company = "Tanlu Test"
company_ids = ["urn:uuid:0f2a4b6c-0000-4000-8000-00000000c0de"]
name = "Carriage"
ids = ["urn:pact:tanlu.example:product-id:w1"]
amount = "420"
place = ["country", "CN"]
sources = [["DEFRA", "2025"]]
"""


@pytest.fixture
def told(tmp_path):
    (tmp_path / "product.toml").write_text(PRODUCT, encoding="utf-8")
    (tmp_path / "goods.json").write_text(json.dumps([GOODS, CARRIAGE]), encoding="utf-8")
    (tmp_path / "secret").write_text("sesame\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def partner(tmp_path):
    """A partner's host over TLS: its address, and the file that trusts it."""
    folder = tmp_path / "partner"
    folder.mkdir()
    made, heard, ends = app(folder, Outside()), Queue(), threading.Event()
    files = certificate(folder)
    work = threading.Thread(target=run, args=(made, 0, heard.put),
                            kwargs={"tls": files, "ends": ends})  # fmt: skip
    work.start()
    yield heard.get(timeout=20).replace("127.0.0.1", "localhost"), files[0]
    ends.set()
    work.join(60)
    made.state.test_home.close()


def test_a_carriage_of_the_ledger_is_published_once_and_a_change_replaces_it(books, told):
    words = ("exchange", "pact", "publish", told / "product.toml", "--subject", "waybill:W1",
             "--period", "2026-03")  # fmt: skip
    first = books.ask(*words)
    assert (len(first["new"]), first["known"]) == (1, 0)
    assert books.ask(*words)["known"] == 1
    (shown,) = books.ask("exchange", "pact", "list")["footprints"]
    assert shown["pcf"]["declaredUnitAmount"] == "420"
    assert shown["pcf"]["referencePeriodStart"] == "2026-02-28T16:00:00Z"
    (told / "product.toml").write_text(PRODUCT + 'description = "by road"\n', encoding="utf-8")
    books.ask(*words, "--replaces", shown["id"])
    found = books.ask("exchange", "pact", "list", "--form", "2")["footprints"]
    assert [each["status"] for each in found] == ["Deprecated", "Active"]
    assert "已发布 0 个足迹" in books.say(*words, "--replaces", shown["id"], language="zh")


def test_footprints_of_a_file_are_published(books, told):
    assert len(books.ask("exchange", "pact", "publish", told / "goods.json")["new"]) == 2
    assert "Tea" in books.say("exchange", "pact", "list")


@pytest.mark.parametrize(("name", "text"), [
    ("a.json", "{"), ("a.json", "[7]"), ("a.json", "{}"), ("a.toml", "="), ("a.toml", "x = 1"),
    ("a.toml", 'name = "x"'), ("a.toml", PRODUCT.replace('"420"', '"4,2"'))])  # fmt: skip
def test_what_cannot_be_published_is_said(books, tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    words = ("exchange", "pact", "publish", tmp_path / name, "--subject", "waybill:W1",
             "--period", "2026-03")  # fmt: skip
    assert books.ask(*words, expect=1)["error"]["code"] in ("TL004", "TL880")


def test_what_is_published_of_a_ledger_needs_a_subject_that_is_in_it(books, told):
    publish = ("exchange", "pact", "publish", told / "product.toml")
    assert books.ask(*publish, expect=2)["error"]["code"] == "TL001"
    words = (*publish, "--subject", "waybill:none", "--period", "2026-03")
    assert books.ask(*words, expect=1)["error"]["code"] == "TL880"


def test_a_partners_footprints_are_fetched_kept_and_checked(books, told, partner):
    url, ca = partner
    fetch = ("exchange", "pact", "fetch", url, "--ca", ca)
    assert books.ask(*fetch, expect=1)["error"]["code"] == "TL879"
    known = ("exchange", "pact", "partner", url, "--client", "partner", "--secret", told / "secret")
    books.ask(*known)
    # a partner in our own network must be named as one that is near
    assert books.ask(*fetch, expect=1)["error"]["code"] == "TL866"
    assert "sesame" not in json.dumps(books.ask(*known, "--near"))
    found = books.ask(*fetch, "--strict")
    assert (found["footprints"], found["new"], found["findings"]) == (3, 3, [])
    assert books.ask(*fetch, "--where", "status=Active")["footprints"] == 2
    assert books.ask(*fetch, "--where", "x", expect=2)["error"]["code"] == "TL001"
    earlier = books.ask(*fetch, "--form", "2", "--strict", expect=3)
    assert {each["where"] for each in earlier["findings"]} == {"pcf.dqi"}
    assert "数据质量信息不足" in books.say(*fetch, "--form", "2", language="zh")


def test_an_answer_that_waits_is_brought(books, told, partner):
    url, ca = partner
    books.ask("exchange", "pact", "partner", url, "--client", "partner", "--secret",
              told / "secret", "--near")  # fmt: skip
    home = Home(books.ledger)
    with home.state.of("home") as state:
        answers.queue(state, url, events.published(3, "https://us.example", [], at=AT))
    home.close()
    assert books.ask("exchange", "pact", "deliver", "--ca", ca)["delivered"] == 1
    assert books.ask("exchange", "pact", "deliver", "--ca", ca)["delivered"] == 0


def test_partners_are_asked_and_told_and_what_they_tell_is_listed(books, told, partner):
    url, ca = partner
    pact = ("exchange", "pact")
    books.ask(*pact, "partner", url, "--client", "partner", "--secret", told / "secret", "--near",
              "--reader", "them")  # fmt: skip
    assert books.ask(*pact, "publish", told / "goods.json", "--reader", "others", "--tell",
                     "https://us.example")["told"] == []  # fmt: skip
    (told / "goods.json").write_text(json.dumps(GOODS | {"companyName": "New"}), encoding="utf-8")
    published = ("publish", told / "goods.json", "--reader", "them", "--tell", "https://us.example")
    assert books.ask(*pact, *published)["told"] == [url]
    assert books.ask(*pact, *published)["told"] == []
    asked = ("ask", url, "--product-id", "urn:pact:null", "--own", "https://us.example")
    assert books.ask(*pact, *asked)["base"] == url
    assert "已向" in books.say(*pact, *asked, language="zh")
    assert books.ask(*pact, "deliver", "--ca", ca)["delivered"] == 3
    assert books.ask(*pact, "received")["footprints"] == []
    books.ask(*pact, "fetch", url, "--ca", ca, "--form", "2")
    found = books.ask(*pact, "received")["footprints"]
    assert [each["form"] for each in found] == [2, 2, 2]
    assert found[0]["findings"][0]["code"] == "TL876"
    assert "TL876" in books.say(*pact, "received")
