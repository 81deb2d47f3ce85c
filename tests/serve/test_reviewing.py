"""What verifiers say of a claim."""

from __future__ import annotations

import json

import pytest

from tanlu.errors import TanluError
from tanlu.serve import reviewing
from tanlu.store.relational.tables.jobs import JOBS


@pytest.fixture
def scoped(home):
    with home.state.of("home") as found:
        yield found


def checked(scoped, claim, found, name="a"):
    scoped.add(JOBS, {
        "id": name, "kind": reviewing.CHECK, "arguments": json.dumps({"name": claim}),
        "asked_by": "x", "state": "done", "created_us": 1, "done": 1, "cancel": 0,
        "result": json.dumps({"found": found}),
    })  # fmt: skip


def state(scoped, claim):
    return reviewing.state_of(
        reviewing.said(scoped, claim), reviewing.checks(scoped).get(claim)
    )  # fmt: skip


def test_a_claim_is_signed_only_when_it_came_out_the_same_and_no_finding_stands(scoped):
    assert state(scoped, "c") == "open"
    with pytest.raises(TanluError, match="TL934"):
        reviewing.sign(scoped, "c", "fine", "v")
    checked(scoped, "c", [])
    finding = reviewing.raised(scoped, "c", "look", "v")
    with pytest.raises(TanluError, match="TL934"):
        reviewing.sign(scoped, "c", "fine", "v")
    reviewing.close(scoped, "c", finding, "seen", "v")
    reviewing.sign(scoped, "c", "fine", "v")
    assert state(scoped, "c") == "signed"


def test_the_newest_check_counts(scoped):
    checked(scoped, "c", [], "a")
    checked(scoped, "c", [{"code": "TL651"}], "b")
    assert state(scoped, "c") == "differs"


def test_a_finding_is_ended_once_and_only_for_its_claim(scoped):
    finding = reviewing.raised(scoped, "c", "look", "v")
    for claim in ("d", "c"):
        if claim == "c":
            reviewing.close(scoped, "c", finding, "seen", "v")
        with pytest.raises(TanluError, match="TL931"):
            reviewing.close(scoped, claim, finding, "seen", "v")


def test_nothing_is_said_without_words(scoped):
    with pytest.raises(TanluError, match="TL934"):
        reviewing.raised(scoped, "c", "  ", "v")
