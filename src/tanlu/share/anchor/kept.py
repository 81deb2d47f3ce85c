"""What is kept of an anchor: the checkpoint that was shown, and what the third party answered."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import cbor, checkpoint, note, tree

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Kept", "opened", "stands", "statement_of"]

TYPE = "tanlu/anchor-receipt/v1"
KINDS = ("rfc3161", "evm", "webhook")


class Kept(NamedTuple):
    """The kind of an anchor, the signed checkpoint, and the receipt as the third party gave it."""

    kind: str
    note: bytes
    receipt: bytes

    @property
    def head(self) -> checkpoint.Checkpoint:
        """The checkpoint that was shown."""
        return checkpoint.Checkpoint.parse(note.Note.parse(self.note).text)

    def encode(self) -> bytes:
        """Give the bytes that are kept as an original."""
        return cbor.encode({"type": TYPE, **self._asdict()})


def opened(data: bytes) -> Kept:
    """Give what was kept.

    Raises
    ------
    TanluError
        TL113, TL867 for other bytes.
    """
    match cbor.decode(data):
        case {"type": told, "kind": str(kind), "note": bytes(said), "receipt": bytes(receipt)}:
            if told == TYPE and kind in KINDS:
                return Kept(kind, said, receipt)
    raise TanluError("TL867", value="?", why="not a kept receipt")


def statement_of(kept: Kept) -> dict[str, Any]:
    """Give the payload of the log's statement about an anchor."""
    head = kept.head
    return {
        "type": "tanlu/anchor/v1", "kind": kept.kind, "size": head.size, "root": head.root,
        "receipt": sha256(kept.encode()).digest(),
    }  # fmt: skip


def stands(kept: Kept, newest: checkpoint.Checkpoint, proof: Sequence[bytes]) -> bool:
    """Tell whether a log as it is now still begins with the tree that was anchored.

    Parameters
    ----------
    newest
        The log's checkpoint of today.
    proof
        Its proof of consistency from the anchored size.
    """
    head = kept.head
    return head.origin == newest.origin and tree.verify_consistency(
        head.size, newest.size, head.root, newest.root, proof
    )
