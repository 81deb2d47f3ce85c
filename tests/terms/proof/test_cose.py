"""Statements and receipts: read by another library of CBOR, and every way to be none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor, cose, keys, tree

KEY = keys.SigningKey(bytes(range(32)))
OTHER = keys.SigningKey(bytes(range(1, 33)))


def _made(**changes):
    said = {
        "type": "pod", "issuer": "urn:a", "subject": "waybill:1", "issued_s": 1_800_000_000,
        "payload": {"type": "tanlu/pod/v1", "boxes": 3},
    }  # fmt: skip
    return cose.Statement.sign(KEY, **(said | changes))


def test_a_statement_comes_back_as_it_was_signed():
    made = _made()
    again = cose.Statement.decode(made.encode())

    assert again == made
    assert again.verify(KEY.public)
    assert (again.type, again.issuer, again.subject, again.issued_s, again.kid) == (
        "pod", "urn:a", "waybill:1", 1_800_000_000, keys.kid(KEY.public),
    )  # fmt: skip
    assert again.content == {"type": "tanlu/pod/v1", "boxes": 3}


def test_another_library_reads_the_same_message():
    cbor2 = pytest.importorskip("cbor2")
    made = _made()
    found = cbor2.loads(made.encode())

    assert found.tag == 18
    assert [found.value[0], dict(found.value[1]), *found.value[2:]] == [
        made.protected, {}, made.payload, made.signature,
    ]  # fmt: skip
    header = cbor2.loads(made.protected)
    assert header[1] == -8
    assert header[3] == "application/vnd.tanlu.pod+cbor"
    assert cbor2.dumps(header, canonical=True) == made.protected


def test_only_the_key_that_signed_holds_it():
    made = _made()
    forged = made._replace(payload=cbor.encode({"type": "tanlu/pod/v1", "boxes": 4}))

    assert not made.verify(OTHER.public)
    assert not forged.verify(KEY.public)


def test_a_receipt_stands_for_its_leaf_alone():
    entries = [_made(subject=f"waybill:{number}").encode() for number in range(5)]
    levels = tree.levels(tree.row(entries))
    path = tree.inclusion(levels, 3)
    made = cose.receipt(KEY, issuer="log", subject="a", size=5, index=3, path=path, root=levels[-1])

    assert cose.verify_receipt(made, KEY.public, tree.leaf(entries[3]))
    assert not cose.verify_receipt(made, KEY.public, tree.leaf(entries[2]))
    assert not cose.verify_receipt(made, OTHER.public, tree.leaf(entries[3]))
    carried = cose.Statement.decode(cose.transparent(cose.Statement.decode(entries[3]), [made]))
    assert carried.receipts == (made,)
    assert carried.encode() == entries[3]


@pytest.mark.parametrize("kind", ["", "Pod", "a b", "x" * 50])
def test_a_type_that_is_no_word_is_refused(kind):
    with pytest.raises(TanluError, match="TL130"):
        _made(type=kind)


def test_a_statement_too_large_for_the_log_is_refused():
    with pytest.raises(TanluError, match="TL130"):
        _made(payload={"type": "tanlu/pod/v1", "x": b"x" * 16_384})


def test_a_payload_of_another_type_than_its_header_is_refused():
    with pytest.raises(TanluError, match="TL130"):
        _ = _made(payload={"type": "tanlu/pack/v1"}).content


@given(st.data())
def test_changed_bytes_are_refused_or_do_not_hold(data):
    whole = _made().encode()
    place = data.draw(st.integers(0, len(whole) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    changed = whole[:place] + bytes((whole[place] ^ bit,)) + whole[place + 1 :]
    try:
        found = cose.Statement.decode(changed)
    except TanluError as refused:
        code = refused.code
    else:
        code = "holds" if found.verify(KEY.public) else "TL135"
    assert code in ("TL113", "TL130", "TL135")


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_by_name(data):
    for read in (
        cose.Statement.decode,
        lambda one: cose.verify_receipt(one, KEY.public, bytes(32)),
    ):
        with pytest.raises(TanluError, match=r"TL113|TL130"):
            read(b"\xd2" + data)
