"""Reads a whole log again and tells every fault: what a monitor of the log does."""

from __future__ import annotations

import contextlib
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.store.ledger.manifest import Manifest, first_link
from tanlu.store.ledger.upgrade import about_workspace
from tanlu.store.log.following import sayable
from tanlu.store.log.storage import Folder
from tanlu.store.seal.sealing import sealed_parts
from tanlu.store.tiling import Tiles, faults
from tanlu.terms import Progress
from tanlu.terms.proof import checkpoint, cose, keys, note, tiles, tree
from tanlu.terms.proof import policy as policies
from tanlu.terms.proof import registry as directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tanlu.store.ledger.manifest import PartEntry

__all__ = ["audit"]

STEP = 1024


def audit(
    path: Path, *, remembered: bytes | None = None, policy: policies.Policy | None = None
) -> Iterator[Progress]:
    """Read every tile and entry of a log again and tell every fault.

    The tiles are recomputed from the entries; each entry must be one that the keys told before it
    admit; a checkpoint that somebody remembered must be the beginning of this log; and what the
    log says of a ledger must be what the ledger's manifest says, and nothing of it be unsaid.

    Parameters
    ----------
    path
        Folder of a ledger, or of a log alone.
    remembered
        A checkpoint of this log that was kept elsewhere.
    policy
        Who must stand for the newest checkpoint; the ledger's own key of the log where there is
        one and no policy.

    Yields
    ------
    Progress
        In entries. The last one's result is ``{origin, size, root, entries, waiting, disowned,
        findings, checkpoint, judged}``; ``waiting`` counts the parts that no head covers yet,
        ``disowned`` names the entries whose key was taken back later as of an entry before them,
        ``judged`` says by what the signatures of the checkpoint were judged (policy, own, null),
        and a finding has ``code``, ``where``, ``message`` and ``message_zh``.

    Raises
    ------
    TanluError
        TL615 when there is no log, TL617 when its checkpoint is gone, TL121 or TL122 when its
        checkpoint or the remembered one is none.
    """
    inner = path / "log"
    folder = Folder(inner if inner.is_dir() else path)
    signed = folder.read("checkpoint")
    if signed is None and folder.names("tile"):
        raise TanluError("TL617", value="checkpoint", why="it is gone")
    if signed is None:
        raise TanluError("TL615", value=path)
    head = checkpoint.Checkpoint.parse(note.Note.parse(signed).text)
    found = _Findings()
    judged = _signed(path, signed, policy, found)
    for name, why in faults(folder.read, head.size, head.root):
        found.add("TL617", name, value=name, why=why)
    if remembered is not None:
        _remembered(folder, head, note.Note.parse(remembered), found)
    stated: list[tuple[int, cose.Statement]] = []
    registry = directory.Registry()
    for index, entry in _entries(folder, head.size):
        with found.naming(f"entry {index}"):
            statement = cose.Statement.decode(entry)
            registry.admit(index, statement)
            stated.append((index, statement))
        if index % STEP == 0:
            yield Progress("audit", index, head.size, unit="entries")
    waiting = 0
    if (path / "workspace.json").exists():
        waiting = _ledger(_manifest(path), stated, found)
    result = {
        "origin": head.origin, "size": head.size, "root": head.root.hex(),
        "entries": len(stated), "waiting": waiting, "disowned": list(_disowned(stated, registry)),
        "findings": found.rows, "checkpoint": signed.decode(), "judged": judged,
    }  # fmt: skip
    yield Progress("audit", head.size, head.size, unit="entries", result=result)


class _Findings:
    """What was found: code, place and sentence of each."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []

    def add(self, code: str, where: str, **fields: object) -> None:
        self._take(TanluError(code, **fields), where)

    @contextlib.contextmanager
    def naming(self, where: str) -> Iterator[None]:
        """Make a finding of an error."""
        try:
            yield
        except TanluError as error:
            self._take(error, where)

    def _take(self, error: TanluError, where: str) -> None:
        told = {"message": error.say(), "message_zh": error.say("zh")}
        self.rows.append({"code": error.code, "where": where, **told})


def _entries(folder: Folder, size: int) -> Iterator[tuple[int, bytes]]:
    """Give the entries that can be read; what cannot was named as a fault of its bundle."""
    kept = Tiles(folder.read)
    for number in range(-(-size // tiles.WIDTH)):
        with contextlib.suppress(TanluError):
            yield from enumerate(kept.entries(number, size), number * tiles.WIDTH)


def _signed(
    path: Path, signed: bytes, policy: policies.Policy | None, found: _Findings
) -> str | None:
    """Ask who signed the checkpoint; give by what: a policy, the ledger's own key, or nothing."""
    seed = path / "keys" / "log"
    if policy is None and not seed.exists():
        return None
    with found.naming("checkpoint"):
        asked = policy
        if asked is None:
            origin = checkpoint.Checkpoint.parse(note.Note.parse(signed).text).origin
            public = keys.SigningKey(seed.read_bytes()).public
            own = note.Verifier(origin, note.ED25519, public)
            asked = policies.Policy((own,), {}, {}, "none")
        asked.check(signed)
    return "own" if policy is None else "policy"


