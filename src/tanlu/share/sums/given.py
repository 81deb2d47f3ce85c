"""What a member gives: a commitment to each value for all to see, and two shares under seal.

For each value x the member draws a blinding r. Aggregator b gets 32 random bytes, from which
SHAKE-256 gives (x_b, r_b); a gets (x − x_b, r − r_b), both modulo the order of the group. Each half
has a commitment of its own, so that either aggregator sees at once whether his half is what
everybody sees, and whoever adds wrongly is known by name.
"""

from __future__ import annotations

import secrets
from hashlib import sha256, shake_256
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.share.sums.call import MOST, SIDES, Call, signed, unpacked
from tanlu.share.sums.cards import Party, sealed
from tanlu.share.sums.curve import ORDER, POINT, blind, commit, opens
from tanlu.terms.proof import cbor, cose

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Given", "Half", "halves", "submit", "taken"]

TYPE = "tanlu/sum-values/v1"
STATEMENT = "tanlu/supplier-commit/v1"
MASK = b"tanlu/share/v1"
SEED = 32

Half = list[tuple[int, int]]  # share of the value and of the blinding, by line


class Given(NamedTuple):
    """A member's submission: the statement for the log, and what is sealed to each aggregator."""

    supplier: str
    statement: bytes
    commitments: dict[str, list[bytes]]
    boxes: dict[str, bytes]


def submit(call: Call, party: Party, values: Mapping[str, int], *, at_s: int) -> bytes:
    """Give the message of a member: it may be seen by all, for what is secret is sealed.

    Parameters
    ----------
    values
        A whole number from 0 to 2^63 - 1 for each line of the call.
    at_s
        Unix time of the statement [s].

    Raises
    ------
    TanluError
        TL857 for a value that is negative, no whole number, too great, absent or of no line, TL858
        when the party is no member, TL002 without the extra ``share``.
    """
    if call.member(party.name) != party.card:
        raise TanluError("TL858", value=party.name, why="the call names another key for it")
    wanted = _checked(call, values)
    seed = secrets.token_bytes(SEED)
    own = _own(call, party.name)
    theirs = _mask(call, own, seed)
    ours = [
        ((value - share) % ORDER, (blind() - hidden) % ORDER)
        for value, (share, hidden) in zip(wanted, theirs, strict=True)
    ]
    packed = b"".join(part.to_bytes(32, "little") for pair in ours for part in pair)
    boxes = {"a": sealed(call.a, own + packed), "b": sealed(call.b, seed)}
    payload = {
        "type": STATEMENT,
        "call": call.hash,
        "supplier": party.name,
        "a": b"".join(commit(*pair) for pair in ours),
        "b": b"".join(commit(*pair) for pair in theirs),
        "boxes": [sha256(boxes[side]).digest() for side in SIDES],
    }
    statement = cose.Statement.sign(
        party.key, type="supplier-commit", issuer=party.name,
        subject=f"sum:{call.hash.hex()}", issued_s=at_s, payload=payload,
    )  # fmt: skip
    return cbor.encode({"type": TYPE, "statement": statement.encode(), **boxes})


def taken(call: Call, message: bytes) -> Given:
    """Give what a message holds, after everything that anybody can check.

    Raises
    ------
    TanluError
        TL858 with the member and the reason when it answers not this call or is not in its form.
    """
    held = unpacked(message, TYPE)
    try:
        boxes = {side: bytes(held[side]) for side in SIDES}
        statement = bytes(held["statement"])
    except (KeyError, TypeError) as error:
        raise TanluError("TL858", value=TYPE, why="it is not in its form") from error
    given = public(call, statement)
    said = cose.Statement.decode(statement).content["boxes"]
    if [sha256(boxes[side]).digest() for side in SIDES] != said:
        why = "what is sealed is not what its statement names"
        raise TanluError("TL858", value=given.supplier, why=why)
    return given._replace(boxes=boxes)


def public(call: Call, statement: bytes) -> Given:
    """Give what a member's statement says, its signature checked.

    Raises
    ------
    TanluError
        TL858 with the member and the reason.
    """
    said = signed(statement)
    content = said.content
    if content["type"] != STATEMENT:
        raise TanluError("TL858", value=STATEMENT, why="it is a message of another type")
    name = str(content.get("supplier"))
    card = call.member(name)
    size = POINT * len(call.lines)
    form = all(
        isinstance(content.get(side), bytes) and len(content[side]) == size for side in SIDES
    ) and isinstance(content.get("boxes"), list)
    for holds, why in (
        (content.get("call") == call.hash, "it answers another call"),
        (form, "it is not in its form"),
        (form and said.verify(card.signs), "its signature does not hold"),
    ):
        if not holds:
            raise TanluError("TL858", value=name, why=why)
    points = {
        side: [content[side][at : at + POINT] for at in range(0, size, POINT)] for side in SIDES
    }
    return Given(name, statement, points, {})


def halves(call: Call, given: Given, side: str, party: Party) -> Half:
    """Give the half of an aggregator, held against the commitments.

    Raises
    ------
    TanluError
        TL860 with the member when his half is not what he committed to.
    """
    content = party.opened(given.boxes[side]) or b""
    own = _own(call, given.supplier)
    found: Half | None = None
    if side == "b" and len(content) == SEED:
        found = _mask(call, own, content)
    elif side == "a" and content[:32] == own and len(content) == 32 + 64 * len(call.lines):
        found = _pairs(content[32:], 32)
    if found is None:
        raise TanluError("TL860", value=given.supplier, line="", why="it was not sealed to us")
    for line, point, pair in zip(call.lines, given.commitments[side], found, strict=True):
        if not opens(point, *pair):
            raise TanluError("TL860", value=given.supplier, line=line, why="another number")
    return found


def _own(call: Call, name: str) -> bytes:
    """Give what binds a half to its call and member, so that nobody gives a copy of another's."""
    return sha256(MASK + call.hash + name.encode()).digest()


def _mask(call: Call, own: bytes, seed: bytes) -> Half:
    """Give b's half: 64 bytes of SHAKE-256 for each number, modulo the order."""
    return _pairs(shake_256(own + seed).digest(128 * len(call.lines)), 64)


def _pairs(content: bytes, width: int) -> Half:
    numbers = [
        int.from_bytes(content[at : at + width], "little") % ORDER
        for at in range(0, len(content), width)
    ]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _checked(call: Call, values: Mapping[str, int]) -> list[int]:
    if more := sorted(set(values) - set(call.lines)):
        raise TanluError("TL857", value=more[0], why="the call has no such line")
    for line in call.lines:
        value = values.get(line)
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not 0 <= value <= MOST:  # type: ignore[operator]
            why = "it is absent" if value is None else "a whole number from 0 to 2^63 - 1 is wanted"
            raise TanluError("TL857", value=f"{line} = {value}", why=why)
    return [values[line] for line in call.lines]
