"""Proofs that a log told two histories, which anybody checks with the log's key alone.

A failing proof of consistency convicts nobody: anybody can make one. What convicts is a proof that
holds: from the root of the *larger* signed tree down to the root that its first n entries have,
beside a note for n entries in which the log signed another root.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import checkpoint, note, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Equivocation", "Judged"]

TYPE = "tanlu/equivocation/v1"
MAX_BYTES = 4_000_000
MAX_HASHES = 64
MEMBERS = {"type", "vkey", "smaller", "larger", "root", "path"}


class Judged(NamedTuple):
    """What a proof shows: ``forked``, ``consistent`` (no fork) or ``void`` (shows nothing)."""

    verdict: str
    origin: str
    sizes: tuple[int, int]
    roots: tuple[bytes, bytes]


class Equivocation(NamedTuple):
    """Two signed notes of one log, and what the larger tree says of the smaller one.

    ``root`` is the root of the larger tree's first entries, as many as the smaller one has, and
    ``path`` the consistency proof from it (RFC 6962 section 2.1.2) to the larger tree's root.
    """

    vkey: str
    smaller: bytes
    larger: bytes
    root: bytes
    path: tuple[bytes, ...]

    @classmethod
    def between(
        cls, vkey: str, smaller: bytes, larger: bytes, levels: Sequence[bytes]
    ) -> Equivocation:
        """Give the proof from two notes and the larger tree's `tree.levels`.

        Raises
        ------
        TanluError
            TL121, TL122 for notes that are no checkpoints.
        """
        size = _head(smaller).size
        leaves = levels[0][: size * tree.HASH_BYTES]
        path = tree.consistency(levels, size) if size else []
        return cls(vkey, smaller, larger, tree.root(leaves), tuple(path))

    def encode(self) -> bytes:
        """Give the file: JSON in the one form of RFC 8785 (texts only), a line feed at its end."""
        said = {
            "type": TYPE,
            "vkey": self.vkey,
            "smaller": self.smaller.decode(),
            "larger": self.larger.decode(),
            "root": note.encoded(self.root),
            "path": [note.encoded(each) for each in self.path],
        }
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return f"{text}\n".encode()

    @classmethod
    def decode(cls, data: bytes) -> Equivocation:
        """Give the proof that a file holds; only its form is checked.

        Raises
        ------
        TanluError
            TL632 for bytes that are no such proof.
        """
        try:
            said = json.loads(data) if len(data) <= MAX_BYTES else None
        except (ValueError, RecursionError) as error:
            raise _wrong("not JSON") from error
        if not isinstance(said, dict) or set(said) != MEMBERS or said["type"] != TYPE:
            raise _wrong(f"not an object of type {TYPE}")
        try:
            return cls._from(said)
        except (TanluError, UnicodeError) as error:
            raise _wrong(str(error)) from error

    def judge(self) -> Judged:
        """Tell what the proof shows, believing nothing but the arithmetic and the log's key.

        Raises
        ------
        TanluError
            TL632 when a note is no checkpoint or is not signed by the key that the proof names.
        """
        small, large = self._signed(self.smaller), self._signed(self.larger)
        if small.origin != large.origin or small.size > large.size:
            raise _wrong("the notes are not of one log, the smaller one first")
        sizes, roots = (small.size, large.size), (small.root, large.root)

        def judged(verdict: str) -> Judged:
            return Judged(verdict, small.origin, sizes, roots)

        if small.size == large.size:
            return judged("consistent" if small.root == large.root else "forked")
        if small.size == 0:
            return judged("consistent" if small.root == tree.EMPTY else "forked")
        if not tree.verify_consistency(*sizes, self.root, large.root, self.path):
            return judged("void")
        return judged("consistent" if self.root == small.root else "forked")

    def _signed(self, data: bytes) -> checkpoint.Checkpoint:
        try:
            kept, verifier = note.Note.parse(data), note.Verifier.parse(self.vkey)
            head = checkpoint.Checkpoint.parse(kept.text)
        except TanluError as error:
            raise _wrong(str(error)) from error
        if all(note.holds(kept.text, one, verifier) is None for one in kept.signatures):
            raise _wrong(f"a note is not signed by {verifier.name}")
        return head

    @classmethod
    def _from(cls, said: dict[str, Any]) -> Equivocation:
        texts = [said["vkey"], said["smaller"], said["larger"], said["root"]]
        path = said["path"]
        if not isinstance(path, list) or len(path) > MAX_HASHES:
            raise _wrong("the path is a list of at most 64 hashes")
        if not all(isinstance(each, str) for each in (*texts, *path)):
            raise _wrong("its members are texts")
        hashes = [note.decoded(each, strict=True) for each in (said["root"], *path)]
        if any(len(each) != tree.HASH_BYTES for each in hashes):
            raise _wrong("hashes have 32 bytes")
        smaller, larger = said["smaller"].encode(), said["larger"].encode()
        return cls(said["vkey"], smaller, larger, hashes[0], tuple(hashes[1:]))


def _head(data: bytes) -> checkpoint.Checkpoint:
    return checkpoint.Checkpoint.parse(note.Note.parse(data).text)


def _wrong(why: str) -> TanluError:
    return TanluError("TL632", why=why)
