"""What a witness answers (C2SP tlog-witness): to add-checkpoint, and to who monitors it."""

from __future__ import annotations

import re
import time
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.serve.front import Answer
from tanlu.serve.witness.quantum import Lasting
from tanlu.store.witness import Fork, Seen, WitnessState
from tanlu.terms.proof import checkpoint, note, tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tanlu.terms.proof import keys

__all__ = ["Request", "Witness"]

MAX_HASHES = 63
SIZE_MEDIA = "text/x.tlog.size"
OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
MONITORED = re.compile(r"/([0-9a-f]{64})/checkpoint")


class Request(NamedTuple):
    """A request to add a checkpoint: the size it goes on from, the proof, the signed note."""

    old: int
    proof: tuple[bytes, ...]
    note: note.Note
    head: checkpoint.Checkpoint

    @classmethod
    def parse(cls, body: bytes) -> Request:
        """Give the request that a body holds; only its form is checked.

        Raises
        ------
        TanluError
            TL634 for a body that is no request; TL121, TL122 for a note or checkpoint that is none.
        """
        head, found, rest = body.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise TanluError("TL634", value="old", why="not ASCII") from error
        old = OLD.fullmatch(first)
        if not found or not old:
            raise TanluError("TL634", value=first[:40], why="not a line 'old SIZE' and a blank one")
        proof = tuple(note.decoded(line, strict=True) for line in lines)
        if len(proof) > MAX_HASHES or any(len(each) != 32 for each in proof):
            raise TanluError("TL634", value=len(proof), why="not at most 63 hashes of 32 bytes")
        signed = note.Note.parse(rest)
        return cls(int(old[1]), proof, signed, checkpoint.Checkpoint.parse(signed.text))


class Witness:
    """A witness: its name and key, the keys of the logs it watches by origin, and its memory.

    With ``lasting`` it gives two lines, Ed25519 and ML-DSA-44; who knows one kind passes over the
    other.
    """

    def __init__(
        self,
        name: str,
        key: keys.SigningKey,
        logs: Mapping[str, Sequence[note.Verifier]],
        state: WitnessState,
        *,
        lasting: bool = False,
    ) -> None:
        self.name = name
        self.key = key
        self.logs = logs
        self.state = state
        self.lasting = Lasting(name, key) if lasting else None

    @property
    def vkey(self) -> str:
        """The line that tells it to others."""
        return note.Verifier(self.name, note.COSIGNATURE, self.key.public).vkey

    @property
    def vkeys(self) -> list[str]:
        """All its lines: a second one of ML-DSA-44 when it signs so too."""
        return [self.vkey] + ([self.lasting.verifier.vkey] if self.lasting else [])

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Give the answer to a request over HTTP."""
        if path.endswith("/add-checkpoint"):
            if method != "POST":
                return _said(405, "checkpoints are posted")
            return self.add_checkpoint(body, at_s=int(time.time()))
        monitored = MONITORED.fullmatch(path)
        if method == "GET" and monitored:
            return self.latest(monitored[1])
        return _said(404, "not found")

    def add_checkpoint(self, body: bytes, *, at_s: int) -> Answer:
        """Give a cosignature of a checkpoint seen at a time [unix s], or why there is none.

        200 with the line of signature; 400 for no request; 404 for a log that is not watched; 403
        for a signature that is missing or does not hold; 409 with the size from which to prove;
        422 for a tree that is not shown to go on from the one that was seen; 500 when the memory
        cannot be written, and then nothing is signed.
        """
        try:
            asked = Request.parse(body)
        except TanluError as error:
            return _said(400, str(error))
        if asked.head.origin not in self.logs:
            return _said(404, "unknown log")
        if not self._signed(asked):
            return _said(403, "invalid signature")
        if asked.old > asked.head.size:
            return _said(400, "the old size is greater than that of the checkpoint")
        try:
            return self._go_on(asked, at_s)
        except TanluError as error:
            return _said(500, error.code)

    def latest(self, origin_hash: str) -> Answer:
        """Give the latest cosigned checkpoint of the log with this SHA-256 of its origin [hex]."""
        try:
            for origin in self.state.origins():
                if sha256(origin.encode()).hexdigest() == origin_hash:
                    seen = self.state.seen(origin)
                    return _said(404, "not found") if seen is None else Answer(200, seen.note)
        except TanluError as error:
            return _said(500, error.code)
        return _said(404, "not found")

    def _signed(self, asked: Request) -> bool:
        held = False
        for verifier in self.logs[asked.head.origin]:
            for one in asked.note.signatures:
                if (one.name, one.key_id) == (verifier.name, verifier.key_id):
                    if note.holds(asked.note.text, one, verifier) is None:
                        return False
                    held = True
        return held

    def _go_on(self, asked: Request, at_s: int) -> Answer:
        origin, head = asked.head.origin, asked.head
        was = self.state.seen(origin)
        if was and head.size == was.size and head.root != was.root:
            # two notes of one log for one size: kept, it convicts the log
            self.state.keep_fork(Fork(origin, was.note, asked.note.encode()))
        if asked.old != (was.size if was else 0):
            return _size(was)
        wrong = _inconsistent(asked, was)
        if wrong:
            return _said(422, wrong)
        lines = self._lines(asked.note.text, at_s)
        kept = asked.note._replace(signatures=(*self._of_log(asked), *lines))
        other = self.state.advance(origin, was, Seen(head.size, head.root, kept.encode()))
        if other is not None:
            return _size(other)
        return Answer(200, "".join(f"{each.line}\n" for each in lines).encode())

    def _lines(self, text: str, at_s: int) -> list[note.Signature]:
        lines = [checkpoint.cosign(text, self.name, self.key, at_s)]
        second = self.lasting.cosign(text, at_s) if self.lasting else None
        return lines + ([second] if second else [])

    def _of_log(self, asked: Request) -> list[note.Signature]:
        # unknown lines are not ours to publish: anybody may have added them on the way
        known = {(each.name, each.key_id) for each in self.logs[asked.head.origin]}
        return [one for one in asked.note.signatures if (one.name, one.key_id) in known]


def _inconsistent(asked: Request, was: Seen | None) -> str | None:
    head = asked.head
    if head.size == 0 and head.root != tree.EMPTY:
        return "the root of an empty tree is the hash of nothing"
    if asked.old == 0 or was is None:
        return "a consistency proof from size 0 is empty" if asked.proof else None
    if not tree.verify_consistency(was.size, head.size, was.root, head.root, asked.proof):
        return "the consistency proof does not hold"
    return None


def _size(seen: Seen | None) -> Answer:
    return Answer(409, f"{seen.size if seen else 0}\n".encode(), SIZE_MEDIA)


def _said(status: int, why: str) -> Answer:
    return Answer(status, f"{why}\n".encode())
