"""Trust policies (C2SP tlog-policy): which logs and which witnesses somebody believes."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.terms.proof import note
from tanlu.terms.proof.checkpoint import Checkpoint
from tanlu.terms.proof.note import Note, Verifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Policy", "Trusted"]

MAX_BYTES = 1_000_000
NONE = "none"
# clocks of honest witnesses differ; who is further ahead tells a time that is not yet
FUTURE_S = 300


class Trusted(NamedTuple):
    """A checkpoint that a policy accepts, and when each witness of the policy saw it [unix s]."""

    origin: str
    size: int
    root: bytes
    cosigned: Mapping[str, int]


class _Group(NamedTuple):
    least: int
    members: tuple[str, ...]


class Policy(NamedTuple):
    """Logs, witnesses by name, groups by name, and the name that must have witnessed."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier]
    groups: Mapping[str, _Group]
    quorum: str

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Give the policy of a file of lines ``log``, ``witness``, ``group`` and ``quorum``.

        Raises
        ------
        TanluError
            TL124 with the line that is not understood, TL120 for a key that is none.
        """
        if len(text) > MAX_BYTES or re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text):
            raise TanluError("TL124", value=text[:40], why="control characters, or too long")
        made = _Reading()
        for number, line in enumerate(text.split("\n"), 1):
            words = re.findall(r"[^ \t]+", line)
            if words and not words[0].startswith("#"):
                _read(made, words, number)
        if made.quorum is None:
            raise TanluError("TL124", value="quorum", why="there is no such line")
        return cls(tuple(made.logs), made.witnesses, made.groups, made.quorum)

    def check(
        self, signed: bytes, *, max_age_s: int | None = None, now_s: int | None = None
    ) -> Trusted:
        """Give what a signed checkpoint says, if a log and the quorum stand for it.

        Parameters
        ----------
        signed
            The note.
        max_age_s
            A witness counts only if it saw the checkpoint within so many seconds.
        now_s
            The time to count from, unix seconds; the clock's if not said.

        Raises
        ------
        TanluError
            TL125 when no log of the policy signed it, TL126 when a signature of a known key does
            not hold, TL127 when the quorum is not reached, TL128 when it is reached only with
            cosignatures that are too old or of a time to come; TL121, TL122 for other bytes.
        """
        kept = Note.parse(signed)
        head = Checkpoint.parse(kept.text)
        logs = [log for log in self.logs if log.name == head.origin]
        if not any(_time(kept, log) is not None for log in logs):
            raise TanluError("TL125", value=head.origin)
        found = {
            name: at_s
            for name, witness in self.witnesses.items()
            if (at_s := _time(kept, witness)) is not None
        }
        now = int(time.time()) if now_s is None else now_s
        fresh = {
            name: at_s
            for name, at_s in found.items()
            if at_s <= now + FUTURE_S and (max_age_s is None or now - at_s <= max_age_s)
        }
        if not self.reached(fresh):
            code = "TL128" if self.reached(found) else "TL127"
            raise TanluError(code, value=", ".join(sorted(found)) or NONE, quorum=self.quorum)
        return Trusted(head.origin, head.size, head.root, fresh)

    def reached(self, names: Mapping[str, int] | set[str]) -> bool:
        """Tell whether these witnesses are enough."""
        # a group names only what stands before it, so one pass in order is enough
        told = dict.fromkeys(self.witnesses, False) | dict.fromkeys(names, True) | {NONE: True}
        for name, group in self.groups.items():
            told[name] = sum(told[each] for each in group.members) >= group.least
        return told[self.quorum]


def _time(kept: Note, verifier: Verifier) -> int | None:
    """Give when a verifier signed a note, null if it did not.

    Raises
    ------
    TanluError
        TL126 when a line says so and does not hold: such a note is refused as a whole.
    """
    times = []
    for one in kept.signatures:
        if (one.name, one.key_id) == (verifier.name, verifier.key_id):
            at_s = note.holds(kept.text, one, verifier)
            if at_s is None:
                raise TanluError("TL126", value=verifier.name)
            times.append(at_s)
    return max(times, default=None)


class _Reading:
    """What the lines so far have said."""

    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: dict[str, Verifier] = {}
        self.groups: dict[str, _Group] = {}
        self.quorum: str | None = None
        self.members: set[str] = set()

    def defined(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups


def _read(made: _Reading, words: list[str], number: int) -> None:
    match words:
        case ["log", vkey] | ["log", vkey, _]:
            log = Verifier.parse(vkey)
            _once(log, made.logs, number)
            made.logs.append(log)
        case ["witness", name, vkey] | ["witness", name, vkey, _]:
            _fresh(made, name, number)
            witness = Verifier.parse(vkey)
            _once(witness, made.witnesses.values(), number)
            if witness.kind not in (note.COSIGNATURE, note.MLDSA):
                raise _wrong(number, "a witness's key is of the kind of cosignatures")
            made.witnesses[name] = witness
        case ["group", name, least, *members] if members:
            _fresh(made, name, number)
            made.groups[name] = _Group(_least(least, len(members), number), tuple(members))
            for member in members:
                if not made.defined(member) or member in made.members or member == name:
                    raise _wrong(number, f"{member} is not defined before, or a member already")
                made.members.add(member)
        case ["quorum", name]:
            if made.quorum is not None or not (name == NONE or made.defined(name)):
                raise _wrong(number, f"{name} is not defined before, or a second quorum")
            made.quorum = name
        case _:
            raise _wrong(number, f"no such line: {' '.join(words)[:60]}")


def _fresh(made: _Reading, name: str, number: int) -> None:
    if name == NONE or made.defined(name):
        raise _wrong(number, f"{name} is taken")


def _once(verifier: Verifier, others: Iterable[Verifier], number: int) -> None:
    # one key under two names would be two witnesses that are one
    if any(verifier.public == other.public for other in others):
        raise _wrong(number, f"the key of {verifier.name} stands twice")


def _least(text: str, members: int, number: int) -> int:
    if text in ("any", "all"):
        return 1 if text == "any" else members
    if not re.fullmatch("[1-9][0-9]{0,5}", text) or int(text) > members:
        raise _wrong(number, f"{text} of {members}")
    return int(text)


def _wrong(number: int, why: str) -> TanluError:
    return TanluError("TL124", value=f"line {number}", why=why)
