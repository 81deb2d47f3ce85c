"""账库: its versions, parts, seals, and the log with its checkpoint; each version is a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tanlu.errors import TanluError
from tanlu.store.log import has_log, log_of
from tanlu.terms.proof import checkpoint as heads
from tanlu.terms.proof import cose, note, tree
from tanlu.ui.frame.page import Context, Shown, View
from tanlu.ui.frame.remembering import remembered

__all__ = ["VIEWS", "one", "show"]

READERS = ("manager", "operator", "verifier", "viewer", "developer")
ROWS = 25
ENTRIES = 12
# a checkpoint that somebody kept is a few lines
MOST_NOTE = 8_000
# the first byte of a cosignature's time (C2SP tlog-cosignature): 8 bytes, unix seconds
TIMED = 72


def show(context: Context) -> Shown:
    """Give the newest versions, what they hold, and the log above them."""
    workspace = context.asked.workspace
    lines = workspace.log()
    before = context.query("before")
    last = min(int(before), len(lines)) if before.isdecimal() and len(before) < 10 else len(lines)
    rows = lines[max(0, last - ROWS) : last][::-1]
    sealed = remembered(workspace, ("sealed",), lambda: _sealed(lines))
    model = {
        "newest": workspace.version, "rows": [_row(context, line, sealed) for line in rows],
        "older": context.here(before=last - ROWS) if last > ROWS else "",
        "newer": context.here(before=last + ROWS) if last < len(lines) else "",
        "tables": remembered(workspace, ("tables",), lambda: _tables(lines, sealed)),
        "sealed": len(sealed), "head": lines[-1]["line"] if lines else "",
        "log": _log(context) if has_log(workspace) else None,
        "asked_note": context.query("checkpoint")[:MOST_NOTE],
    }  # fmt: skip
    return Shown("ledger.html", model)


def _sealed(lines: list[dict[str, Any]]) -> dict[str, str]:
    """Give the salted root under which each part was sealed."""
    return {
        seal["part"]: seal.get("root") or seal["sha256"]
        for line in lines if line["kind"] == "seal" for seal in line["seals"]
    }  # fmt: skip


def _tables(lines: list[dict[str, Any]], sealed: Mapping[str, str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        for part in line.get("parts", ()):
            told = found.setdefault(
                part["table"],
                {"table": part["table"], "parts": 0, "rows": 0, "bytes": 0, "sealed": 0},
            )
            told["parts"] += 1
            told["rows"] += part["rows"]
            told["bytes"] += part["bytes"]
            told["sealed"] += part["file"] in sealed
    return [found[name] for name in sorted(found)]


def _row(context: Context, line: dict[str, Any], sealed: Mapping[str, str]) -> dict[str, Any]:
    parts = line.get("parts", ())
    return {
        "version": line["version"], "href": context.url("ledger.one", version=line["version"]),
        "when": context.numbers.moment(line["at"]), "stamp": context.numbers.stamp(line["at"]),
        "kind": context.words.maybe(".kind", line["kind"]), "what": _what(context, line),
        "rows": context.numbers.count(sum(part["rows"] for part in parts)) if parts else "–",
        "sealed": _state(parts, sealed), "hash": line["line"],
    }  # fmt: skip


def _state(parts: Any, sealed: Mapping[str, str]) -> str:
    if not parts:
        return ""
    return "whole" if all(part["file"] in sealed for part in parts) else "open"


def _what(context: Context, line: dict[str, Any]) -> str:
    """Give in a few words what a version brought."""
    t, source = context.words, line.get("source")
    if line["kind"] == "seal":
        return t(".sealing", count=len(line["seals"]))
    if line["kind"] == "edition":
        return str(line["edition"]["edition"])
    if isinstance(source, dict) and source.get("name"):
        return str(source["name"])
    if isinstance(source, dict) and source.get("by"):
        tables = t(".list").join(line.get("tables", ()))
        return f"{t.maybe('.by', str(source['by']))} → {tables}"
    return str(line.get("why") or line.get("reason") or t(".list").join(line.get("tables", ())))


def _log(context: Context) -> dict[str, Any]:
    log = log_of(context.asked.workspace)
    under, size = log.tiled.published, log.size
    kept = note.Note.parse(log.tiled.signed)
    first = max(0, size - ENTRIES)
    return {
        "origin": log.origin, "size": size, "under": under.size, "root": under.root.hex(),
        "vkey": log.vkey, "policy": log.policy_text,
        "signatures": [_signature(context, one, log) for one in kept.signatures],
        "entries": [_entry(context, log, index) for index in range(size - 1, first - 1, -1)],
        "anchors": [
            (entry.index, str(entry.statement.content.get("kind", "")),
             context.numbers.moment(entry.statement.issued_s * 1_000_000))
            for entry in log.statements("anchor", since=max(0, size - 5_000))
        ],
        "compared": _compared(context, log) if context.query("checkpoint") else None,
    }  # fmt: skip


def _signature(context: Context, one: note.Signature, log: Any) -> dict[str, Any]:
    own = one.name == log.origin
    at = ""
    if not own and len(one.signature) == TIMED:
        at = context.numbers.moment(int.from_bytes(one.signature[:8], "big") * 1_000_000)
    return {"name": one.name, "key": one.key_id.hex(), "own": own, "at": at}


def _entry(context: Context, log: Any, index: int) -> dict[str, Any]:
    said = cose.Statement.decode(log.entry(index))
    version = said.content.get("version")
    return {
        "index": index, "type": context.words.maybe(".entry", said.type),
        "subject": said.subject[:32],
        "at": context.numbers.moment(said.issued_s * 1_000_000), "key": said.kid.hex(),
        "href": context.url("ledger.one", version=version) if isinstance(version, int) else "",
        "proof": f"/v1/log/proofs/{index}" if index < log.tiled.published.size else "",
    }  # fmt: skip


def _compared(context: Context, log: Any) -> tuple[str, str]:
    """Tell whether a checkpoint that somebody kept is the beginning of the log as it is now."""
    t, under = context.words, log.tiled.published
    try:
        kept = note.Note.parse(_note(context.query("checkpoint")[:MOST_NOTE]))
        head = heads.Checkpoint.parse(kept.text)
    except TanluError as error:
        return "bad", error.say(context.language)
    if head.origin != log.origin:
        return "bad", t(".compared.other", origin=head.origin)
    verifier = note.Verifier.parse(log.vkey)
    if not any(note.holds(kept.text, one, verifier) is not None for one in kept.signatures
               if one.key_id == verifier.key_id):  # fmt: skip
        return "bad", t(".compared.unsigned")
    if head.size > under.size:
        return "bad", t(".compared.ahead", size=head.size, now=under.size)
    way = log.consistency(head.size) if head.size else []
    same = head.size == 0 or tree.verify_consistency(
        head.size, under.size, head.root, under.root, way
    )
    key = ".compared.same" if same else ".compared.split"
    return ("good" if same else "bad"), t(key, size=head.size, now=under.size, hashes=len(way))


def _note(text: str) -> bytes:
    """Give the bytes of a note that went through a form, which changes the ends of its lines."""
    return (text.replace("\r\n", "\n").strip("\n ") + "\n").encode()


def one(context: Context) -> Shown:
    """Give one version: what it wrote, from what, under which hashes; TL931 when there is none."""
    workspace, told = context.asked.workspace, context.path("version")
    lines = workspace.log()
    number = int(told) if told.isdecimal() and len(told) < 10 else -1
    line = next((each for each in lines if each["version"] == number), None)
    if line is None:
        raise TanluError("TL931", value=told[:80])
    sealed = remembered(workspace, ("sealed",), lambda: _sealed(lines))
    stated = _stated(context, number)
    n = context.numbers
    model = {
        "number": number, "line": line, "when": n.moment(line["at"], "second"),
        "kind": context.words.maybe(".kind", line["kind"]), "what": _what(context, line),
        "before": context.url("ledger.one", version=number - 1) if number > 1 else "",
        "after": context.url("ledger.one", version=number + 1) if number < len(lines) else "",
        "source": _source(context, line), "inputs": line.get("inputs", ()),
        "parts": [
            {**part, "sealed": sealed.get(part["file"], ""), "entry": stated.get(part["sha256"]),
             "span": " – ".join(n.moment(us) for us in part["ranges"].get("start", ()))}
            for part in line.get("parts", ())
        ],
        "seals": line.get("seals", ()),
        "raw": json.dumps({k: v for k, v in line.items() if k != "line"}, ensure_ascii=False,
                          indent=1, sort_keys=True)[:20_000],
    }  # fmt: skip
    return Shown("ledger/one.html", model, context.words(".of", version=number))


def _stated(context: Context, version: int) -> dict[str, int]:
    """Give the entry of the log that states each part of a version, by the part's hash."""
    workspace = context.asked.workspace
    if not has_log(workspace):
        return {}
    log = log_of(workspace)

    def all_of() -> dict[tuple[int, str], int]:
        return {
            (each.statement.content["version"], each.statement.content["part"].hex()): each.index
            for each in log.statements("batch")
        }

    known = remembered(workspace, ("batches", log.size), all_of)
    return {part: index for (at, part), index in known.items() if at == version}


def _source(context: Context, line: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Give from what a version was made: label, value, and where the original is shown."""
    source, t = line.get("source"), context.words
    if not isinstance(source, dict):
        return []
    made = []
    for key, value in source.items():
        for name, each in value.items() if isinstance(value, dict) else ((key, value),):
            if each in (None, ""):
                continue
            href = context.url("evidence.one", sha256=each) if name in ("file", "mapping") else ""
            text = " – ".join(map(str, each)) if isinstance(each, list) else str(each)
            made.append((t.maybe(".source", name), text, href))
    return made


VIEWS = (
    View("ledger", "/ledger", show, roles=READERS, group="trust", place=10, scope="log:read"),
    View("ledger.one", "/ledger/{version}", one, roles=READERS, scope="log:read"),
)
