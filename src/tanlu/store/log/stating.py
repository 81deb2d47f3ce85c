"""The log of a workspace: who states what, under which key, and the proof that it stands there."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.ledger.files import owned_folder
from tanlu.store.log.changing import NEXT, settle
from tanlu.store.log.storage import Folder
from tanlu.store.log.tiled import Cadence, TileLog
from tanlu.store.witness.seeds import seed_at
from tanlu.terms.proof import cose, keys, note, proofs
from tanlu.terms.proof import registry as directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tanlu.store.workspace import Workspace
    from tanlu.terms import Progress

__all__ = ["Stated", "WorkspaceLog", "begin_log", "half_begun", "has_log", "log_of"]

PREPARER = "preparer"
# a second log of one name and key is what watchers convict
GONE = "it is gone: restore it; to begin another, take keys/log and keys/preparer away first"
MARKS = tuple(f"vnd.tanlu.{kind}+".encode() for kind in directory.KEYS)


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement and its place in the log."""

    index: int
    statement: cose.Statement


def has_log(workspace: Workspace) -> bool:
    """Tell whether a workspace has a log, also one that somebody took away or a part of."""
    return _stands(workspace) or _gone(workspace)


def _stands(workspace: Workspace) -> bool:
    return any((workspace.path / "log" / name).exists() for name in ("checkpoint", "tile"))


def _gone(workspace: Workspace) -> bool:
    # whoever begins a log writes its name before any key of it
    began = (workspace.path / "log" / "origin").exists() or _stands(workspace)
    return not began and (workspace.path / "keys" / "log").exists()


def half_begun(workspace: Workspace) -> bool:
    """Tell whether somebody died who was beginning the log."""
    return (workspace.path / "log" / "origin").exists() and not has_log(workspace)


def begin_log(
    workspace: Workspace, *, origin: str | None = None, cadence: Cadence | None = None
) -> WorkspaceLog:
    """Begin the log of a workspace, or give the one that it has.

    Its keys are made, and entry 0 is the statement by which the preparer's key tells itself.

    Parameters
    ----------
    origin
        The log's name, such as ``example.com/books``; ``tanlu.local/`` and the workspace's id
        where none is said.
    cadence
        When an append makes a checkpoint by itself.

    Raises
    ------
    TanluError
        TL616 when the origin cannot name the log, or the workspace has a log of another name, TL617
        when it had one that is gone,
        TL602 when another process writes, TL614 when the disk refuses.
    """
    with workspace.writer():
        _not_gone(workspace)
        storage = Folder(workspace.path / "log")
        begun = storage.read("origin")
        name = origin or (begun or f"tanlu.local/{workspace.id}".encode()).decode().rstrip("\n")
        if not has_log(workspace):
            if not note.named(name):
                raise TanluError("TL616", value=name, why="it has a blank or a plus, or is empty")
            secrets = owned_folder(workspace.path / "keys")
            storage.write([("origin", f"{name}\n".encode())])
            for each in (PREPARER, "log"):
                seed_at(secrets / each, make=True)
            TileLog.begin(storage, name, seed_at(secrets / "log"), guard=workspace.writer)
        log = WorkspaceLog(workspace, cadence=cadence)
        if origin not in {None, log.origin}:
            raise TanluError("TL616", value=name, why=f"the log is {log.origin}")
        if not log.size:
            log.tell_preparer()
            log.checkpoint()
    return log


def log_of(workspace: Workspace, *, cadence: Cadence | None = None) -> WorkspaceLog:
    """Give the log of a workspace.

    Raises
    ------
    TanluError
        TL615 when it has none, TL617 when it is not as it was written, TL119 when a key is gone.
    """
    if not has_log(workspace):
        raise TanluError("TL615", value=workspace.path)
    _not_gone(workspace)
    log = WorkspaceLog(workspace, cadence=cadence)
    if not log.size:  # whoever began it died before its first entry
        return begin_log(workspace, cadence=cadence)
    return log


def _not_gone(workspace: Workspace) -> None:
    if _gone(workspace):
        raise TanluError("TL617", value="log", why=GONE)


