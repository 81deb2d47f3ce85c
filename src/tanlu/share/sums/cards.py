"""Who takes part in a sum: a name, a key that signs and a key to which one can write."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.share.sums.curve import sodium
from tanlu.terms.proof import keys

__all__ = ["Card", "Party", "sealed"]

NAME = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")
DOMAIN = b"tanlu/share/box/v1"


class Card(NamedTuple):
    """What others know of a party: its name and its two public keys."""

    name: str
    signs: bytes
    box: bytes

    @property
    def line(self) -> str:
        """The card as one line: name, signing key and box key, hexadecimal."""
        return f"{self.name} {self.signs.hex()} {self.box.hex()}"

    @classmethod
    def parse(cls, line: str) -> Card:
        """Give the card that a line says.

        Raises
        ------
        TanluError
            TL858 when it is none.
        """
        words = line.split()
        if len(words) != 3 or not NAME.fullmatch(words[0]):
            raise TanluError("TL858", value=line.strip()[:80], why="it is no card of a party")
        try:
            found = cls(words[0], bytes.fromhex(words[1]), bytes.fromhex(words[2]))
        except ValueError as error:
            raise TanluError("TL858", value=words[0], why="it is no card of a party") from error
        return found.checked()

    def checked(self) -> Card:
        """Give the card itself if its keys have their length.

        Raises
        ------
        TanluError
            TL858 when they have not.
        """
        if not NAME.fullmatch(self.name) or {len(self.signs), len(self.box)} != {32}:
            raise TanluError("TL858", value=self.name[:80], why="it is no card of a party")
        return self


class Party:
    """One who takes part: one secret seed of 32 bytes, from which both keys come.

    The signing key is Ed25519 of the seed, the box key X25519 of
    SHA-256("tanlu/share/box/v1" ‖ seed), so that no key does two things.
    """

    def __init__(self, name: str, seed: bytes) -> None:
        self.name = name
        self.key = keys.SigningKey(seed)
        self._box = sha256(DOMAIN + seed).digest()

    @property
    def card(self) -> Card:
        """What others may know."""
        public = sodium().crypto_scalarmult_base(self._box)
        return Card(self.name, self.key.public, public).checked()

    def opened(self, sealed: bytes) -> bytes | None:
        """Give what was sealed to this party, or None when it was not."""
        nacl: Any = sodium()
        try:
            return bytes(nacl.crypto_box_seal_open(sealed, self.card.box, self._box))
        except Exception:  # noqa: BLE001 - whatever the bytes are, they were not sealed to us
            return None


def sealed(card: Card, content: bytes) -> bytes:
    """Give bytes that only this party can read (libsodium's sealed box).

    Raises
    ------
    TanluError
        TL858 for a key to which nothing can be sealed, such as nought.
    """
    nacl = sodium()
    try:
        return bytes(nacl.crypto_box_seal(content, card.box))
    except Exception as error:
        raise TanluError("TL858", value=card.name, why="nothing is sealed to its key") from error
