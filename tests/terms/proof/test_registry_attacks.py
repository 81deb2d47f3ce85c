"""What somebody would try who found a key, or has one and wants more."""

from __future__ import annotations

from typing import Any

import pytest

from tanlu.errors import TanluError
from tanlu.terms.proof import registry
from tanlu.terms.proof.cose import Statement
from tanlu.terms.proof.keys import SigningKey, kid

OLD, VERIFIER, FRESH, THIEF, OTHER = (SigningKey(bytes((n,)) * 32) for n in range(11, 16))


def said(key: SigningKey, type_: str, **content: Any) -> Statement:
    payload = {"type": f"tanlu/{type_}/v1", **content}
    return Statement.sign(key, type=type_, issuer="a", subject="b", issued_s=1, payload=payload)


def told(by: SigningKey, key: SigningKey, role: str, name: str = "n", **more: Any) -> Statement:
    signed = registry.possession(key, role, name)
    content = {"step": "enrol", "public": key.public, "role": role, "name": name,
               "possession": signed}  # fmt: skip
    return said(by, "key", **(content | more))


def turned(by: SigningKey, key: SigningKey, role: str = "preparer", **more: Any) -> Statement:
    return told(by, key, role, **({"step": "rotate", "replaces": kid(by.public)} | more))


def ended(by: SigningKey, key: SigningKey, **more: Any) -> Statement:
    return said(by, "key", step="revoke", kid=kid(key.public), **more)


@pytest.fixture
def keys() -> registry.Registry:
    """A log in which the preparer's old key still holds until entry 9 beside its successor."""
    found = registry.Registry()
    found.admit(0, told(OLD, OLD, "preparer"))
    found.admit(1, told(OLD, VERIFIER, "verifier", "v"))
    found.admit(2, turned(OLD, FRESH, until=9))
    return found


def refuses(keys: registry.Registry, index: int, statement: Statement, code: str) -> None:
    before = dict(keys.keys)
    with pytest.raises(TanluError) as error:
        keys.admit(index, statement)
    assert error.value.code == code
    assert keys.keys == before


def test_a_replaced_key_goes_on_in_its_overlap_but_changes_no_keys(keys: registry.Registry) -> None:
    assert keys.admit(3, said(OLD, "batch")).kid == kid(OLD.public)
    refuses(keys, 3, told(OLD, THIEF, "preparer"), "TL134")
    refuses(keys, 3, turned(OLD, THIEF, until=99), "TL134")
    refuses(keys, 3, ended(OLD, FRESH), "TL134")
    # nor under the colour of ending itself
    refuses(keys, 3, told(OLD, THIEF, "preparer", kid=kid(OLD.public)), "TL134")
    refuses(keys, 3, said(OLD, "device-enrol", kid=kid(OLD.public)), "TL134")
    refuses(keys, 3, said(OLD, "device-revoke", kid=kid(FRESH.public)), "TL134")
    # but it may end itself before its time
    keys.admit(3, ended(OLD, OLD))
    refuses(keys, 4, said(OLD, "batch"), "TL132")


def test_the_one_preparer_that_stays_cannot_be_locked_out(keys: registry.Registry) -> None:
    refuses(keys, 3, ended(FRESH, FRESH), "TL134")
    keys.admit(3, told(FRESH, OTHER, "preparer", "second"))
    keys.admit(4, ended(OTHER, FRESH))
    refuses(keys, 5, ended(OTHER, OTHER), "TL134")


def test_a_replaced_or_revoked_key_is_never_enrolled_again(keys: registry.Registry) -> None:
    for role in ("preparer", "verifier", "carrier"):
        refuses(keys, 10, told(FRESH, OLD, role, "again"), "TL134")
    keys.admit(10, ended(FRESH, VERIFIER))
    refuses(keys, 11, told(FRESH, VERIFIER, "verifier", "v"), "TL134")
    refuses(keys, 11, turned(FRESH, OLD), "TL134")
    refuses(keys, 11, turned(FRESH, VERIFIER), "TL134")


def test_a_rotation_by_another_key_or_for_another_key_is_refused(keys: registry.Registry) -> None:
    refuses(keys, 3, turned(VERIFIER, THIEF, "verifier", replaces=kid(FRESH.public)), "TL134")
    refuses(keys, 3, turned(FRESH, THIEF, replaces=kid(VERIFIER.public)), "TL134")
    refuses(keys, 3, turned(VERIFIER, THIEF, "preparer"), "TL134")
    refuses(keys, 3, turned(THIEF, OTHER), "TL132")
    # signed by one key, said of another: the kid is in the signed header
    forged = turned(THIEF, OTHER, replaces=kid(FRESH.public))
    false = forged._replace(protected=turned(FRESH, OTHER).protected)
    refuses(keys, 3, false, "TL135")


