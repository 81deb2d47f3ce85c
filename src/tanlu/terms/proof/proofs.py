"""Proofs that an entry stands in a log, one small file each (C2SP tlog-proof)."""

from __future__ import annotations

from dataclasses import dataclass

from tanlu.errors import TanluError
from tanlu.terms.proof import note, tree
from tanlu.terms.proof.checkpoint import Checkpoint

__all__ = ["TlogProof"]

HEADER = "c2sp.org/tlog-proof@v1"
MAX_BYTES = 1_000_000
MAX_HASHES = 63
HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class TlogProof:
    """Where an entry stands, the way to the root, and the signed checkpoint of that root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Give the file ``.tlog-proof``."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {note.encoded(self.extra)}")
        lines += [f"index {self.index}", *(note.encoded(each) for each in self.path), ""]
        return "\n".join([*lines, ""]).encode() + self.checkpoint

    @classmethod
    def decode(cls, data: bytes) -> TlogProof:
        """Give the proof that a file holds; only its form is checked.

        Raises
        ------
        TanluError
            TL123 for bytes that are no such file.
        """
        head, found, rest = data.partition(b"\n\n")
        if not found or len(data) > MAX_BYTES:
            raise _wrong(data[:40], "no blank line before the checkpoint")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise _wrong(data[:40], "not ASCII") from error
        if lines.pop(0) != HEADER:
            raise _wrong(head[:40], f"its first line is not {HEADER}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = note.decoded(lines.pop(0)[6:], strict=True)
        if not lines or not lines[0].startswith("index "):
            raise _wrong(head[:80], "no line of index")
        index = _whole(lines.pop(0)[6:])
        path = tuple(note.decoded(line, strict=True) for line in lines)
        if len(path) > MAX_HASHES or any(len(each) != HASH_BYTES for each in path):
            raise _wrong(index, "hashes have 32 bytes, and a path at most 63 of them")
        return cls(index, path, rest, extra)

    def leads(self, leaf_hash: bytes) -> bool:
        """Tell whether the path leads from a leaf to the root of the checkpoint.

        Who signed the checkpoint is not asked here: `tanlu.terms.proof.policy` does.

        Raises
        ------
        TanluError
            TL121, TL122 when the checkpoint is none.
        """
        head = Checkpoint.parse(note.Note.parse(self.checkpoint).text)
        return tree.verify_inclusion(self.index, head.size, leaf_hash, self.path, head.root)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and str(int(text)) == text):
        raise _wrong(text[:40], "not a decimal number")
    return int(text)


def _wrong(value: object, why: str) -> TanluError:
    return TanluError("TL123", value=value, why=why)
