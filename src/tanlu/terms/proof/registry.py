"""The directory of keys that a log itself holds, and who may sign what.

Entry 0 is the self-signed key of the preparer. From there on every key is told by a statement in
the log, so that a signature of years ago is still judged by the keys of its place in the log.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor, keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tanlu.terms.proof.cose import Statement
    from tanlu.terms.proof.keys import SigningKey

__all__ = ["ROLES", "Key", "Registry", "possessed", "possession", "signers"]

ROLES = (
    "preparer", "verifier", "device", "carrier", "consignor", "consignee", "supplier", "operator",
)  # fmt: skip
KEYS = ("key", "device-enrol", "device-revoke")
# whose keys a preparer answers for, and may take back as of an earlier entry
OWN = ("preparer", "device")
ANY = "*"


class Key(NamedTuple):
    """A key, whose it is, and from which entry (inclusive) to which (exclusive) it holds."""

    kid: bytes
    public: bytes
    role: str
    name: str
    since: int
    until: int | None = None

    def holds(self, at: int) -> bool:
        """Tell whether it holds at an entry."""
        return self.since <= at and (self.until is None or at < self.until)


@cache
def signers() -> Mapping[str, frozenset[str]]:
    """Give the roles that may sign each type of statement."""
    text = resources.files("tanlu.terms.proof").joinpath("statements.csv").read_text("utf-8")
    return {
        row["type"]: frozenset(ROLES if row["roles"] == ANY else row["roles"].split(";"))
        for row in csv.DictReader(text.splitlines())
    }


def possession(key: SigningKey, role: str, name: str) -> bytes:
    """Give the signature by which a new key shows that its owner wants this role and name."""
    return key.sign(_claimed(key.public, role, name))


def possessed(public: bytes, role: str, name: str, signed: bytes) -> bool:
    """Tell whether a signature shows that a key's owner wants this role and name."""
    return keys.verify(public, _claimed(public, role, name), signed)


