"""The directory of keys: who may sign what, where in the log, and every way to cheat."""

from __future__ import annotations

import csv

import pytest
from tests.house import tree

from tanlu.errors import TanluError
from tanlu.terms.proof import registry
from tanlu.terms.proof.cose import Statement
from tanlu.terms.proof.keys import SigningKey, kid

PREPARER, VERIFIER, DEVICE, NEXT = (SigningKey(bytes((n,)) * 32) for n in range(1, 5))


def _said(key, type_, **content):
    payload = {"type": f"tanlu/{type_}/v1", **content}
    return Statement.sign(key, type=type_, issuer="a", subject="b", issued_s=1, payload=payload)


def _enrol(by, key, role, name="n", **more):
    signed = registry.possession(key, role, name)
    told = {"step": "enrol", "public": key.public, "role": role, "name": name}
    return _said(by, "key", **(told | {"possession": signed} | more))


def _begun():
    found = registry.Registry()
    found.admit(0, _enrol(PREPARER, PREPARER, "preparer"))
    found.admit(1, _enrol(PREPARER, VERIFIER, "verifier"))
    return found


def test_the_first_entry_is_the_preparers_own_key():
    for first in (
        _enrol(PREPARER, VERIFIER, "preparer"),
        _enrol(VERIFIER, VERIFIER, "verifier"),
        _said(PREPARER, "batch"),
    ):
        with pytest.raises(TanluError, match="TL134"):
            registry.Registry().admit(0, first)


def test_a_verifier_signs_opinions_and_prepares_nothing():
    found = _begun()

    assert found.admit(2, _said(VERIFIER, "assurance")).role == "verifier"
    with pytest.raises(TanluError, match="TL133"):
        found.admit(3, _said(VERIFIER, "batch"))


def test_a_preparer_signs_no_opinion():
    with pytest.raises(TanluError, match="TL133"):
        _begun().admit(2, _said(PREPARER, "assurance"))


def test_one_key_has_one_role_for_ever():
    for role in ("verifier", "carrier"):
        with pytest.raises(TanluError, match="TL134"):
            _begun().admit(2, _enrol(PREPARER, PREPARER, role, "other"))


def test_a_key_holds_from_the_entry_after_its_own():
    found = registry.Registry()
    found.admit(0, _enrol(PREPARER, PREPARER, "preparer"))
    with pytest.raises(TanluError, match="TL132"):
        found.admit(1, _said(VERIFIER, "assurance"))
    found.admit(1, _enrol(PREPARER, VERIFIER, "verifier"))
    with pytest.raises(TanluError, match="TL132"):
        found.key(kid(VERIFIER.public), 1)
    assert found.key(kid(VERIFIER.public), 2).role == "verifier"


def test_who_enrols_shows_that_the_key_is_in_its_hands():
    stolen = _enrol(PREPARER, DEVICE, "carrier", possession=VERIFIER.sign(b"no"))
    renamed = _enrol(PREPARER, DEVICE, "carrier", name="other")
    for told in (stolen, _enrol(PREPARER, DEVICE, "carrier", possession=b"")):
        with pytest.raises(TanluError, match="TL134"):
            _begun().admit(2, told)
    assert _begun().admit(2, renamed).role == "preparer"


def test_a_rotation_is_signed_by_the_key_that_goes_and_old_signatures_stay():
    found = _begun()
    good = {"step": "rotate", "replaces": kid(PREPARER.public)}
    with pytest.raises(TanluError, match="TL134"):
        found.admit(2, _enrol(VERIFIER, NEXT, "preparer", **good))
    found.admit(2, _enrol(PREPARER, NEXT, "preparer", until=5, **good))

    assert found.key(kid(PREPARER.public), 4).until == 5
    assert found.key(kid(NEXT.public), 3).role == "preparer"
    assert found.admit(4, _said(PREPARER, "batch")).kid == kid(PREPARER.public)
    with pytest.raises(TanluError, match="TL132"):
        found.admit(5, _said(PREPARER, "batch"))
    assert found.admit(5, _said(NEXT, "batch")).kid == kid(NEXT.public)


def test_a_rotation_does_not_change_the_role():
    told = _enrol(VERIFIER, NEXT, "preparer", step="rotate", replaces=kid(VERIFIER.public))

    with pytest.raises(TanluError, match="TL134"):
        _begun().admit(2, told)


def test_a_revoked_key_is_trusted_no_further_than_told():
    found = _begun()
    for index in (2, 3):
        found.admit(index, _said(VERIFIER, "assurance"))
    found.admit(4, _said(VERIFIER, "key", step="revoke", kid=kid(VERIFIER.public), trusted=2))

    assert found.key(kid(VERIFIER.public), 2).role == "verifier"
    for index in (3, 5):
        with pytest.raises(TanluError, match="TL132"):
            found.key(kid(VERIFIER.public), index)


def test_a_preparer_ends_the_key_of_another_but_takes_back_nothing_that_it_signed():
    found = _begun()
    found.admit(2, _said(VERIFIER, "assurance"))
    back = _said(PREPARER, "key", step="revoke", kid=kid(VERIFIER.public), trusted=1)
    with pytest.raises(TanluError, match=r"TL134.*only its owner"):
        found.admit(3, back)
    found.admit(3, _said(PREPARER, "key", step="revoke", kid=kid(VERIFIER.public)))

    assert found.key(kid(VERIFIER.public), 2).role == "verifier"
    with pytest.raises(TanluError, match="TL132"):
        found.admit(4, _said(VERIFIER, "assurance"))


def test_a_stranger_revokes_nobody_and_the_last_preparer_stays():
    with pytest.raises(TanluError, match="TL134"):
        _begun().admit(2, _said(VERIFIER, "key", step="revoke", kid=kid(PREPARER.public)))
    with pytest.raises(TanluError, match="TL134"):
        _begun().admit(2, _said(PREPARER, "key", step="revoke", kid=kid(PREPARER.public)))


def test_a_device_is_enrolled_by_the_preparer_and_may_revoke_itself():
    found = _begun()
    signed = registry.possession(DEVICE, "device", "meter-7")
    told = {"public": DEVICE.public, "name": "meter-7", "possession": signed}
    found.admit(2, _said(PREPARER, "device-enrol", **told))
    found.admit(3, _said(DEVICE, "device-revoke", kid=kid(DEVICE.public)))

    assert found.keys[kid(DEVICE.public)] == (
        kid(DEVICE.public), DEVICE.public, "device", "meter-7", 3, 4,
    )  # fmt: skip


def test_an_unknown_type_and_a_false_signature_have_their_names():
    found = _begun()
    false = _said(PREPARER, "batch")._replace(payload=b"\xa1dtypentanlu/batch/v2")
    for told, code in ((_said(PREPARER, "gossip"), "TL131"), (false, "TL135")):
        with pytest.raises(TanluError, match=code):
            found.admit(2, told)


def test_the_table_of_types_is_sorted_and_names_roles_that_exist():
    path = tree.SRC / "terms/proof/statements.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))

    assert [row["type"] for row in rows] == sorted(row["type"] for row in rows)
    assert {role for row in rows for role in row["roles"].split(";")} <= {*registry.ROLES, "*"}
    assert registry.signers()["assurance"] == {"verifier"}