class WorkspaceLog:
    """What a workspace states: signed, admitted by the keys in the log, durable, provable."""

    def __init__(self, workspace: Workspace, *, cadence: Cadence | None = None) -> None:
        self.workspace = workspace
        self._key = seed_at(workspace.path / "keys" / "log")
        self.tiled = TileLog(
            Folder(workspace.path / "log"), self._key, guard=workspace.writer, cadence=cadence
        )
        self._registry = directory.Registry()
        self._folded = 0

    # ── reading ──

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.tiled.published.origin

    @property
    def vkey(self) -> str:
        """The line by which others know the log's key."""
        return note.Verifier(self.origin, note.ED25519, self._key.public).vkey

    @property
    def size(self) -> int:
        """How many entries it has, those of no checkpoint yet among them."""
        self.tiled.refresh()
        return self.tiled.size

    @property
    def policy_text(self) -> str:
        """A policy that trusts this log without a witness: what others begin theirs with."""
        return f"log {self.vkey}\nquorum none\n"

    @property
    def preparer(self) -> keys.SigningKey:
        """The preparer's key.

        Raises
        ------
        TanluError
            TL119 when it is gone.
        """
        folder = self.workspace.path / "keys"
        if (folder / NEXT).exists():
            with self.workspace.writer():
                settle(folder, self.registry)
        return seed_at(folder / PREPARER)

    @property
    def registry(self) -> directory.Registry:
        """The keys that the log tells.

        Raises
        ------
        TanluError
            TL617 when an entry about keys stands in the log that may not.
        """
        for index, entry in self.tiled.entries(self._folded):
            if any(mark in entry for mark in MARKS):
                self._fold(index, entry)
        self._folded = self.tiled.size
        return self._registry

    def entry(self, index: int) -> bytes:
        """Give an entry.

        Raises
        ------
        TanluError
            TL618 when there is none.
        """
        self.tiled.refresh()
        return self.tiled.entry(index)

    def statements(self, type: str | None = None, *, since: int = 0) -> list[Stated]:  # noqa: A002
        """Give the statements, of one type if said, from an index on."""
        return list(self._statements(type, since))

    def consistency(self, old: int) -> list[bytes]:
        """Give what shows that a checkpoint of a size is the beginning of the newest one."""
        return self.tiled.consistency(old)

    def proof(self, index: int) -> proofs.TlogProof:
        """Give the proof that an entry stands under the newest checkpoint.

        Raises
        ------
        TanluError
            TL618 when no checkpoint has it yet.
        """
        self.tiled.refresh()
        path = tuple(self.tiled.inclusion(index))
        return proofs.TlogProof(index, path, self.tiled.signed)

    def receipt(self, index: int) -> bytes:
        """Give the same proof as a receipt of COSE, which a statement can carry.

        Raises
        ------
        TanluError
            TL618 when no checkpoint has it yet.
        """
        self.tiled.refresh()
        head = self.tiled.published
        path = self.tiled.inclusion(index)
        subject = cose.Statement.decode(self.tiled.entry(index)).subject
        return cose.receipt(
            self._key, issuer=self.origin, subject=subject,
            size=head.size, index=index, path=path, root=head.root,
        )  # fmt: skip

    # ── writing ──

    def state(
        self,
        type: str,  # noqa: A002 - the field's word
        subject: str,
        payload: Mapping[str, Any],
        key: keys.SigningKey | None = None,
    ) -> Stated:
        """Sign a statement, write it durably and give its place.

        Parameters
        ----------
        type
            A type of ``statements.csv``; the payload's own ``type`` follows from it.
        subject
            What it is about.
        payload
            What it says: a map for deterministic CBOR.
        key
            Whose key signs, the preparer's if not said.

        Raises
        ------
        TanluError
            TL130 when it is larger than 16,384 bytes, TL131–TL135 when the keys in the log do not
            admit it, TL602 when another process writes, TL614 when the disk refuses.
        """
        return self.state_all([(type, subject, payload)], key)[0]

    def state_all(
        self,
        said: Sequence[tuple[str, str, Mapping[str, Any]]],
        key: keys.SigningKey | None = None,
    ) -> list[Stated]:
        """Sign several statements and write them together: type, subject and payload of each."""
        now_s = int(time.time())
        with self._admitting() as first:
            # under the lock: another process may replace the preparer's key until then
            signer = key or self.preparer
            known = self._registry.keys.get(keys.kid(signer.public))
            issuer = known.name if known else self.origin
            made = [
                cose.Statement.sign(
                    signer, type=kind, issuer=issuer, subject=subject, issued_s=now_s,
                    payload={"type": f"tanlu/{kind}/v1", **payload},
                )
                for kind, subject, payload in said
            ]  # fmt: skip
            return self._write(first, made)

    def register(self, statement: bytes) -> Stated:
        """Write a statement that somebody else signed; receipts that it carries are left off.

        Raises
        ------
        TanluError
            TL130 for bytes that are no statement, TL131–TL135 when the keys in the log do not
            admit it.
        """
        decoded = cose.Statement.decode(statement)._replace(receipts=())
        with self._admitting() as first:
            return self._write(first, [decoded])[0]

    def catch_up(self) -> Iterator[Progress]:
        """State what the ledger did since; result ``{entries, size, version}``.

        Parts are sealed, then each has its ``batch`` statement; so have factor packs, model cards,
        editions and erasures. The ``head`` at the end binds the log to the manifest: everything
        up to its version was stated before it.
        """
        from tanlu.store.log.following import catch_up

        return catch_up(self)

    def checkpoint(self) -> bytes:
        """Bring all entries under a signed checkpoint and give it."""
        return self.tiled.checkpoint()

    def tell_preparer(self) -> Stated:
        """Write entry 0: the preparer's key, signed by itself."""
        key = self.preparer
        content = {
            "step": "enrol", "role": PREPARER, "name": self.origin, "public": key.public,
            "possession": directory.possession(key, PREPARER, self.origin),
        }  # fmt: skip
        return self.state("key", keys.kid(key.public).hex(), content)

    @contextlib.contextmanager
    def _admitting(self) -> Iterator[int]:
        """Hold other writers off and give the next index; what failed has taught nothing."""
        with self.workspace.writer():
            _ = self.registry
            try:
                yield self.tiled.size
            except BaseException:
                self._registry, self._folded = directory.Registry(), 0
                raise

    def _write(self, first: int, made: Sequence[cose.Statement]) -> list[Stated]:
        for index, statement in enumerate(made, first):
            self._registry.admit(index, statement)
        self.tiled.append([each.encode() for each in made])
        self._folded = self.tiled.size
        return [Stated(index, each) for index, each in enumerate(made, first)]

    def _statements(self, kind: str | None, since: int) -> Iterator[Stated]:
        mark = b"" if kind is None else f"vnd.tanlu.{kind}+".encode()
        for index, entry in self.tiled.entries(since):
            if mark in entry:
                statement = cose.Statement.decode(entry)
                if kind in {None, statement.type}:
                    yield Stated(index, statement)

    def _fold(self, index: int, entry: bytes) -> None:
        try:
            statement = cose.Statement.decode(entry)
            if statement.type in directory.KEYS:
                self._registry.admit(index, statement)
        except TanluError as error:
            raise TanluError("TL617", value=f"entry {index}", why=str(error)) from error