class Registry:
    """What the statements of a log say of keys, folded in the order of the log."""

    def __init__(self) -> None:
        self.keys: dict[bytes, Key] = {}
        # which key told of a key, and in which entry; in the order of the log
        self._told: dict[bytes, tuple[bytes, int]] = {}

    def key(self, kid: bytes, at: int) -> Key:
        """Give the key of an identity if it holds at an entry.

        Raises
        ------
        TanluError
            TL132 when there is none such, it is not enrolled yet, or no longer trusted.
        """
        found = self.keys.get(kid)
        if found is None:
            raise TanluError("TL132", value=kid.hex(), why="the log tells no such key")
        if found.holds(at):
            return found
        why = f"it holds from entry {found.since}"
        if found.until is not None:
            why += f" until {found.until}"
        raise TanluError("TL132", value=kid.hex(), why=f"{why}, not at {at}")

    def admit(self, index: int, statement: Statement) -> Key:
        """Give the key that signed an entry if it may stand there, and learn what it says of keys.

        Raises
        ------
        TanluError
            TL131 for a type that is not known, TL132 for a key that does not hold here, TL135 for
            a signature that does not, TL133 when this role may not sign it, TL134 for a change of
            keys that is not allowed; TL113, TL130 for other bytes. Nothing is learnt then.
        """
        if statement.type not in signers():
            raise TanluError("TL131", value=statement.type or "?")
        content = statement.content
        signer = self._first(statement, content) if index == 0 else self.key(statement.kid, index)
        if not statement.verify(signer.public):
            raise TanluError("TL135", value=statement.type, kid=statement.kid.hex())
        if signer.role not in signers()[statement.type]:
            raise TanluError("TL133", value=statement.type, role=signer.role)
        if statement.type in KEYS:
            self._learn(index, signer, statement.type, content)
        return signer

    def _first(self, statement: Statement, content: Mapping[str, Any]) -> Key:
        told = content.get("public"), content.get("role"), content.get("step")
        if statement.type != "key" or told[1:] != ("preparer", "enrol"):
            raise _refused("entry 0", "a log begins with the key of its preparer")
        public = _bytes(content, "public", keys.PUBLIC_BYTES)
        if statement.kid != keys.kid(public):
            raise _refused("entry 0", "it is signed by the key that it tells")
        return Key(keys.kid(public), public, "preparer", _text(content, "name"), 0)

    def _learn(self, index: int, signer: Key, kind: str, content: Mapping[str, Any]) -> None:
        of_device = "enrol" if kind == "device-enrol" else "revoke"
        step = content.get("step") if kind == "key" else of_device
        # one who finds an old key in its overlap must not be able to let himself in by it
        own = step == "revoke" and content.get("kid") == signer.kid
        if signer.until is not None and not own:
            raise _refused(signer.name, "a key that was replaced changes no keys")
        match step:
            case "enrol":
                role = "device" if kind == "device-enrol" else _text(content, "role")
                # a log's own preparer answers for whom it lets in
                if signer.role != "preparer":
                    raise _refused(signer.name, "only a preparer enrols")
                self._enrol(index, content, role, signer.kid)
            case "rotate":
                self._rotate(index, signer, content)
            case "revoke":
                self._revoke(index, signer, content)
            case other:
                raise _refused(str(other)[:40], "a step is enrol, rotate or revoke")

    def _enrol(self, index: int, content: Mapping[str, Any], role: str, by: bytes) -> Key:
        public = _bytes(content, "public", keys.PUBLIC_BYTES)
        kid, name = keys.kid(public), _text(content, "name")
        if content.get("kid", kid) != kid:
            raise _refused(name, "the identity is not that of the key")
        if role not in ROLES:
            raise _refused(role[:40], f"a role is one of {', '.join(ROLES)}")
        if kid in self.keys:
            held = self.keys[kid]
            raise _refused(name, f"the key is already that of {held.name}, {held.role}")
        signed = _bytes(content, "possession", keys.SIGNATURE_BYTES)
        if not possessed(public, role, name, signed):
            raise _refused(name, "who enrols does not show that the key is in its hands")
        since = index + 1 if self.keys else 0
        made = self.keys[kid] = Key(kid, public, role, name, since)
        self._told[kid] = by, index
        return made

    def _rotate(self, index: int, signer: Key, content: Mapping[str, Any]) -> None:
        if _bytes(content, "replaces", keys.KID_BYTES) != signer.kid:
            raise _refused(signer.name, "a key is replaced by a statement that it signs itself")
        until = content.get("until", index + 1)
        if not isinstance(until, int) or isinstance(until, bool) or until <= index:
            raise _refused(str(until)[:40], "the old key holds at least to this entry")
        if _text(content, "role") != signer.role:
            raise _refused(signer.name, f"its successor is a {signer.role} too")
        self._enrol(index, content, signer.role, signer.kid)
        old = self.keys[signer.kid]
        self.keys[signer.kid] = old._replace(until=min(until, old.until or until))

    def _revoke(self, index: int, signer: Key, content: Mapping[str, Any]) -> None:
        kid = _bytes(content, "kid", keys.KID_BYTES)
        held = self.keys.get(kid)
        if held is None:
            raise _refused(kid.hex(), "the log tells no such key")
        if signer.role != "preparer" and signer.kid != kid:
            raise _refused(held.name, "only a preparer revokes the key of another")
        trusted = content.get("trusted", index)
        if not isinstance(trusted, int) or isinstance(trusted, bool) or not 0 <= trusted <= index:
            raise _refused(str(trusted)[:40], "the last trusted entry lies before this one")
        if signer.kid != kid and held.role not in OWN and trusted < min(index, held.until or index):
            # else a preparer could take back what others signed: an opinion, a handover
            raise _refused(held.name, "only its owner takes back what a key has signed")
        fallen = self._fallen(kid, trusted, signer.kid)
        others = (
            each
            for each in self.keys.values()
            if each.role == "preparer" and each.kid not in {kid, *fallen} and each.until is None
        )
        if held.role == "preparer" and not any(others):
            raise _refused(held.name, "the last preparer's key is replaced, not revoked")
        until = min(trusted + 1, held.until if held.until is not None else trusted + 1)
        self.keys[kid] = held._replace(until=max(until, held.since))
        for each in fallen:
            self.keys[each] = self.keys[each]._replace(until=self.keys[each].since)

    def _fallen(self, kid: bytes, trusted: int, by: bytes) -> set[bytes]:
        """Give the keys that a key told of when it was trusted no more, and what those told of.

        Not so the key that revokes it and those through which that one came in: who notices a
        theft late has mostly replaced the stolen key by his own before he revokes it.
        """
        spared = {by}
        while self._told[by][0] not in spared:
            by = self._told[by][0]
            spared.add(by)
        found: set[bytes] = set()
        for each, (teller, index) in self._told.items():
            late = teller == kid and index > trusted
            if each not in {kid, *spared} and (late or teller in found):
                found.add(each)
        return found


def _claimed(public: bytes, role: str, name: str) -> bytes:
    return cbor.encode(["tanlu/possession/v1", public, role, name])


def _text(content: Mapping[str, Any], name: str) -> str:
    found = content.get(name)
    if not isinstance(found, str) or not found or len(found) > 200:
        raise _refused(name, "it is a text of 1 to 200 characters")
    return found


def _bytes(content: Mapping[str, Any], name: str, size: int) -> bytes:
    found = content.get(name)
    if not isinstance(found, bytes) or len(found) != size:
        raise _refused(name, f"it has {size} bytes")
    return found


def _refused(value: str, why: str) -> TanluError:
    return TanluError("TL134", value=value, why=why)
