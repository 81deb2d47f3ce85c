"""The total, and the check that anybody can do: the commitments of all add up to it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.share.sums.add import PART, part_of
from tanlu.share.sums.call import MOST, SIDES, Call, unpacked
from tanlu.share.sums.curve import ORDER, added, commit
from tanlu.share.sums.given import public
from tanlu.terms.proof import cbor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tanlu.share.sums.given import Given

__all__ = ["Total", "check", "close"]

TYPE = "tanlu/sum-total/v1"


class Total(NamedTuple):
    """A checked total: whole numbers by line, who is in it, and the opening.

    ``values`` and ``blindings`` open the sum of the members' commitments; ``proof`` is the
    message from which anybody can check all of it.
    """

    period: str
    unit: str
    values: dict[str, int]
    blindings: dict[str, int]
    suppliers: tuple[str, ...]
    proof: bytes


def close(call: Call, parts: Sequence[bytes], messages: Iterable[bytes]) -> Total:
    """Give the total of both parts with its proof.

    Parameters
    ----------
    parts
        What both aggregators signed.
    messages
        The members' messages, of which the proof keeps the statements.

    Raises
    ------
    TanluError
        TL858, TL859, TL861, TL862 as `check`.
    """
    statements = {}
    for message in messages:
        statement = bytes(unpacked(message, "tanlu/sum-values/v1").get("statement", b""))
        statements[sha256(statement).digest()] = statement
    wanted = _part(call, parts[0])["statements"] if parts else []
    absent = [each for each in wanted if each not in statements]
    if absent:
        why = "the message of a member of the set is absent"
        raise TanluError("TL858", value=absent[0].hex(), why=why)
    held = [statements[each] for each in wanted]
    proof = {"type": TYPE, "call": call.encode(), "parts": list(parts), "statements": held}
    return check(cbor.encode(proof))


def check(proof: bytes, *, call: bytes | None = None) -> Total:
    """Give the total of a proof after everything was checked.

    For each half, the sum of the members' commitments is ``X·G + R·H`` of what its aggregator
    signed; the total is the sum of both.

    Parameters
    ----------
    call
        SHA-256 of the call that is expected; whoever takes part knows it.

    Raises
    ------
    TanluError
        TL858 for what is not in its form, not signed, or of another call; TL859 when a member was
        counted twice or differently by both; TL861 with the aggregator whose sum is not that of
        the commitments, or the total that no values from 0 to 2^63 - 1 can have; TL862 for too
        few.
    """
    held = unpacked(proof, TYPE)
    try:
        asked = Call.decode(held["call"])
        parts = [_part(asked, part) for part in held["parts"]]
        given = [public(asked, statement) for statement in held["statements"]]
    except (KeyError, TypeError) as error:
        raise TanluError("TL858", value=TYPE, why="it is not in its form") from error
    if call is not None and asked.hash != call:
        raise TanluError("TL858", value=asked.hash.hex(), why="it answers another call")
    if [part["side"] for part in parts] != list(SIDES):
        raise TanluError("TL858", value=TYPE, why="it needs the part of a and the part of b")
    names = _agreed(asked, parts, given)
    values, blindings = [0] * len(asked.lines), [0] * len(asked.lines)
    for part in parts:
        sums = _opening(asked, part, given)
        values = [(old + new[0]) % ORDER for old, new in zip(values, sums, strict=True)]
        blindings = [(old + new[1]) % ORDER for old, new in zip(blindings, sums, strict=True)]
    for line, value in zip(asked.lines, values, strict=True):
        if value > MOST * len(names):
            why = "a value was negative or too great"
            raise TanluError("TL861", value=line, why=why)
    return Total(
        asked.period,
        asked.unit,
        dict(zip(asked.lines, values, strict=True)),
        dict(zip(asked.lines, blindings, strict=True)),
        tuple(names),
        proof,
    )


def _part(call: Call, data: object) -> dict[str, Any]:
    if not isinstance(data, bytes):
        raise TanluError("TL858", value=PART, why="it is not in its form")
    said, content = part_of(data)
    side = content.get("side")
    lists = [content.get(name) for name in ("suppliers", "statements", "values", "blindings")]
    form = side in SIDES and all(isinstance(each, list) for each in lists)
    numbers = form and [*content["values"], *content["blindings"]]
    for holds, why in (
        (form, "it is not in its form"),
        (content.get("call") == call.hash, "it answers another call"),
        (
            form
            and len(content["values"]) == len(content["blindings"]) == len(call.lines)
            and len(content["suppliers"]) == len(content["statements"])
            and all(isinstance(each, bytes) and len(each) == 32 for each in numbers or ()),
            "it is not in its form",
        ),
        (form and said.verify(call.side(str(side)).signs), "its signature does not hold"),
    ):
        if not holds:
            raise TanluError("TL858", value=f"part {side}", why=why)
    return content


def _agreed(call: Call, parts: Sequence[dict[str, Any]], given: Sequence[Given]) -> list[str]:
    """Give the names of the set on which both parts and the statements agree."""
    first, second = parts
    names = sorted(set(map(str, first["suppliers"])))
    for part in parts:
        if part["suppliers"] != names:
            raise TanluError("TL859", value=f"{call.side(part['side']).name}: another set")
    for place, name in enumerate(names):
        if first["statements"][place] != second["statements"][place]:
            raise TanluError("TL859", value=name)
    counted = [each.supplier for each in given]
    hashes = [sha256(each.statement).digest() for each in given]
    if counted != names or hashes != first["statements"]:
        raise TanluError("TL858", value=TYPE, why="its statements are not those of the set")
    if len(names) < call.least:
        why = f"{len(names)} members, at least {call.least} are wanted"
        raise TanluError("TL862", value=call.period, why=why)
    return names


def _opening(call: Call, part: dict[str, Any], given: Sequence[Given]) -> list[tuple[int, int]]:
    """Give the opened sums of one half, held against the commitments of that half."""
    side = part["side"]
    found = []
    for place, line in enumerate(call.lines):
        value = int.from_bytes(part["values"][place], "little")
        blinding = int.from_bytes(part["blindings"][place], "little")
        whole = added(each.commitments[side][place] for each in given)
        if max(value, blinding) >= ORDER or whole != commit(value, blinding):
            why = f"its sum of {line} is not that of the commitments"
            raise TanluError("TL861", value=call.side(side).name, why=why)
        found.append((value, blinding))
    return found
