"""An opinion signed elsewhere: a draft goes out, a statement comes back, the key never comes."""

from __future__ import annotations

import re
import time

import pytest

from tanlu.serve.api import Home
from tanlu.store import open_workspace
from tanlu.store.log import log_of
from tanlu.terms.proof import cose, keys
from tanlu.verify.assurance import signing
from tests.cli.assurance.test_audit import Desk, desk  # noqa: F401 - a fixture
from tests.serving import browser, whole


@pytest.fixture
def evaluated(desk: Desk) -> Desk:  # noqa: F811 - the fixture
    """An engagement with an evaluation in the log of a ledger."""
    key = ("--key", desk.key)
    desk.ask("plan", *key)
    desk.ask("sample", *key)
    desk.fill("forward", 8)
    desk.fill("reverse", 4)
    desk.ask("evaluate", *key)
    return desk


@pytest.fixture
def served(evaluated):
    made = Home(evaluated.books.ledger)
    made.found("other", "Other", "他方")
    yield whole(made)
    made.close()


@pytest.fixture
def name(evaluated):
    return re.search(r'id = "(.*)"', evaluated.file.read_text("utf-8"))[1]


@pytest.fixture
def at(name):
    return f"/v1/engagements/{name}/opinion"


def signed(desk, draft):  # noqa: F811
    """What the verifier does on his own machine, where no ledger is."""
    file, out = desk.folder / "opinion.cbor", desk.folder / "mine.signed"
    file.write_bytes(draft)
    told = desk.say("opine", "--statement", file, "--key", desk.key, "--out", out)
    assert "signed: " in told
    assert "kg CO2e by the evaluation in entry" in told
    return out.read_bytes()


def opinions(desk):  # noqa: F811
    log = log_of(open_workspace(desk.books.ledger))
    return [
        each.statement for each in log.statements("assurance")
        if each.statement.content["step"] == "opinion"
    ]  # fmt: skip


def remade(key, statement, **change):
    """A statement that says something else, signed with a key."""
    told = cose.Statement.decode(statement)
    head = {"type": told.type, "issuer": told.issuer, "subject": told.subject} | {
        name: change.pop(name) for name in ("type", "subject") if name in change
    }
    content = {**told.content, **change}
    return cose.Statement.sign(key, issued_s=int(time.time()), payload=content, **head).encode()


def test_a_draft_is_signed_elsewhere_and_brought_back_to_the_log(served, evaluated, at):
    asks = browser(served, "verifier")
    draft = asks.get(at)
    assert draft.status_code == 200
    assert signing.drafted(draft.content)["signers"] != {}
    statement = signed(evaluated, draft.content)
    made = asks.post(at, content=statement)
    assert made.status_code == 201, made.text
    stated = opinions(evaluated)
    assert [each.encode() for each in stated] == [statement]
    assert made.json()["opinion"] == "unmodified"
    assert made.json()["key"] == stated[0].kid.hex()
    # the log is whole, and who reads it anew finds the opinion with the same signature
    assert [each["step"] for each in evaluated.ask("show")["steps"]][-1] == "opinion"
    assert evaluated.books.ask("log", "audit")["findings"] in ([], 0)
    again = asks.post(at, content=statement)
    assert (again.status_code, again.json()["code"]) == (400, "TL763")
    assert len(opinions(evaluated)) == 1


def test_what_is_not_the_opinion_that_follows_is_refused(served, evaluated, at):
    asks = browser(served, "verifier")
    statement = signed(evaluated, asks.get(at).content)
    own = keys.SigningKey(evaluated.key.read_bytes())
    preparer = keys.SigningKey((evaluated.books.ledger / "keys" / "preparer").read_bytes())
    flipped = bytearray(statement)
    flipped[-1] ^= 1
    for sent, code in (
        (remade(own, statement, total="1"), "TL763"),
        (remade(own, statement, evaluation=1), "TL763"),
        (remade(own, statement, opinion="adverse"), "TL761"),
        (remade(own, statement, more="x"), "TL763"),
        (remade(own, statement, step="evaluation"), "TL763"),
        (remade(own, statement, subject="another"), "TL763"),
        (remade(own, statement, reason=1), "TL763"),
        (remade(preparer, statement), "TL133"),
        (remade(keys.SigningKey.new(), statement), "TL132"),
        (bytes(flipped), "TL135"),
        (b"nothing", "TL130"),
        (b"", "TL130"),
        (asks.get(at).content, "TL130"),
        (b"x" * 20_000, "TL763"),
    ):
        told = asks.post(at, content=sent)
        assert (told.json()["code"], code) == (code, code)
        assert told.status_code >= 400
    assert opinions(evaluated) == []


def test_another_opinion_needs_a_reason_which_is_signed_too(served, evaluated, at):
    asks = browser(served, "verifier")
    assert asks.get(at, params={"opinion": "modified"}).json()["code"] == "TL761"
    draft = asks.get(at, params={"opinion": "modified", "reason": "boxes left out"}).content
    assert asks.post(at, content=signed(evaluated, draft)).status_code == 201
    (told,) = opinions(evaluated)
    assert told.content["opinion"] == "modified"
    assert told.content["proposed"] == "unmodified"
    assert told.content["reason"] == "boxes left out"


def test_only_a_verifier_of_the_organisation_brings_an_opinion(served, evaluated, at, name):
    for role in ("manager", "operator", "viewer", "developer", "supplier"):
        asks = browser(served, role)
        assert asks.get(at).status_code == 403
        assert asks.post(at, content=b"x").status_code == 403
    stranger = browser(served, "verifier", "other")
    assert stranger.get(at).status_code == 404
    assert stranger.post(at, content=b"x").status_code == 404
    assert stranger.get(f"/en/engagements/{name}").status_code == 404
