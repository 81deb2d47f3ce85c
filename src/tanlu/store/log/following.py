"""How the log follows the ledger: what the manifest tells becomes signed statements."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.terms import Progress
from tanlu.terms.proof import cbor, cose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store.ledger.manifest import Manifest
    from tanlu.store.log.stating import WorkspaceLog

__all__ = ["catch_up", "said_of", "sayable"]

# statements that are signed and written together
TOGETHER = 2048
# a list of packs larger than this is kept among the originals
LISTED_BYTES = 12_000
LISTS = {"packs": "factorset", "cards": "card", "edition": "edition", "retire": "erasure"}

HEAD = b"vnd.tanlu.head+"

Said = tuple[str, str, dict[str, Any]]


def catch_up(log: WorkspaceLog) -> Iterator[Progress]:
    """Seal what is not sealed and state what is not stated; result ``{entries, size, version}``."""
    workspace = log.workspace
    for step in workspace.seal():
        yield replace(step, result=None)
    written = 0
    while True:
        # others may append and state meanwhile: what is left is asked for again each time
        with workspace.writer():
            # sealed under the lock: a head covers no part that has no statement
            for _ in workspace.seal():
                pass
            waiting = list(_waiting(log))
            if not waiting:
                break
            log.state_all(waiting[:TOGETHER])
        written += min(len(waiting), TOGETHER)
        yield Progress("state", written, written + max(0, len(waiting) - TOGETHER), unit="entries")
    result = {"entries": written, "size": log.size, "version": workspace.version}
    yield Progress("state", written, written, unit="entries", result=result)


def _used(line: dict[str, Any]) -> str | None:
    """Give the SHA-256 of the formulas by which a line's rows were quantified, hexadecimal."""
    source = line.get("source")
    if not isinstance(source, dict) or source.get("by") != "quantify":
        return None
    spec: str | None = source.get("pins", {}).get("spec")
    return spec


def _corrected(line: dict[str, Any]) -> list[dict[str, Any]]:
    """Give how many rows of which table a line takes back or replaces."""
    return [
        {"table": part["table"], "rows": rows}
        for part in line.get("parts", ())
        if (rows := part["rows"] if part["table"] == "retraction" else part["superseding"])
    ]


def said_of(log: WorkspaceLog, line: dict[str, Any], told: set[str]) -> Iterator[Said]:
    """Give what is stated of a line of the manifest; ``told`` are the formulas before it."""
    if line["kind"] == "seal":
        for sealed in line["seals"]:
            subject = sealed["part"].removeprefix("parts/").removesuffix(".parquet")
            yield "batch", subject, cbor.decode(_payload(log, sealed))
    bound = {"version": line["version"], "line": bytes.fromhex(line["line"])}
    for kind in _kinds(line, told):
        subject, content = _content(log, kind, line)
        yield kind, subject, {**bound, **content}


def _content(log: WorkspaceLog, kind: str, line: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Give the subject of a statement about a line, and what it says."""
    if kind == "calcspec":
        spec = _used(line) or ""
        return spec, {"sha256": bytes.fromhex(spec)}
    if kind == "correction":
        return f"{kind}/{line['version']}", {"tables": _corrected(line)}
    if kind == "edition":
        pins = {name: value for name, value in line["edition"].items() if value is not None}
        return pins["edition"], {"edition": pins}
    if kind == "erasure":
        # nothing is erased from a log: a person's words stay in the ledger, and so does the name
        # of an original, which is the hash of a text that may be short enough to be guessed
        folder, _, name = line["file"].partition("/")
        file = folder if folder == "originals" else f"{folder}/{name}"
        return file, {"file": file}
    held: object = line[line["kind"]]
    if len(raw := cbor.encode(held)) > LISTED_BYTES:
        held = bytes.fromhex(log.workspace.originals.keep(raw))
    return f"{line['kind']}/{line['version']}", {line["kind"]: held}


def sayable(manifest: Manifest, version: int) -> Iterator[tuple[str, tuple[str, bytes, int]]]:
    """Give what a head of a version says was stated before it.

    The name of each; then its type, its line or part, and the version.
    """
    told: set[str] = set()
    for line in manifest.lines[:version]:
        for kind in _kinds(line, told):
            name = f"{kind} of version {line['version']}"
            yield name, (kind, bytes.fromhex(line["line"]), line["version"])
        for part in line.get("parts", ()):
            # a head is stated when all is sealed
            if not part["personal"]:
                yield part["file"], ("batch", bytes.fromhex(part["sha256"]), line["version"])


def _kinds(line: dict[str, Any], told: set[str]) -> Iterator[str]:
    """Give the types of the statements that name a line, batches aside."""
    if (spec := _used(line)) is not None and spec not in told:
        told.add(spec)
        yield "calcspec"
    if _corrected(line):
        yield "correction"
    if line["kind"] in LISTS:
        yield LISTS[line["kind"]]


def _payload(log: WorkspaceLog, sealed: dict[str, str]) -> bytes:
    try:
        data = (log.workspace.path / sealed["payload"]).read_bytes()
    except OSError as error:
        raise TanluError("TL603", value=sealed["payload"], why=str(error)) from error
    if sha256(data).hexdigest() != sealed["sha256"]:
        why = "its bytes are not those that were written"
        raise TanluError("TL603", value=sealed["payload"], why=why)
    return data


def _waiting(log: WorkspaceLog) -> Iterator[Said]:
    """Give what the log does not say yet, the head last."""
    manifest = log.workspace.manifest
    since, version, head = _last_head(log)
    if version and (version > manifest.version or manifest.lines[version - 1]["line"] != head):
        # an older ledger was put under a newer log: what is stated from here on would be a lie
        why = f"the ledger has no such line at version {version}: it is not the one that was stated"
        raise TanluError("TL622", value=since - 1, why=why)
    done = {
        _key(each.statement.type, each.statement.content) for each in log.statements(since=since)
    }
    told = {spec for line in manifest.lines[:version] if (spec := _used(line))}
    for line in manifest.lines[version:]:
        for kind, subject, payload in said_of(log, line, told):
            if _key(kind, payload) not in done:
                yield kind, subject, payload
    if manifest.version > version:
        bound = {"version": manifest.version, "line": bytes.fromhex(manifest.head)}
        yield "head", log.workspace.id, bound


def _key(kind: str, payload: dict[str, Any]) -> tuple[object, ...]:
    # rows that are quantified anew may give the same bytes as before: the version tells them apart
    return kind, payload.get("part" if kind == "batch" else "line"), payload.get("version")


def _last_head(log: WorkspaceLog) -> tuple[int, int, str]:
    """Give the index after the newest head, its version of the ledger and the line there."""
    for index, entry in log.tiled.backward():
        if HEAD in entry:
            statement = cose.Statement.decode(entry)
            if statement.type == "head":
                content = statement.content
                return index + 1, content["version"], content["line"].hex()
    return 0, 0, ""
