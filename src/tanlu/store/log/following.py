"""How the log follows the ledger: what the manifest tells becomes signed statements."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tanlu.terms import Progress
from tanlu.terms.proof import cbor, cose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tanlu.store.log.stating import WorkspaceLog

__all__ = ["catch_up", "said_of"]

# statements that are signed and written together
TOGETHER = 2048
# a list of packs larger than this is kept among the originals
LISTED_BYTES = 12_000
LISTS = {"packs": "factorset", "cards": "card"}

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
            waiting = list(_waiting(log))
            if not waiting:
                break
            log.state_all(waiting[:TOGETHER])
        written += min(len(waiting), TOGETHER)
        yield Progress("state", written, written + max(0, len(waiting) - TOGETHER), unit="entries")
    result = {"entries": written, "size": log.size, "version": workspace.version}
    yield Progress("state", written, written, unit="entries", result=result)


def said_of(log: WorkspaceLog, line: dict[str, Any]) -> Iterator[Said]:
    """Give what is stated of a line of the manifest."""
    path, version = log.workspace.path, line["version"]
    bound = {"version": version, "line": bytes.fromhex(line["line"])}
    kind = line["kind"]
    if kind == "seal":
        for sealed in line["seals"]:
            subject = sealed["part"].removeprefix("parts/").removesuffix(".parquet")
            yield "batch", subject, cbor.decode((path / sealed["payload"]).read_bytes())
    elif kind in LISTS:
        held: object = line[kind]
        if len(raw := cbor.encode(held)) > LISTED_BYTES:
            held = bytes.fromhex(log.workspace.originals.keep(raw))
        yield LISTS[kind], f"{kind}/{version}", {**bound, kind: held}
    elif kind == "edition":
        pins = {name: value for name, value in line["edition"].items() if value is not None}
        yield "edition", pins["edition"], {**bound, "edition": pins}
    elif kind == "retire":
        # the reason is a person's words and stays in the ledger: nothing is erased from a log
        yield "erasure", line["file"], {**bound, "file": line["file"]}


def _waiting(log: WorkspaceLog) -> Iterator[Said]:
    """Give what the log does not say yet, the head last."""
    manifest = log.workspace.manifest
    since, version = _last_head(log)
    done = {
        _key(each.statement.type, each.statement.content) for each in log.statements(since=since)
    }
    for line in manifest.lines[version:]:
        for kind, subject, payload in said_of(log, line):
            if _key(kind, payload) not in done:
                yield kind, subject, payload
    if manifest.version > version:
        bound = {"version": manifest.version, "line": bytes.fromhex(manifest.head)}
        yield "head", log.workspace.id, bound


def _key(kind: str, payload: dict[str, Any]) -> tuple[object, ...]:
    if kind == "batch":
        return kind, payload["part"]
    return kind, payload.get("line"), payload.get("version")


def _last_head(log: WorkspaceLog) -> tuple[int, int]:
    """Give the index after the newest head, and its version of the ledger."""
    for index, entry in log.tiled.backward():
        if HEAD in entry:
            statement = cose.Statement.decode(entry)
            if statement.type == "head":
                return index + 1, statement.content["version"]
    return 0, 0
