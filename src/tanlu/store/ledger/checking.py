"""Care of a workspace: mending what a dead writer left, and reading everything again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError, say
from tanlu.store.groups import salted_root
from tanlu.store.ledger.digest import block_root
from tanlu.store.ledger.files import digest, replace
from tanlu.store.ledger.parts import read_part, salt_of
from tanlu.store.ledger.personal import key_of, keyed_digest
from tanlu.store.ledger.persons import erased, names
from tanlu.store.ledger.upgrade import about_workspace, secret_hash
from tanlu.store.salting import Salts, salted_leaves
from tanlu.store.tiling import faults, pieces
from tanlu.terms import Progress
from tanlu.terms.proof import tiles, tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import polars as pl

    from tanlu.store.ledger.manifest import Manifest, PartEntry
    from tanlu.store.ledger.originals import Originals

__all__ = ["check", "mend"]

DRAFT_S = 86_400.0
# where a dead writer may have left what no commit names
PLACES = (
    "parts/*/*", "parts/*/.*.tmp", "personal/*", "personal/.*.tmp", "seals/.*.tmp",
    "index/.*.tmp", "log/.*.tmp", "log/pending/.*.tmp", "log/tile/**/.*.tmp",
    # seeds, salts, and ways from a person to a pseudonym that erasing would not find
    "keys/**/.*.tmp",
)  # fmt: skip
ERRORS = (OSError, ValueError, TanluError)


def mend(folder: Path, manifest: Manifest) -> None:
    """Undo what a dead writer began: put a torn line aside, drop files that no commit names.

    Whatever was acknowledged stands in a whole line, so nothing of it is touched.
    """
    torn = manifest.mend()
    if torn:
        replace(folder / f"manifest.torn-{manifest.version}", torn)
    named = {part.file for table in manifest.tables() for part in manifest.parts(table)}
    for place in PLACES:
        for path in folder.glob(place):
            if path.relative_to(folder).as_posix() not in named:
                path.unlink()
    # an original comes in without the lock, so a young draft may be someone's work
    for path in folder.glob("originals/.*.tmp"):
        if time.time() - path.stat().st_mtime > DRAFT_S:
            path.unlink()
    for line in manifest.lines:
        if line["kind"] == "retire":
            erased.erase(folder, manifest, line)


def check(folder: Path, manifest: Manifest, originals: Originals) -> Iterator[Progress]:
    """Read every file again; the last progress has the findings.

    What workspace.json says and the chain of lines were already held against themselves when
    the workspace was opened and the manifest read.
    """
    entries = [part for table in manifest.tables() for part in manifest.parts(table)]
    retired = manifest.retired
    seals = [line for line in manifest.lines if line["kind"] == "seal"]
    kept = originals.names()
    logged = (folder / "log").is_dir() or (folder / "keys" / "log").exists()
    total = len(entries) + len(kept) + len(seals) + logged
    findings = _secret(folder) + _erased(folder, manifest)
    done = 0
    sound: dict[str, PartEntry] = {}
    for entry in entries:
        wrong = _part(folder, entry, retired=entry.file in retired)
        if not wrong:
            sound[entry.file] = entry
        findings += wrong
        yield Progress("check", done := done + 1, total, unit="files")
    for name in kept:
        if digest(originals.folder / name) != name:
            findings.append(_finding(f"originals/{name}", "its bytes are not those of its name"))
        yield Progress("check", done := done + 1, total, unit="files")
    for line in seals:
        findings += _seal(folder, line, sound)
        yield Progress("check", done := done + 1, total, unit="files")
    if logged:
        findings += [_finding(f"log/{name}", why) for name, why in _log(folder)]
        yield Progress("check", done := done + 1, total, unit="files")
    result = {
        "parts": len(entries),
        "rows": sum(entry.rows for entry in entries),
        "originals": len(kept),
        "seals": len(seals),
        "version": manifest.version,
        "head": manifest.head,
        "findings": findings,
    }
    yield Progress("check", total, total, unit="files", result=result)


def _secret(folder: Path) -> list[str]:
    path = folder / "keys" / "secret"
    wanted = about_workspace(folder)["secret"]
    if path.exists() and secret_hash(path.read_bytes()) == wanted:
        return []
    return [_finding("keys/secret", "it is not the secret of this workspace")]


def _part(folder: Path, entry: PartEntry, *, retired: bool) -> list[str]:
    path = folder / entry.file
    if retired:
        left = path.exists() or key_of(folder, entry.file) is not None
        return [_finding(entry.file, "it is retired but was not erased")] if left else []
    try:
        found, key = _digest(folder, entry)
        if found != entry.sha256:
            return [_finding(entry.file, "its bytes are not those that were written")]
        frame = read_part(folder, entry)
        root = _root(entry, frame, key, "" if entry.personal else salt_of(folder / entry.file))
    except ERRORS as error:
        return [_finding(entry.file, str(error))]
    if frame.height != entry.rows or root.hex() != entry.root:
        return [_finding(entry.file, "its rows do not give the root in the manifest")]
    return []


def _digest(folder: Path, entry: PartEntry) -> tuple[str, bytes]:
    if not entry.personal:
        return digest(folder / entry.file), b""
    key = key_of(folder, entry.file)
    if key is None:
        raise TanluError("TL603", value=entry.file, why="its key is absent")
    return keyed_digest(folder / entry.file, key), key


def _root(entry: PartEntry, frame: pl.DataFrame, key: bytes, salt: str) -> bytes:
    if entry.personal:
        return salted_root(entry.table, frame, key)
    return block_root(entry.table, frame, entry.schema, salt)


def _seal(folder: Path, line: dict[str, Any], sound: dict[str, PartEntry]) -> list[str]:
    found = []
    for sealed in line["seals"]:
        path = folder / sealed["payload"]
        if not path.exists() or digest(path) != sealed["sha256"]:
            found.append(_finding(sealed["payload"], "its bytes are not those that were written"))
        elif "salts" in sealed and sealed["part"] in sound:
            found += _salts(folder, sealed, sound[sealed["part"]])
    return found


def _salts(folder: Path, sealed: dict[str, str], entry: PartEntry) -> list[str]:
    try:
        frame = read_part(folder, entry)
        salts = Salts.decode((folder / sealed["salts"]).read_bytes(), frame.height)
        root = tree.root(salted_leaves(entry.table, frame, salts))
    except ERRORS as error:
        return [_finding(sealed["salts"], str(error))]
    if root.hex() != sealed["root"]:
        return [_finding(sealed["salts"], "they do not give the root in the manifest")]
    return []


def _erased(folder: Path, manifest: Manifest) -> list[str]:
    """Give what was retired but is still there; parts are looked at one by one."""
    found = []
    try:
        if about_workspace(folder).get("pseudonyms"):
            names.read(folder)
        for line in manifest.lines:
            partly = line["kind"] == "retire" and {"leaves", "pseudonym"} & line.keys()
            if partly and erased.left(folder, manifest, line):
                found.append(_finding(line["file"], "it is retired but was not erased"))
    except ERRORS as error:
        found.append(_finding(names.FILE, str(error)))
    return found


def _log(folder: Path) -> Iterator[tuple[str, str]]:
    """Read the log again: its name, the signature of its checkpoint, every tile and entry."""
    from tanlu.terms.proof import checkpoint, keys, note

    read = _reader(folder / "log")
    signed = read("checkpoint")
    if signed is None:
        # nothing was acknowledged by a log that was not begun: its name comes before its key
        nameless = read("origin") is None and (folder / "keys" / "log").exists()
        if nameless or (folder / "log" / "tile").exists():
            yield "checkpoint", "it is gone"
        return
    try:
        kept = note.Note.parse(signed)
        head = checkpoint.Checkpoint.parse(kept.text)
        public = keys.SigningKey((folder / "keys" / "log").read_bytes()).public
    except ERRORS as error:
        yield "checkpoint", str(error)
        return
    mine = note.Verifier(head.origin, note.ED25519, public)
    if all(note.holds(kept.text, one, mine) is None for one in kept.signatures):
        yield "checkpoint", "the log's key did not sign it"
    if kept.encode() != signed:
        yield "checkpoint", "its bytes are not what was written"
    if read("origin") != f"{head.origin}\n".encode():
        yield "origin", "it is not the name in the checkpoint"
    yield from faults(read, head.size, head.root)
    yield from _pending(folder / "log" / "pending", head.size)


def _pending(folder: Path, size: int) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("[0-9]*")):
        if int(path.name) < size:
            continue  # it stands in the checkpoint already
        try:
            bundles = list(pieces(path.name, path.read_bytes(), size))
            size += sum(len(tiles.unbundle(data)) for data in bundles)
        except ERRORS as error:
            yield f"pending/{path.name}", str(error)
            return


def _reader(folder: Path) -> Callable[[str], bytes | None]:
    def read(name: str) -> bytes | None:
        try:
            return (folder / name).read_bytes()
        except OSError:
            return None

    return read


def _finding(value: str, why: str) -> str:
    return say("TL603", value=value, why=why)
