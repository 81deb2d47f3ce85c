from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.share.sums import Aggregator, check, close, submit
from tanlu.share.sums.add import TYPE, part_of, set_hash
from tanlu.share.sums.curve import ORDER, added, commit, scalar
from tanlu.terms.proof import cbor, cose

SET = ["s0", "s1", "s2", "s4", "s5"]


@pytest.fixture
def parts(both) -> list[bytes]:
    return [both[side].add(SET, at_s=2) for side in ("a", "b")]


@pytest.fixture
def total(call, parts, messages):
    return close(call, parts, messages.values())


def test_the_total_is_the_sum_of_the_agreed_set(total, values) -> None:
    for line in ("transport", "energy"):
        assert total.values[line] == sum(values[name][line] for name in SET)
    assert total.suppliers == tuple(SET)
    assert (total.period, total.unit) == ("2026-10", "ug")


def test_the_opening_opens_the_sum_of_all_commitments(call, total, messages) -> None:
    from tanlu.share.sums.given import taken

    given = [taken(call, messages[name]) for name in SET]
    points = [each.commitments[side][1] for each in given for side in ("a", "b")]

    assert added(points) == commit(total.values["energy"], total.blindings["energy"])


def test_a_sum_above_64_bits_is_exact(total) -> None:
    assert total.values["energy"] == (0 + 1 + 2 + 4 + 5) * 2**60
    assert total.values["energy"] > 2**63


def test_anybody_checks_the_proof(call, total) -> None:
    assert check(total.proof) == total
    assert check(total.proof, call=call.hash) == total


def test_a_proof_of_another_call_is_not_the_one_expected(total) -> None:
    with pytest.raises(TanluError, match=r"TL858.*another call"):
        check(total.proof, call=bytes(32))


@pytest.mark.parametrize("side", ["a", "b"])
def test_an_aggregator_who_changes_his_sum_is_named(call, adders, parts, messages, side) -> None:
    place = ("a", "b").index(side)
    content = opened(parts[place])
    value = int.from_bytes(content["values"][0], "little")
    content["values"][0] = scalar(value + 1)
    parts[place] = _signed(adders[side], content)

    with pytest.raises(TanluError, match=rf"TL861.*{adders[side].name}.*transport"):
        close(call, parts, messages.values())


def test_an_aggregator_who_leaves_a_member_out_is_named(call, adders, parts, messages) -> None:
    content = opened(parts[1])
    content["suppliers"] = content["suppliers"][:-1]
    content["statements"] = content["statements"][:-1]
    parts[1] = _signed(adders["b"], content)

    with pytest.raises(TanluError, match=r"TL859.*association"):
        close(call, parts, messages.values())


def test_a_member_who_gave_each_aggregator_something_else_is_named(
    call, adders, members, messages
) -> None:
    second = submit(call, members["s1"], {"transport": 5, "energy": 5}, at_s=9)
    parts = []
    for side, own in (("a", messages["s1"]), ("b", second)):
        adder = Aggregator(call, adders[side])
        for name in SET:
            adder.take(own if name == "s1" else messages[name])
        parts.append(adder.add(SET, at_s=2))

    with pytest.raises(TanluError, match=r"TL859.*s1"):
        close(call, parts, [*messages.values(), second])


def test_a_part_that_its_aggregator_did_not_sign_is_refused(call, adders, parts, messages) -> None:
    content = opened(parts[1])
    parts[1] = _signed(adders["a"], content)

    with pytest.raises(TanluError, match=r"TL858.*part b.*signature"):
        close(call, parts, messages.values())


def test_both_parts_and_every_statement_are_wanted(call, parts, messages) -> None:
    with pytest.raises(TanluError, match="TL858"):
        close(call, [], messages.values())
    with pytest.raises(TanluError, match="TL858"):
        close(call, parts[:1], messages.values())
    with pytest.raises(TanluError, match=r"TL858.*absent"):
        close(call, parts, [messages[name] for name in SET[1:]])


def test_a_negative_value_shows_when_the_total_would_be_negative(
    call, adders, members, messages, monkeypatch
) -> None:
    from tanlu.share.sums import given as module

    monkeypatch.setattr(module, "_checked", lambda call, values: list(values.values()))
    forged = submit(call, members["s0"], {"transport": -(2**50), "energy": 0}, at_s=1)
    both = [Aggregator(call, adders[side]) for side in ("a", "b")]
    sent = {**messages, "s0": forged}
    for adder in both:
        for name in SET:
            adder.take(sent[name])

    with pytest.raises(TanluError, match=r"TL861.*transport.*negative"):
        close(call, [adder.add(SET, at_s=2) for adder in both], sent.values())


def test_any_changed_byte_of_the_proof_is_refused(total) -> None:
    step = max(1, len(total.proof) // 150)
    for place in range(0, len(total.proof), step):
        changed = bytearray(total.proof)
        changed[place] ^= 1
        with pytest.raises(TanluError, match="TL"):
            check(bytes(changed))


@pytest.mark.parametrize("missing", ["call", "parts", "statements"])
def test_a_proof_without_a_piece_is_refused(total, missing) -> None:
    held = cbor.decode(total.proof)
    del held[missing]

    with pytest.raises(TanluError, match="TL858"):
        check(cbor.encode(held))


@pytest.mark.parametrize("piece", ["parts", "statements"])
def test_a_proof_with_bytes_of_something_else_is_refused(total, piece) -> None:
    held = cbor.decode(total.proof)
    for wrong in (b"", 7, b"\xd2\x80", [1]):
        with pytest.raises(TanluError, match="TL"):
            check(cbor.encode({**held, piece: [wrong, *held[piece][1:]]}))


def test_an_opening_not_below_the_order_is_refused(call, adders, parts, messages) -> None:
    content = opened(parts[0])
    value = int.from_bytes(content["values"][0], "little")
    content["values"][0] = (value + ORDER).to_bytes(32, "little")
    parts[0] = _signed(adders["a"], content)

    with pytest.raises(TanluError, match=r"TL861.*platform"):
        close(call, parts, messages.values())


def opened(part: bytes) -> dict[str, object]:
    return part_of(part)[1]


def _signed(who, content) -> bytes:
    lists = {name: content.pop(name) for name in ("suppliers", "statements")}
    content["set"] = set_hash(*lists.values())
    statement = cose.Statement.sign(
        who.key, type="sum-part", issuer=who.name, subject="", issued_s=2, payload=content
    )
    return cbor.encode({"type": TYPE, "statement": statement.encode(), **lists})


def test_a_part_with_another_set_than_the_one_signed_is_refused(call, parts, messages) -> None:
    held = cbor.decode(parts[0])
    parts[0] = cbor.encode({**held, "suppliers": [*SET[:-1], "s6"]})

    with pytest.raises(TanluError, match=r"TL858.*not the one that was signed"):
        close(call, parts, messages.values())
