from __future__ import annotations

import pytest
from tests.share.sums.conftest import party

from tanlu.errors import TanluError
from tanlu.share.sums import Call, submit
from tanlu.share.sums.curve import ORDER
from tanlu.share.sums.given import halves, taken
from tanlu.terms.proof import cbor, cose


def test_both_halves_together_are_the_value(call, adders, messages, values) -> None:
    given = taken(call, messages["s3"])
    parts = [halves(call, given, side, adders[side]) for side in ("a", "b")]

    for place, line in enumerate(call.lines):
        assert sum(part[place][0] for part in parts) % ORDER == values["s3"][line]


def test_a_half_alone_is_a_random_number(call, members, adders) -> None:
    same = {"transport": 1, "energy": 0}
    drawn = [taken(call, submit(call, members["s0"], same, at_s=1)) for _ in range(4)]

    for side in ("a", "b"):
        seen = {halves(call, each, side, adders[side])[0][0] for each in drawn}
        assert len(seen) == 4
        assert all(number > 2**128 for number in seen)


def test_the_same_value_twice_has_two_commitments(call, members) -> None:
    same = {"transport": 1, "energy": 1}
    one, two = (taken(call, submit(call, members["s0"], same, at_s=1)) for _ in range(2))
    points = [*one.commitments["a"], *one.commitments["b"], *two.commitments["a"]]

    assert len(set(points)) == 6


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (-1, "from 0 to"), (2**63, "from 0 to"), (1.5, "from 0 to"), (True, "from 0 to"),
        (None, "absent"), ("7", "from 0 to"),
    ],
)  # fmt: skip
def test_a_value_that_is_no_amount_is_refused(call, members, value, why) -> None:
    with pytest.raises(TanluError, match=rf"TL857.*{why}"):
        submit(call, members["s0"], {"transport": value, "energy": 0}, at_s=1)


def test_a_line_that_nobody_asked_for_is_refused(call, members) -> None:
    with pytest.raises(TanluError, match=r"TL857.*no such line"):
        submit(call, members["s0"], {"transport": 1, "energy": 1, "heat": 1}, at_s=1)


def test_only_members_with_their_own_key_give_values(call, members) -> None:
    stranger = party("stranger")
    with pytest.raises(TanluError, match=r"TL858.*no such member"):
        submit(call, stranger, {"transport": 1, "energy": 1}, at_s=1)
    stranger.name = "s0"
    with pytest.raises(TanluError, match=r"TL858.*another key"):
        submit(call, stranger, {"transport": 1, "energy": 1}, at_s=1)


def test_a_message_for_another_call_is_refused(call, messages) -> None:
    other = Call("2026-11", call.unit, call.lines, call.members, call.a, call.b)

    with pytest.raises(TanluError, match=r"TL858.*another call"):
        taken(other, messages["s0"])


def test_what_is_sealed_cannot_be_exchanged(call, messages) -> None:
    one, two = (cbor.decode(messages[name]) for name in ("s0", "s1"))

    with pytest.raises(TanluError, match=r"TL858.*s0.*sealed"):
        taken(call, cbor.encode({**one, "b": two["b"]}))


def test_a_statement_that_another_key_signed_is_refused(call, messages) -> None:
    held = cbor.decode(messages["s0"])
    content = cose.Statement.decode(held["statement"]).content
    forged = cose.Statement.sign(
        party("s1").key, type="supplier-commit", issuer="s0", subject="", issued_s=1,
        payload=content,
    )  # fmt: skip

    with pytest.raises(TanluError, match=r"TL858.*s0.*signature"):
        taken(call, cbor.encode({**held, "statement": forged.encode()}))


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_member_whose_half_is_not_what_he_committed_to_is_named(call, adders, side) -> None:
    lying = _signed_with_other_commitments(call, side)

    with pytest.raises(TanluError, match=r"TL860.*s2.*energy"):
        halves(call, taken(call, lying), side, adders[side])


def _signed_with_other_commitments(call, side) -> bytes:
    from tanlu.share.sums.curve import commit

    honest = submit(call, party("s2"), {"transport": 1, "energy": 2}, at_s=1)
    held = cbor.decode(honest)
    content = cose.Statement.decode(held["statement"]).content
    content[side] = content[side][:32] + commit(99, 1)
    signed = cose.Statement.sign(
        party("s2").key, type="supplier-commit", issuer="s2", subject="", issued_s=1,
        payload=content,
    )  # fmt: skip
    return cbor.encode({**held, "statement": signed.encode()})


@pytest.mark.parametrize("side", ["a", "b"])
def test_a_copy_of_anothers_values_is_not_taken(call, adders, messages, side) -> None:
    held = cbor.decode(messages["s1"])
    content = cose.Statement.decode(held["statement"]).content | {"supplier": "s2"}
    copied = cose.Statement.sign(
        party("s2").key, type="supplier-commit", issuer="s2", subject="", issued_s=1,
        payload=content,
    )  # fmt: skip
    message = cbor.encode({**held, "statement": copied.encode()})

    with pytest.raises(TanluError, match=r"TL860.*s2"):
        halves(call, taken(call, message), side, adders[side])


def test_a_box_for_somebody_else_is_not_ours(call, adders, messages) -> None:
    with pytest.raises(TanluError, match=r"TL860.*s1.*sealed to us"):
        halves(call, taken(call, messages["s1"]), "a", adders["b"])


def test_a_statement_of_as_many_lines_as_a_call_may_have_fits_the_log(members, adders) -> None:
    lines = tuple(f"line {number}" for number in range(128))
    cards = tuple(each.card for each in members.values())
    call = Call("2026", "ug", lines, cards, adders["a"].card, adders["b"].card)
    message = submit(call, members["s0"], dict.fromkeys(lines, 1), at_s=1)

    assert len(cbor.decode(message)["statement"]) <= cose.MAX_BYTES
