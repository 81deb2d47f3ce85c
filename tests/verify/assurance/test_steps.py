"""The trail of an engagement in the log: order, commitment, and the draw done again."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import keys
from tanlu.verify.assurance import Trail
from tanlu.verify.assurance.sampling import commitment, seed_of


def refused(work, *arguments, **options) -> str:
    with pytest.raises(TanluError) as left:
        work(*arguments, **options)
    return left.value.code


def test_the_plan_commits_to_a_nonce_and_keeps_the_register(planned, trail, engagement) -> None:
    content = planned.told.content

    assert content["commitment"] == commitment(planned.nonce)
    assert content["points"] == 63
    assert trail.engagement() == engagement
    assert trail.register() == planned.register


def test_a_preparer_cannot_plan_and_a_stranger_neither(trail, planned, log) -> None:
    assert trail.plans() == 1
    assert refused(trail.state, "plan", {}, log.preparer) == "TL133"
    assert refused(trail.state, "plan", {}, keys.SigningKey.new()) == "TL132"


def test_a_key_of_the_preparer_never_becomes_a_verifiers(log) -> None:
    assert refused(log.enrol, log.preparer, "verifier", "Books Ltd in a hat") == "TL134"


def test_the_seal_is_a_head_after_the_plan(trail, planned, gate, verifier) -> None:
    assert trail.seal() is None
    told, both, _ = trail.sample(planned.nonce, gate.parent, verifier)
    seal = trail.seal()

    assert planned.told.index < seal.index < told.index
    assert told.content["root"] == trail.root(seal.index + 1)
    assert told.content["seal"] == seal.index
    assert len(both.reverse) == 1
    # the draw is that of the seed that both sides made
    assert seed_of(seal.root, planned.nonce) != seed_of(seal.root, b"\x00" * 32)


def test_only_the_first_head_after_the_plan_seals(trail, log, books, planned, plan) -> None:
    head = {"type": "tanlu/head/v1", "version": 1, "line": b"l" * 32}
    log.state("head", books.id, head)
    first = trail.seal()
    log.state("head", books.id, head | {"version": 2})
    assert trail.seal() == first

    # what was stated before a plan does not seal it
    plan()
    assert trail.seal() is None


def test_another_nonce_than_the_one_committed_to_draws_nothing(
    trail, planned, verifier, gate, tmp_path
) -> None:
    assert refused(trail.sample, b"\x00" * 32, tmp_path, verifier) == "TL760"


def test_anybody_draws_the_same_again_even_when_the_frame_changed_on_the_disk(
    trail, planned, verifier, gate, tmp_path
) -> None:
    _, both, _ = trail.sample(planned.nonce, tmp_path, verifier)
    gate.write_text("waybill,tkm\nW0000,1\n")
    again, _ = Trail(trail.workspace, trail.log, trail.id).redrawn()

    assert again.payload() == both.payload()


def test_a_stated_sample_that_was_not_drawn_so_is_found_out(
    trail, planned, verifier, gate, tmp_path
) -> None:
    told, _, _ = trail.sample(planned.nonce, tmp_path, verifier)
    for change in (
        {"nonce": b"\x00" * 32},
        {"root": b"\x00" * 32},
        {"forward": [{**told.content["forward"][0], "ids": b"\x00" * 32}]},
        {"points": told.content["points"] + 1},
    ):
        trail.state("sample", {**told.content, **change}, verifier)
        assert refused(trail.redrawn) == "TL760"


def test_a_round_extends_both_samples_from_the_same_frame(
    trail, planned, verifier, gate, tmp_path
) -> None:
    trail.sample(planned.nonce, tmp_path, verifier)
    _, both, _ = trail.sample(planned.nonce, tmp_path, verifier, 25)
    again, _ = trail.redrawn()

    assert [one.points for one in both.forward] == [63, 25]
    assert again.payload() == both.payload()
    gate.write_text("waybill,tkm\nW0000,1\n")
    assert refused(trail.sample, planned.nonce, tmp_path, verifier, 25) == "TL760"


def test_a_step_without_the_one_before_it_is_refused(trail, verifier, tmp_path) -> None:
    assert refused(trail.sample, b"n" * 32, tmp_path, verifier) == "TL759"
    assert refused(trail.redrawn) == "TL759"


def test_a_new_plan_begins_anew(trail, planned, plan, verifier, gate) -> None:
    trail.sample(planned.nonce, gate.parent, verifier)
    plan()

    assert [each.content["step"] for each in trail.told()] == ["plan"]
    assert trail.plans() == 2


@pytest.mark.parametrize(
    "content", [{}, {"sample": 1}, {"sample": True, "papers": []}, {"sample": 1, "papers": "x"}]
)
def test_a_step_that_does_not_say_what_it_must_is_named(trail, planned, verifier, content) -> None:
    trail.state("results", content, verifier)

    assert refused(trail.told) == "TL762"


def test_a_step_that_nobody_knows_is_named(trail, planned, verifier) -> None:
    trail.state("blessing", {}, verifier)

    assert refused(trail.told) == "TL762"


def test_the_statements_of_other_engagements_do_not_matter(trail, planned, verifier) -> None:
    Trail(trail.workspace, trail.log, "another").state("blessing", {}, verifier)

    assert len(trail.told()) == 1