def test_an_identity_that_is_not_that_of_the_key_is_refused(keys: registry.Registry) -> None:
    refuses(keys, 3, told(FRESH, OTHER, "carrier", "c", kid=kid(THIEF.public)), "TL134")
    keys.admit(3, told(FRESH, OTHER, "carrier", "c", kid=kid(OTHER.public)))


def test_a_verifier_enrols_nobody_and_revokes_only_itself(keys: registry.Registry) -> None:
    refuses(keys, 3, told(VERIFIER, THIEF, "verifier"), "TL134")
    refuses(keys, 3, ended(VERIFIER, FRESH), "TL134")
    keys.admit(3, ended(VERIFIER, VERIFIER))
    refuses(keys, 4, said(VERIFIER, "assurance"), "TL132")


def test_a_statement_that_is_said_twice_changes_nothing_the_second_time(
    keys: registry.Registry,
) -> None:
    again = told(FRESH, OTHER, "carrier", "c")
    keys.admit(3, again)
    refuses(keys, 4, again, "TL134")
    keys.admit(5, ended(OTHER, OTHER, trusted=4))
    before = dict(keys.keys)
    keys.admit(6, ended(FRESH, OTHER, trusted=6))
    # a later, milder revocation does not bring back what an earlier one took
    assert keys.keys == before


def test_trust_ends_where_a_compromise_began_however_late_it_was_noticed(
    keys: registry.Registry,
) -> None:
    for index in (3, 4, 5):
        keys.admit(index, said(VERIFIER, "assurance"))
    keys.admit(6, ended(VERIFIER, VERIFIER, trusted=3))

    assert keys.key(kid(VERIFIER.public), 3).name == "v"
    for index in (4, 5, 6, 7):
        with pytest.raises(TanluError, match="TL132"):
            keys.key(kid(VERIFIER.public), index)


def test_what_a_stolen_key_let_in_falls_with_it(keys: registry.Registry) -> None:
    keys.admit(10, told(FRESH, OTHER, "preparer", "second"))
    # FRESH is stolen after entry 10, and the thief lets himself in, twice removed
    keys.admit(11, told(FRESH, THIEF, "preparer", "thief"))
    friend = SigningKey(b"f" * 32)
    keys.admit(12, told(THIEF, friend, "verifier", "friend"))
    keys.admit(13, ended(OTHER, FRESH, trusted=10))

    for key in (FRESH, THIEF, friend):
        refuses(keys, 14, said(key, "key", step="revoke", kid=kid(key.public)), "TL132")
    for at in (12, 13, 14):
        with pytest.raises(TanluError, match="TL132"):
            keys.key(kid(THIEF.public), at)
    # who was let in before stays, and so does who revoked
    assert keys.key(kid(VERIFIER.public), 14).role == "verifier"
    assert keys.key(kid(OTHER.public), 14).role == "preparer"


def test_who_replaced_a_stolen_key_by_his_own_can_revoke_it_to_before_that(
    keys: registry.Registry,
) -> None:
    keys.admit(10, told(FRESH, THIEF, "preparer", "thief"))
    keys.admit(11, turned(FRESH, OTHER, until=20))
    keys.admit(12, ended(OTHER, FRESH, trusted=8))

    assert keys.key(kid(OTHER.public), 13).role == "preparer"
    with pytest.raises(TanluError, match="TL132"):
        keys.key(kid(THIEF.public), 13)


def test_a_revocation_that_would_leave_nobody_is_refused(keys: registry.Registry) -> None:
    keys.admit(10, told(FRESH, OTHER, "preparer", "second"))
    # FRESH ends itself to before it told of the only other one
    refuses(keys, 11, ended(FRESH, FRESH, trusted=9), "TL134")
    keys.admit(11, ended(FRESH, FRESH))
    assert keys.key(kid(OTHER.public), 12).role == "preparer"


@pytest.mark.parametrize("trusted", [-1, 7, True, "3", None, 2**64 - 1])
def test_the_last_trusted_entry_lies_in_the_past(keys: registry.Registry, trusted: object) -> None:
    refuses(keys, 6, ended(FRESH, VERIFIER, trusted=trusted), "TL134")


@pytest.mark.parametrize("until", [2, 0, -1, True, "9", None])
def test_an_overlap_lies_ahead(keys: registry.Registry, until: object) -> None:
    refuses(keys, 3, turned(FRESH, OTHER, until=until), "TL134")


@pytest.mark.parametrize(
    "content",
    [{}, {"step": "enrol"}, {"step": "enrol", "public": b"1" * 31}, {"step": 7},
     {"step": "revoke"}, {"step": "revoke", "kid": b"12345678"}, {"step": "revoke", "kid": "x"},
     {"step": "rotate"}, {"step": "rotate", "replaces": b""}],
)  # fmt: skip
def test_a_change_that_says_half_is_refused_and_teaches_nothing(
    keys: registry.Registry, content: dict[str, Any]
) -> None:
    refuses(keys, 3, said(FRESH, "key", **content), "TL134")