def _remembered(
    folder: Folder, head: checkpoint.Checkpoint, kept: note.Note, found: _Findings
) -> None:
    old = checkpoint.Checkpoint.parse(kept.text)
    why = ""
    if old.origin != head.origin:
        why = f"it is of {old.origin}"
    elif old.size > head.size:
        why = f"the log has {head.size} entries now"
    elif old.size:
        with contextlib.suppress(TanluError):  # what is gone was named as a fault
            path = Tiles(folder.read).consistency(old.size, head.size)
            if not tree.verify_consistency(old.size, head.size, old.root, head.root, path):
                why = "the log had other entries then"
    if why:
        found.add("TL623", "checkpoint", value=old.size, why=why)


def _manifest(path: Path) -> Manifest:
    manifest = Manifest(path / "manifest.jsonl", first_link(about_workspace(path)))
    manifest.refresh()
    return manifest


def _ledger(manifest: Manifest, stated: list[tuple[int, cose.Statement]], found: _Findings) -> int:
    """Compare the log with the manifest; give how many parts no head covers yet."""
    every = [part for table in manifest.tables() for part in manifest.parts(table)]
    parts = {(part.sha256, str(part.version)): part for part in every}
    seals = sealed_parts(manifest)
    said: set[tuple[str, bytes, int]] = set()
    version = 0
    for index, statement in stated:
        content = statement.content
        told, at = (
            content.get("part" if statement.type == "batch" else "line"),
            content.get("version"),
        )
        if isinstance(told, bytes) and isinstance(at, int):
            said.add((statement.type, told, at))
        if statement.type == "batch":
            why = _batch(statement, parts, seals)
        else:
            why = _line(content, manifest)
        if statement.type == "head" and isinstance(at, int):
            version = max(version, at)
        if why:
            found.add("TL622", f"entry {index}", value=index, why=why)
    for value, key in sayable(manifest, version):
        if key not in said:
            found.add("TL621", value, value=value)
    return sum(part.version > version and not part.personal for part in every)


def _batch(
    statement: cose.Statement,
    parts: dict[tuple[str, str], PartEntry],
    seals: dict[str, dict[str, str]],
) -> str:
    """Give why a batch statement is not of a part of the ledger."""
    content = {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in statement.content.items()
    }
    part = parts.get((str(content.get("part")), str(content.get("version"))))
    if part is None:
        return "the ledger has no such part"
    told = [content.get(name) for name in ("table", "version", "n", "blocks")]
    if told != [part.table, part.version, part.rows, part.root]:
        return f"{part.file} is another one in the manifest"
    sealed = seals.get(part.file, {})
    made = {"root": content.get("root"), "sha256": sha256(statement.payload).hexdigest()}
    if any(sealed.get(name) != value for name, value in made.items()):
        return f"{part.file} has another seal in the manifest"
    return ""


def _disowned(
    stated: list[tuple[int, cose.Statement]], registry: directory.Registry
) -> Iterator[int]:
    """Give the entries that may not stand there by what the log tells of keys in the end."""
    for index, statement in stated:
        key = registry.keys.get(statement.kid)
        if key is not None and not key.holds(index):
            yield index


def _line(content: dict[str, Any], manifest: Manifest) -> str:
    """Give why the line that a statement names is not in the manifest."""
    line, version = content.get("line"), content.get("version")
    if not (isinstance(line, bytes) and isinstance(version, int)):
        return ""
    if not 0 < version <= manifest.version:
        return f"the manifest ends at version {manifest.version}, before {version}"
    if manifest.lines[version - 1]["line"] != line.hex():
        return f"the manifest has another line at version {version}"
    return ""
