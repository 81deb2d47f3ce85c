"""The call for a sum: what is summed, who may take part, and who adds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

from tanlu.errors import TanluError
from tanlu.share.sums.cards import Card
from tanlu.terms.proof import cbor, cose

__all__ = ["LEAST", "LINES", "MOST", "SIDES", "Call", "signed", "unpacked"]

TYPE = "tanlu/sum-call/v1"
LEAST = 5  # fewer contributors may not be summed
LINES = 128  # 64 bytes of commitments a line fit an entry of the log, which has at most 16,384
MEMBERS = 100_000
MOST = 2**63 - 1
SIDES = ("a", "b")


@dataclass(frozen=True)
class Call:
    """A call for a sum; its hash stands in everything that answers it.

    Parameters
    ----------
    period
        What the values are of: a period, or any words that all agree on.
    unit
        Unit of all values, for example ``ug`` [micrograms of CO2e].
    lines
        Names of the values that each member gives.
    members
        Cards of all who may give values.
    a, b
        Cards of the two aggregators, who must not know each other's secrets.
    least
        How many members a total, or any difference of totals, must rest on; at least 5.
    """

    period: str
    unit: str
    lines: tuple[str, ...]
    members: tuple[Card, ...]
    a: Card
    b: Card
    least: int = LEAST

    def encode(self) -> bytes:
        """Give the one encoding of the call.

        Raises
        ------
        TanluError
            TL858 when the call cannot keep what it promises.
        """
        self._check()
        return cbor.encode(
            {
                "type": TYPE,
                "period": self.period,
                "unit": self.unit,
                "lines": list(self.lines),
                "members": [list(card) for card in self.members],
                "a": list(self.a),
                "b": list(self.b),
                "least": self.least,
            }
        )

    @classmethod
    def decode(cls, data: bytes) -> Call:
        """Give the call whose encoding these bytes are.

        Raises
        ------
        TanluError
            TL858 for anything else.
        """
        held = unpacked(data, TYPE)
        try:
            found = cls(
                str(held["period"]),
                str(held["unit"]),
                tuple(map(str, held["lines"])),
                tuple(Card(*card).checked() for card in held["members"]),
                Card(*held["a"]).checked(),
                Card(*held["b"]).checked(),
                int(held["least"]),
            )
            same = found.encode() == data
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _wrong("it is not in its form") from error
        if not same:
            raise _wrong("it is not in its form")
        return found

    @cached_property
    def hash(self) -> bytes:
        """SHA-256 of the encoding: what all parties compare before they answer."""
        return sha256(self.encode()).digest()

    @property
    def cell(self) -> bytes:
        """Hash of what is summed alone: two calls for it are for the same numbers."""
        return sha256(cbor.encode([self.period, self.unit])).digest()

    def member(self, name: str) -> Card:
        """Give the card of a member.

        Raises
        ------
        TanluError
            TL858 when the call names none such.
        """
        found = self._by_name.get(name)
        if found is None:
            raise TanluError("TL858", value=name, why="the call names no such member")
        return found

    def side(self, name: str) -> Card:
        """Give the card of aggregator ``a`` or ``b``."""
        return self.a if name == "a" else self.b

    @cached_property
    def _by_name(self) -> dict[str, Card]:
        return {card.name: card for card in self.members}

    def _check(self) -> None:
        cards = (*self.members, self.a, self.b)
        names = [card.name for card in self.members]
        whys = (
            (not 1 <= len(self.lines) <= LINES, f"it needs 1 to {LINES} lines"),
            (len(set(self.lines)) < len(self.lines), "a line stands twice"),
            (self.least < LEAST, f"no total may rest on fewer than {LEAST} members"),
            (not self.least <= len(names) <= MEMBERS, "it has too few or too many members"),
            (names != sorted(set(names)), "members stand in the order of their names, once each"),
            # whoever opens what is sealed to both aggregators has every value
            (len({card.signs for card in cards}) < len(cards), "a key stands twice"),
            (len({card.box for card in cards}) < len(cards), "a key stands twice"),
        )
        for wrong, why in whys:
            if wrong:
                raise _wrong(why)


def unpacked(data: bytes, wanted: str) -> dict[str, Any]:
    """Give the CBOR map of a message of the wanted type.

    Raises
    ------
    TanluError
        TL858 for anything else.
    """
    try:
        held = cbor.decode(data)
    except TanluError as error:
        raise TanluError("TL858", value=wanted, why=str(error)) from error
    if not isinstance(held, dict) or held.get("type") != wanted:
        raise TanluError("TL858", value=wanted, why="it is a message of another type")
    return held


def signed(data: object) -> cose.Statement:
    """Give the statement that a piece of a message is.

    Raises
    ------
    TanluError
        TL858 for anything else.
    """
    try:
        found = cose.Statement.decode(data if isinstance(data, bytes) else b"")
        _ = found.content  # refuses a payload that is no map of its type
    except TanluError as error:
        raise TanluError("TL858", value="statement", why=str(error)) from error
    return found


def _wrong(why: str) -> TanluError:
    return TanluError("TL858", value="call", why=why)
