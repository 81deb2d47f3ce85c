"""The check of a published proof, step by step, from its own bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tanlu.serve.proofs import Shelf, seen
from tanlu.terms.proof.keys import SigningKey
from tests.serve.proofs.making import published


@pytest.fixture
def proof(home):
    return Shelf(home.state).found(published(home, "result", "activity"))


def test_every_step_holds_of_a_proof_as_it_was_published(proof):
    found = seen(proof)
    states = {step.name: step.state for step in found.steps}
    assert states.pop("witnessed") == "open"  # nobody stood beside, and that is said
    assert set(states.values()) == {"held"}
    assert found.shown is not None


def test_no_changed_byte_is_shown_as_checked(proof):
    size = len(proof.content)
    for at in range(0, size, max(1, size // 60)):
        changed = bytearray(proof.content)
        changed[at] ^= 1
        found = seen(replace(proof, content=bytes(changed)))
        assert found.shown is None, at
        assert found.error is not None


def test_what_comes_after_a_failed_step_is_not_called_held(proof):
    other = "log " + proof.policy.split()[1][:-6] + "AAAAAA\nquorum none\n"
    found = seen(replace(proof, policy=other))
    states = [step.state for step in found.steps]
    at = states.index("failed")
    assert set(states[at + 1 :]) <= {"unseen"}


def test_a_statement_by_another_key_does_not_hold(proof):
    keys = dict.fromkeys(proof.keys, SigningKey.new().public)
    found = seen(replace(proof, keys=keys))
    assert found.error is not None
    assert found.error.code == "TL854"
    assert [step.state for step in found.steps][-1] == "failed"
