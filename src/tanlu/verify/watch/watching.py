"""One look at a log: what is new since the last, and whether it still tells the same history."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.store.witness import Watched, fetch, witnesses_of
from tanlu.terms import Progress
from tanlu.terms.proof import checkpoint, cose, note, policy, registry, tiles, tree
from tanlu.verify.watch.equivocation import Equivocation
from tanlu.verify.watch.served import MAX_NOTE_BYTES, Served

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Found", "Watch", "watch"]

# beyond these the count alone is told: a log that is not of Tanlu breaks the rules in each entry
MAX_FOUND = 1000
QUORUM = ("TL127", "TL128")
# what a note says, and the note
Signed = tuple[checkpoint.Checkpoint, bytes]


class Found(NamedTuple):
    """A finding: where (an entry, a path, a witness), and what."""

    where: str
    error: TanluError


class Watch(NamedTuple):
    """What a look at a log gave.

    ``size`` and ``root`` are those of the last good tree, ``new`` the entries since the look
    before, ``refused`` how many entries so far broke the rules of registration, ``proofs`` what
    convicts the log.
    """

    origin: str
    size: int
    root: bytes
    new: int
    refused: int
    findings: tuple[Found, ...]
    proofs: tuple[Equivocation, ...]


def watch(
    place: str,
    policy_text: str,
    state: Watched,
    *,
    max_age_s: int | None = None,
    now_s: int | None = None,
) -> Iterator[Progress]:
    """Look at a log once; the last step's result is a `Watch`.

    New entries are downloaded, hashed to the root of the checkpoint, compared with the tiles of
    hashes, and admitted by the rules of registration. The checkpoint is compared with the one of
    the last look, and with those that the policy's witnesses tell, where they have an address.

    Parameters
    ----------
    place
        Folder or web address of the log.
    policy_text
        The policy that names the log and the witnesses.
    state
        What was kept at the last look; it moves on only when everything came out.
    max_age_s, now_s
        As in `tanlu.terms.proof.policy.Policy.check`.

    Raises
    ------
    TanluError
        TL125, TL126 when the checkpoint is not signed by a log of the policy, TL121, TL122 when it
        is none, TL631 when the place cannot be read, TL630 for a state of another log, TL124 for a
        policy that is not understood.
    """
    look = _Look(Served(place), policy.Policy.parse(policy_text), state)
    # the witnesses are asked first: what they saw must be in what the log then serves
    origin, _ = look.signed(look.served.checkpoint())
    told = _told(policy_text, origin.origin, look)
    head, signed = look.signed(look.served.checkpoint())
    with look.noting("checkpoint", QUORUM):
        look.trusted.check(signed, max_age_s=max_age_s, now_s=now_s)
    was = look.before(head)
    if was is None or head.size > was[0].size:
        yield from _go_on(look, head, signed, was)
    else:
        look.compare(head, signed, *was)
    _compare_told(look, told)
    last = state.note
    kept = look.signed(last)[0] if last else head._replace(size=0, root=tree.EMPTY)
    new = kept.size - (was[0].size if was else 0)
    result = Watch(
        head.origin, kept.size, kept.root, new, len(state.refused()),
        tuple(look.findings[:MAX_FOUND]), tuple(look.proofs),
    )  # fmt: skip
    yield Progress("watch", kept.size, kept.size, "entries", result)


@dataclass
class _Look:
    served: Served
    trusted: policy.Policy
    state: Watched
    findings: list[Found] = field(default_factory=list)
    proofs: list[Equivocation] = field(default_factory=list)

    def signed(self, data: bytes) -> Signed:
        kept = note.Note.parse(data)
        head = checkpoint.Checkpoint.parse(kept.text)
        self.log(kept, head)
        return head, data

    def log(self, kept: note.Note, head: checkpoint.Checkpoint) -> note.Verifier:
        """Give the log of the policy that signed a note; the quorum is not asked."""
        logs = [each for each in self.trusted.logs if each.name == head.origin]
        for verifier in logs:
            for one in kept.signatures:
                if (one.name, one.key_id) == (verifier.name, verifier.key_id):
                    if note.holds(kept.text, one, verifier) is None:
                        raise TanluError("TL126", value=verifier.name)
                    return verifier
        raise TanluError("TL125", value=head.origin)

    @contextlib.contextmanager
    def noting(self, where: str, codes: tuple[str, ...] | None = None) -> Iterator[None]:
        """Make a finding of what goes wrong inside."""
        try:
            yield
        except TanluError as error:
            if codes is not None and error.code not in codes:
                raise
            self.findings.append(Found(where, error))

    def before(self, head: checkpoint.Checkpoint) -> Signed | None:
        """Give the checkpoint of the last look."""
        last = self.state.note
        if last is None:
            return None
        was = checkpoint.Checkpoint.parse(note.Note.parse(last).text)
        if was.origin != head.origin:
            why = f"it is of the log {was.origin}, not of {head.origin}"
            raise TanluError("TL630", value=self.state.path, why=why)
        return was, last

    def compare(
        self, head: checkpoint.Checkpoint, signed: bytes, was: checkpoint.Checkpoint, last: bytes
    ) -> None:
        """Compare a checkpoint with the larger tree that is kept."""
        if self.state.root(head.size) != head.root:
            levels = tree.levels(self.state.leaves(was.size))
            self.forked(signed, last, levels, "checkpoint")
        elif head.size < was.size:
            levels = tree.levels(self.state.leaves(was.size))
            self.proofs.append(Equivocation.between(self.vkey(last), signed, last, levels))
            error = TanluError("TL638", value=head.origin, seen=was.size, size=head.size)
            self.findings.append(Found("checkpoint", error))

    def forked(self, smaller: bytes, larger: bytes, levels: list[bytes], where: str) -> None:
        """Convict the log by two of its notes."""
        proof = Equivocation.between(self.vkey(larger), smaller, larger, levels)
        judged = proof.judge()
        assert judged.verdict == "forked", "two trees were told apart that are not apart"
        first, second = judged.sizes
        error = TanluError("TL637", value=judged.origin, first=first, second=second)
        self.findings.append(Found(where, error))
        self.proofs.append(proof)

    def vkey(self, data: bytes) -> str:
        kept = note.Note.parse(data)
        return self.log(kept, checkpoint.Checkpoint.parse(kept.text)).vkey


def _go_on(
    look: _Look, head: checkpoint.Checkpoint, signed: bytes, was: Signed | None
) -> Iterator[Progress]:
    """Download what is new and keep it if it leads to the root; else find out why it does not."""
    since = was[0].size if was else 0
    new = _New(look.state, since)
    try:
        for bundle in look.served.bundles(since, head.size):
            new.take(bundle.number, bundle.entries, bundle.hashes)
            done = min(head.size, (bundle.number + 1) * tiles.WIDTH)
            yield Progress("watch", done, head.size, "entries")
    except TanluError as error:
        if error.code != "TL639":
            raise
        look.findings.append(Found(str(error.fields["value"]), error))
        return
    if tree.root(new.row(head.size)) != head.root or not new.agrees():
        _why_not(look, head, signed, was)
        return
    look.state.keep(
        signed, hashes=new.tiles, statements=new.statements,
        refused=[(int(found.where), found.error.code) for found in new.findings],
    )  # fmt: skip
    look.findings += new.findings
    wrong = look.served.wrong_tiles(
        head.size, since, new.tiles, look.state.roots(head.size // tiles.WIDTH)
    )
    look.findings += [Found(str(each.fields["value"]), each) for each in wrong]


def _why_not(look: _Look, head: checkpoint.Checkpoint, signed: bytes, was: Signed | None) -> None:
    """Tell a log that signed another history from one whose files are not what it signed."""
    if was is not None:
        # with the whole tree that is served now, the older root can be shown to be another
        hashes = [bundle.hashes for bundle in look.served.bundles(0, head.size)]
        levels = tree.levels(b"".join(hashes))
        if levels[-1] == head.root:
            look.forked(was[1], signed, levels, "checkpoint")
            return
    why = "the entries do not hash to the root of the checkpoint"
    look.findings.append(Found("entries", TanluError("TL639", value=look.served.place, why=why)))


class _New:
    """The entries since the last look, on top of what is kept."""

    def __init__(self, state: Watched, since: int) -> None:
        self.state, self.since = state, since
        self.tiles: dict[int, bytes] = {}
        self.statements: list[tuple[int, bytes]] = []
        self.findings: list[Found] = []
        self.registry = registry.Registry()
        for place, entry in state.statements():
            self.registry.admit(place, cose.Statement.decode(entry))

    def take(self, number: int, entries: list[bytes], hashes: bytes) -> None:
        self.tiles[number] = hashes
        for place, entry in enumerate(entries, number * tiles.WIDTH):
            if place >= self.since:
                self._admit(place, entry)

    def agrees(self) -> bool:
        """Tell whether the first tile still begins with the hashes that are kept."""
        number, width = divmod(self.since, tiles.WIDTH)
        kept = self.state.tile(number)[: width * tiles.HASH_BYTES]
        return not width or self.tiles[number][: len(kept)] == kept

    def row(self, size: int) -> bytes:
        """Give the roots of all tiles, old and new, the last one of its part."""
        first = self.since // tiles.WIDTH
        new = [tree.root(self.tiles[number]) for number in sorted(self.tiles)]
        return self.state.roots(first) + b"".join(new) if size else b""

    def _admit(self, place: int, entry: bytes) -> None:
        try:
            statement = cose.Statement.decode(entry)
            self.registry.admit(place, statement)
        except TanluError as error:
            self.findings.append(Found(str(place), error))
            return
        if statement.type in registry.KEYS:
            self.statements.append((place, entry))


def _told(policy_text: str, origin: str, look: _Look) -> Mapping[str, bytes]:
    """Give the checkpoint of this log that each witness with an address tells."""
    found = {}
    path = f"{sha256(origin.encode()).hexdigest()}/checkpoint"
    for witness in witnesses_of(policy_text):
        name = witness.verifier.name
        with look.noting(name):
            data = fetch(witness.url, path, max_bytes=MAX_NOTE_BYTES)
            if data is not None:
                look.signed(data)
                found[name] = data
    return found


def _compare_told(look: _Look, told: Mapping[str, bytes]) -> None:
    last = look.state.note
    if last is None:
        return
    head, _ = look.signed(last)
    before, ahead = look.state.ahead(), {}
    for name, data in told.items():
        seen, _ = look.signed(data)
        if seen.origin != head.origin:
            error = TanluError("TL635", value=name, why="it tells the checkpoint of another log")
            look.findings.append(Found(name, error))
        elif seen.size > head.size:
            ahead[name] = seen.size
            # a log shows a tree to its witnesses first; at the next look it must be there
            if before.get(name, 0) > head.size:
                error = TanluError("TL640", value=name, seen=seen.size, size=head.size)
                look.findings.append(Found(name, error))
        elif look.state.root(seen.size) != seen.root:
            look.forked(data, last, tree.levels(look.state.leaves(head.size)), name)
    look.state.keep_ahead(ahead)
