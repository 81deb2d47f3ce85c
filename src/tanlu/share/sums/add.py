"""What an aggregator does: hold his halves, agree on the set, and add."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.share.differences import isolated
from tanlu.share.sums.call import SIDES, Call, signed, unpacked
from tanlu.share.sums.curve import ORDER, scalar
from tanlu.share.sums.given import Half, halves, taken
from tanlu.terms.proof import cbor, cose

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tanlu.share.sums.cards import Party

__all__ = ["PART", "Aggregator", "part_of"]

PART = "tanlu/sum-part/v1"
TYPE = "tanlu/sum-half/v1"


class Aggregator:
    """One of the two who add; he sees his halves, which are random numbers, and nothing else.

    Parameters
    ----------
    call
        The call.
    party
        He himself, with his seed.
    earlier
        His own parts of this and earlier calls, as he signed them: no total that he helps to make
        may tell, with them, about fewer members than the call allows.

    Raises
    ------
    TanluError
        TL858 when the call does not name him, or a part is not his.
    """

    def __init__(self, call: Call, party: Party, earlier: Iterable[bytes] = ()) -> None:
        self.call = call
        self.party = party
        found = [side for side in SIDES if call.side(side) == party.card]
        if not found:
            raise TanluError("TL858", value=party.name, why="the call names no such aggregator")
        self.side = found[0]
        self._sets = [names for part in earlier if (names := self._earlier(part)) is not None]
        self._held: dict[str, tuple[bytes, Half]] = {}

    def take(self, message: bytes) -> str:
        """Take a member's message and give his name.

        Raises
        ------
        TanluError
            TL858 for a message that is not in its form, TL859 when a member gives other values
            again, TL860 when his half is not what he committed to.
        """
        given = taken(self.call, message)
        statement = sha256(given.statement).digest()
        known = self._held.get(given.supplier)
        if known is not None and known[0] != statement:
            raise TanluError("TL859", value=given.supplier)
        self._held[given.supplier] = (
            statement,
            halves(self.call, given, self.side, self.party),
        )
        return given.supplier

    @property
    def members(self) -> list[str]:
        """Names of those whose halves are here and hold."""
        return sorted(self._held)

    def add(self, names: Collection[str], *, at_s: int) -> bytes:
        """Give the signed sum of the halves of these members: the agreed set.

        Raises
        ------
        TanluError
            TL858 for a member of whom nothing was taken, TL862 when the set is too small or would
            tell, with earlier totals, about too few.
        """
        chosen = sorted(set(names))
        for name in chosen:
            if name not in self._held:
                raise TanluError("TL858", value=name, why="nothing was taken from this member")
        self._allowed(frozenset(chosen))
        statements = [self._held[name][0] for name in chosen]
        columns = list(zip(*(self._held[name][1] for name in chosen), strict=True))
        payload = {
            "type": PART,
            "call": self.call.hash,
            "cell": self.call.cell,
            "side": self.side,
            "members": len(chosen),
            "set": set_hash(chosen, statements),
            "values": [scalar(sum(pair[0] for pair in column) % ORDER) for column in columns],
            "blindings": [scalar(sum(pair[1] for pair in column) % ORDER) for column in columns],
        }
        self._sets.append(frozenset(chosen))
        statement = cose.Statement.sign(
            self.party.key, type="sum-part", issuer=self.party.name,
            subject=f"sum:{self.call.hash.hex()}", issued_s=at_s, payload=payload,
        )  # fmt: skip
        return cbor.encode(
            {
                "type": TYPE,
                "statement": statement.encode(),
                "suppliers": chosen,
                "statements": statements,
            }
        )

    def _allowed(self, chosen: frozenset[str]) -> None:
        least = self.call.least
        if len(chosen) < least:
            why = f"{len(chosen)} members, at least {least} are wanted"
            raise TanluError("TL862", value=self.call.period, why=why)
        if chosen in self._sets:
            return  # the same total once more tells nothing new
        told = isolated([*self._sets, chosen], least)
        if told is not None:
            names = ", ".join(sorted(map(str, told))) or "?"
            why = f"with earlier totals it would tell about fewer than {least} members: {names}"
            raise TanluError("TL862", value=self.call.period, why=why)

    def _earlier(self, message: bytes) -> frozenset[str] | None:
        """Give the set of an earlier part of the same numbers, or None for other numbers."""
        said, content = part_of(message)
        if not said.verify(self.party.key.public):
            raise TanluError("TL858", value=PART, why="an earlier part is not ours")
        same = content.get("cell") == self.call.cell
        return frozenset(content["suppliers"]) if same else None


def set_hash(names: Sequence[str], statements: Sequence[bytes]) -> bytes:
    """Give the hash of the agreed set: the names in order, and what each stated."""
    return sha256(cbor.encode([list(names), list(statements)])).digest()


def part_of(message: bytes) -> tuple[cose.Statement, dict[str, Any]]:
    """Give the statement of a part and what it says, with the set that it names by its hash.

    Raises
    ------
    TanluError
        TL858 for anything else; the signature is not checked here.
    """
    held = unpacked(message, TYPE)
    said = signed(held.get("statement"))
    names, statements = held.get("suppliers"), held.get("statements")
    if said.content["type"] != PART or not (
        isinstance(names, list) and isinstance(statements, list)
    ):
        raise TanluError("TL858", value=PART, why="it is a message of another type")
    if said.content.get("set") != set_hash(names, statements):
        raise TanluError("TL858", value=PART, why="its set is not the one that was signed")
    return said, {**said.content, "suppliers": names, "statements": statements}
