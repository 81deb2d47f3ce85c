"""scitt-cose accepts our statements and receipts and refuses them falsified."""

from __future__ import annotations

import pytest

from tanlu.terms.proof import cose, tree
from tests.foreign import cases

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client():
    try:
        import scitt_cose
    except ImportError:
        return cases.absent("scitt-cose")
    return scitt_cose


def pem(public: bytes) -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    return Ed25519PublicKey.from_public_bytes(public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def receipt(log, index: int, *, path=None, root=None) -> bytes:
    levels = tree.levels(tree.row(log.entries))
    return cose.receipt(
        log.key, issuer=log.origin, subject="urn:tanlu:log", size=cases.SIZE, index=index,
        path=tree.inclusion(levels, index) if path is None else path,
        root=root or levels[-1],
    )  # fmt: skip


@pytest.mark.parametrize("index", cases.INDICES)
def test_a_receipt_is_accepted_for_its_own_entry_alone(client, log, index) -> None:
    made, entry = receipt(log, index), log.entries[index]
    key = pem(log.key.public)

    def held(data: bytes, of: bytes, by: bytes = key) -> bool:
        return client.verify_receipt(data, leaf_entry_hex=of.hex(), log_public_key_pem=by).ok

    assert held(made, entry)
    assert cose.verify_receipt(made, log.key.public, tree.leaf(entry))
    assert not held(made, log.entries[index ^ 1])
    assert not held(made, entry, pem(cases.PREPARER.public))
    assert not held(made[:-1] + bytes([made[-1] ^ 1]), entry)
    assert not held(receipt(log, index, root=bytes(32)), entry)
    assert not held(receipt(log, index, path=[]), entry)


def test_a_statement_is_accepted_with_what_it_claims(client, log) -> None:
    entry = log.entries[7]
    parsed = client.parse_signed_statement(entry, public_key_pem=pem(cases.PREPARER.public))

    assert parsed["signature_verified"] is True
    assert (parsed["issuer"], parsed["subject"]) == ("urn:tanlu:org:example", "urn:tanlu:batch:7")
    for bad in (
        entry[:-1] + bytes([entry[-1] ^ 1]),
        entry[:30] + bytes([entry[30] ^ 1]) + entry[31:],
    ):
        found = client.parse_signed_statement(bad, public_key_pem=pem(cases.PREPARER.public))
        assert found["signature_verified"] is False


def test_a_transparent_statement_carries_a_receipt_that_holds(client, log) -> None:
    entry = log.entries[7]
    whole = cose.transparent(cose.Statement.decode(entry), [receipt(log, 7)])
    (carried,) = client.extract_receipts(whole)

    assert client.verify_receipt(
        carried, leaf_entry_hex=entry.hex(), log_public_key_pem=pem(log.key.public)
    ).ok
