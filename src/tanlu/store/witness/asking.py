"""Asks witnesses to cosign a checkpoint (C2SP tlog-witness, the side of the log)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.witness.web import ask
from tanlu.terms.proof import checkpoint, note, policy

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tanlu.store.log import WorkspaceLog

__all__ = ["Asked", "Cosigned", "collect", "witnessed", "witnesses_of"]

MAX_ANSWER_BYTES = 64 * 1024
# another writer may move the witness on between its two answers
TRIES = 3
MEMBERS = 16


class Asked(NamedTuple):
    """A witness that can be asked: its key, and the address below which it answers."""

    verifier: note.Verifier
    url: str


class Cosigned(NamedTuple):
    """A note with the cosignatures that came, and for each witness that gave none why."""

    note: bytes
    refused: dict[str, TanluError]


def witnesses_of(policy_text: str) -> list[Asked]:
    """Give the witnesses of a policy that have an address.

    Raises
    ------
    TanluError
        TL124, TL120 for a policy that is not understood.
    """
    trusted = policy.Policy.parse(policy_text)
    found = []
    for line in policy_text.split("\n"):
        match re.findall(r"[^ \t]+", line):
            case ["witness", name, _, url]:
                found.append(Asked(trusted.witnesses[name], url))
    return found


def collect(
    signed: bytes,
    prove: Callable[[int], Sequence[bytes]],
    witnesses: Sequence[Asked],
    *,
    old: int = 0,
    timeout_s: float = 10.0,
) -> Cosigned:
    """Give a signed checkpoint with the cosignatures of all witnesses that gave one.

    Parameters
    ----------
    signed
        The checkpoint, signed by its log.
    prove
        Gives the consistency proof from an older size to that of the checkpoint.
    witnesses
        Whom to ask; they are asked at the same time, and one that fails stops no other.
    old
        The size that the witnesses have probably seen; who has seen another says so.
    timeout_s
        How long one answer may take [s].

    Raises
    ------
    TanluError
        TL121, TL122 when ``signed`` is no checkpoint.
    """
    kept = note.Note.parse(signed)
    size = checkpoint.Checkpoint.parse(kept.text).size

    def one(witness: Asked) -> list[note.Signature] | TanluError:
        try:
            return _cosignatures(witness, kept, size, prove, min(old, size), timeout_s=timeout_s)
        except TanluError as error:
            return error

    with ThreadPoolExecutor(max(1, min(MEMBERS, len(witnesses)))) as pool:
        answers = list(pool.map(one, witnesses))
    # of each key the newest line alone stays, however often a witness is asked
    lines, refused = {(each.name, each.key_id): each for each in kept.signatures}, {}
    for witness, answer in zip(witnesses, answers, strict=True):
        if isinstance(answer, TanluError):
            refused[witness.verifier.name] = answer
        else:
            lines |= {(each.name, each.key_id): each for each in answer}
    return Cosigned(kept._replace(signatures=tuple(lines.values())).encode(), refused)


def witnessed(log: WorkspaceLog, policy_text: str) -> Cosigned:
    """Give a log's newest checkpoint with the cosignatures of a policy's witnesses, published so.

    Raises
    ------
    TanluError
        TL124, TL120 for a policy that is not understood, TL620 when the log grew meanwhile.
    """
    asked = witnesses_of(policy_text)
    found = collect(log.checkpoint(), log.consistency, asked)
    if found.note != log.tiled.signed:
        log.tiled.replace(found.note)
    return found


def _cosignatures(
    witness: Asked,
    kept: note.Note,
    size: int,
    prove: Callable[[int], Sequence[bytes]],
    old: int,
    *,
    timeout_s: float,
) -> list[note.Signature]:
    url = f"{witness.url.rstrip('/')}/add-checkpoint"
    for _ in range(TRIES):
        path = prove(old) if 0 < old < size else []
        body = "".join([f"old {old}\n", *(f"{note.encoded(one)}\n" for one in path), "\n"])
        reply = ask(
            url, body.encode() + kept.encode(), max_bytes=MAX_ANSWER_BYTES, timeout_s=timeout_s
        )
        if reply.status == 200:
            return _held(witness, kept, reply.body)
        if reply.status != 409:
            said = reply.body[:200].decode(errors="replace").strip()
            raise _refused(witness, f"it answers {reply.status} {said}")
        old = _told(witness, reply.body)
        if old > size:
            # never to be passed over: this log was set back, or somebody else signs in its name
            raise TanluError("TL636", value=witness.verifier.name, seen=old, size=size)
    raise _refused(witness, "it moves on faster than it is asked")


def _held(witness: Asked, kept: note.Note, body: bytes) -> list[note.Signature]:
    # unknown lines are passed over; those of the witness must hold
    lines = note.Note.parse(kept.text.encode() + b"\n" + body).signatures
    mine = [one for one in lines if note.holds(kept.text, one, witness.verifier) not in (None, 0)]
    if not mine:
        raise _refused(witness, "its answer has no signature that holds")
    return mine


def _told(witness: Asked, body: bytes) -> int:
    if not re.fullmatch(rb"(0|[1-9][0-9]{0,18})\n?", body):
        raise _refused(witness, "it tells no size")
    return int(body)


def _refused(witness: Asked, why: str) -> TanluError:
    return TanluError("TL635", value=witness.verifier.name, why=why)
