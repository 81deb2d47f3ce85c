"""An opinion that is signed elsewhere: drafted where the log is, signed where the key is.

A verifier's key never lies on the machine of whom he verifies. So the machine gives a draft, which
says all that the opinion will say; its owner's own program signs it; and what comes back is written
to the log only if it says, word for word, what follows from the newest evaluation.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor, cose, keys
from tanlu.verify.assurance.concluding.judging import content_of
from tanlu.verify.assurance.steps import TYPE, Told

if TYPE_CHECKING:
    from tanlu.terms.proof.keys import SigningKey
    from tanlu.verify.assurance.steps import Trail

__all__ = ["draft", "drafted", "received", "signed"]

FORM = "tanlu/opinion-draft/v1"
PARTS = {"type": str, "log": str, "id": str, "signers": dict, "content": dict}
VERIFIER = "verifier"


def draft(trail: Trail, chosen: str | None = None, reason: str | None = None) -> bytes:
    """Give the draft of an opinion, for a verifier's key elsewhere.

    Raises
    ------
    TanluError
        TL761 for another opinion than the proposed one without a reason, TL759 before there is an
        evaluation.
    """
    size = trail.log.size
    signers = {
        key.kid.hex(): key.name
        for key in trail.log.registry.keys.values()
        if key.role == VERIFIER and key.holds(size)
    }
    return cbor.encode({
        "type": FORM, "log": trail.log.origin, "id": trail.id, "signers": signers,
        "content": _whole(trail.id, content_of(trail, chosen, reason)),
    })  # fmt: skip


def drafted(data: bytes) -> dict[str, Any]:
    """Give what a draft says: log, id, signers and content.

    Raises
    ------
    TanluError
        TL763 for what is no draft of an opinion.
    """
    try:
        told = cbor.decode(data)
    except TanluError as error:
        raise TanluError("TL763", value="–", why=error.say()) from error
    sound = isinstance(told, dict) and told.get("type") == FORM and set(told) == set(PARTS)
    if not sound or any(type(told[name]) is not kind for name, kind in PARTS.items()):
        raise TanluError("TL763", value="–", why=FORM)
    content = told["content"]
    if (content.get("type"), content.get("step"), content.get("id")) != (
        TYPE, "opinion", told["id"],
    ):  # fmt: skip
        raise TanluError("TL763", value=told["id"][:40], why="step ≠ opinion")
    return dict(told)


def signed(data: bytes, key: SigningKey) -> bytes:
    """Sign a draft with the verifier's own key, and give the statement that goes to the log.

    Raises
    ------
    TanluError
        TL763 for what is no draft, TL132 for a key that the log does not know as a verifier's.
    """
    told, kid = drafted(data), keys.kid(key.public).hex()
    issuer = told["signers"].get(kid)
    if not isinstance(issuer, str):
        raise TanluError("TL132", value=kid, why=f"{told['log']}: {VERIFIER}")
    return cose.Statement.sign(
        key, type="assurance", issuer=issuer, subject=told["id"], issued_s=int(time.time()),
        payload=told["content"],
    ).encode()  # fmt: skip


def received(trail: Trail, statement: bytes) -> Told:
    """Write an opinion that was signed elsewhere to the log, if it is the one that follows.

    Raises
    ------
    TanluError
        TL763 for a statement that says anything else than the opinion on the newest evaluation, or
        that stands already; TL130 for bytes that are no statement; TL761 as `draft`; TL131–TL135
        when the keys in the log do not admit it: another's key, or a signature that does not hold.
    """
    made = cose.Statement.decode(statement)
    told = made.content
    if (made.type, made.subject) != ("assurance", trail.id):
        raise TanluError("TL763", value=trail.id, why=f"{made.type} {made.subject}"[:80])
    if told.get("step") != "opinion":
        raise TanluError("TL763", value=trail.id, why=f"step {told.get('step')}"[:80])
    chosen, reason = told.get("opinion"), told.get("reason")
    if not isinstance(chosen, str) or not isinstance(reason, str):
        raise TanluError("TL763", value=trail.id, why="opinion, reason")
    wanted = _whole(trail.id, content_of(trail, chosen, reason))
    if told != wanted:
        differ = sorted(name for name in {*told, *wanted} if told.get(name) != wanted.get(name))
        raise TanluError("TL763", value=trail.id, why=", ".join(differ)[:80])
    if any(each.content == told for each in trail.told("opinion")):
        raise TanluError("TL763", value=trail.id, why="it stands already / 已在日志中")
    stated = trail.log.register(statement)
    return Told(stated.index, stated.statement.kid, told, stated.statement.issued_s)


def _whole(name: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"type": TYPE, "step": "opinion", "id": name} | content
