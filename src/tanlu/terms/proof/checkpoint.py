"""Checkpoints (C2SP tlog-checkpoint v1.0.0): how long a log was and what its root was."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import note

if TYPE_CHECKING:
    from tanlu.terms.proof.keys import SigningKey
    from tanlu.terms.proof.note import Signature

__all__ = ["Checkpoint", "cosign", "signed"]

ROOT_BYTES = 32
MAX_SIZE = 2**63


class Checkpoint(NamedTuple):
    """The name of a log, its size in entries and the root of its tree."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{note.encoded(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Give the checkpoint of a note's text; lines after the third are passed over.

        Raises
        ------
        TanluError
            TL122 for a text that is no checkpoint.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise TanluError("TL122", value=text[:80], why="not three lines")
        origin, size, root = lines[:3]
        canonical = size.isascii() and size.isdigit() and str(int(size[:20])) == size
        if not canonical or int(size) >= MAX_SIZE:
            raise TanluError("TL122", value=size[:40], why="the size is no decimal number")
        found = note.decoded(root, strict=True)
        if len(found) != ROOT_BYTES:
            raise TanluError("TL122", value=root[:60], why="the root has not 32 bytes")
        return cls(origin, int(size), found)


def signed(checkpoint: Checkpoint, key: SigningKey) -> bytes:
    """Give the note of a checkpoint signed by its log; the key is named as the origin."""
    line = note.sign(checkpoint.text, checkpoint.origin, key)
    return note.Note(checkpoint.text, (line,)).encode()


def cosign(text: str, name: str, key: SigningKey, at_s: int) -> Signature:
    """Give a witness's signature of a checkpoint seen at a time [unix s]."""
    body = at_s.to_bytes(8, "big") + key.sign(note.cosigned_text(text, at_s))
    return note.Signature(name, note.key_id(name, note.COSIGNATURE, key.public), body)
