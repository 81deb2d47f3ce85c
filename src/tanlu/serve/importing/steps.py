"""The steps of an upload: who stops and comes back finds it where he left it."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tanlu.errors import TanluError
from tanlu.monitor import Answers, Mapping, Proposal, propose, seen, sniff
from tanlu.serve.jobs.shelf import now_us
from tanlu.serve.resources.asking.bodies import MOST, Received
from tanlu.serve.resources.bringing import kept
from tanlu.store.relational.tables import IMPORTS, UPLOADS

if TYPE_CHECKING:
    from tanlu.monitor import Dialect
    from tanlu.serve.api import Asked

__all__ = [
    "Import", "answered", "asked_for", "imports", "listed", "mapped", "one", "proposed", "remove",
    "run", "submit", "take",
]  # fmt: skip

MOST_NAME = 120
MOST_MAPPING = 1 << 20
PIECE = 1 << 20
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")
UNSAID = re.compile(r"[/\\\x00-\x1f\x7f]")
JOBS = {"rehearse": "rehearsed", "read": "read", "quantify": "quantified"}


@dataclass(frozen=True, slots=True)
class Import:
    """An upload and how far it is."""

    upload: str
    name: str
    sha256: str
    bytes: int
    by: str
    created_us: int
    mapping: str
    answers: Answers | None
    jobs: dict[str, str]
    request: str
    submitted_us: int | None


def take(asked: Asked, file: IO[bytes], name: str, *, request: str = "") -> str:
    """Keep a file and give the identity of its upload.

    Raises
    ------
    TanluError
        TL486 for no file, TL468 for another suffix, TL467 for what is too large or has too many
        columns, TL301 for what no reader can read.
    """
    named = UNSAID.sub("_", name.strip())[-MOST_NAME:]
    if not named:
        raise TanluError("TL486", value="file")
    suffix = Path(named).suffix.lower()
    if suffix not in SUFFIXES:
        raise TanluError("TL468", value=suffix or named, known=", ".join(SUFFIXES))
    handle, place = tempfile.mkstemp(prefix="tanlu-in-")
    path = Path(place)
    try:
        with os.fdopen(handle, "wb") as out:
            digest, size = _copied(file, out)
        row = kept.keep(asked, Received(path, digest, size, ""), named)
    finally:
        path.unlink(missing_ok=True)
    upload = str(row["upload"])
    try:
        _readable(asked, upload)
    except TanluError:
        kept.drop(asked, upload)
        raise
    _write(asked, upload, {"request": request or None})
    return upload


def _copied(file: IO[bytes], out: IO[bytes]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := file.read(PIECE):
        size += len(piece)
        if size > MOST:
            raise TanluError("TL467", value=f"> {size:,} B", most=f"{MOST:,} B")
        digest.update(piece)
        out.write(piece)
    return digest.hexdigest(), size


def _readable(asked: Asked, upload: str) -> None:
    with tempfile.TemporaryDirectory(prefix="tanlu-in-") as folder:
        kept.narrow(sniff(kept.file_of(asked, upload, Path(folder))).columns)


def imports(asked: Asked) -> list[Import]:
    """Give the uploads that wait, the newest first; a supplier sees his own alone."""
    with asked.state() as state:
        rows = state.rows(
            UPLOADS, *kept.mine(asked), order=(UPLOADS.c.created_us.desc(),), limit=200
        )
        held = {row["upload"]: row for row in state.rows(IMPORTS)}
    return [_told(row, held.get(row["upload"])) for row in rows]


def one(asked: Asked, upload: str) -> Import:
    """Give an upload; TL484 where the asker has none of that identity."""
    with asked.state() as state:
        row = state.one(UPLOADS, UPLOADS.c.upload == upload, *kept.mine(asked))
        if row is None:
            raise TanluError("TL484", value=upload[:80])
        return _told(row, state.one(IMPORTS, IMPORTS.c.upload == upload))


def _told(row: dict[str, Any], held: dict[str, Any] | None) -> Import:
    held = held or dict.fromkeys(("answers", "mapping", "request", "submitted_us", *JOBS.values()))
    said = json.loads(held["answers"]) if held["answers"] else None
    return Import(
        row["upload"], row["name"], row["sha256"], row["bytes"], row["by"], row["created_us"],
        held["mapping"] or "", Answers(**said) if said else None,
        {verb: held[column] for verb, column in JOBS.items() if held[column]},
        held["request"] or "", held["submitted_us"],
    )  # fmt: skip


def listed(asked: Asked, upload: str) -> tuple[Dialect, tuple[Any, ...]]:
    """Give how an upload is written and what each of its columns shows."""
    known = one(asked, upload)
    given = dict(known.answers.fields) if known.answers else None
    with tempfile.TemporaryDirectory(prefix="tanlu-in-") as folder:
        path = kept.file_of(asked, upload, Path(folder))
        return sniff(path), seen(path, given)


def proposed(asked: Asked, upload: str) -> Proposal:
    """Give the mapping of an upload as what is known of it makes it, with what is open."""
    known = one(asked, upload)
    with tempfile.TemporaryDirectory(prefix="tanlu-in-") as folder:
        path = kept.file_of(asked, upload, Path(folder))
        return propose(path, language=asked.language, answers=known.answers)


def answered(asked: Asked, upload: str, answers: Answers) -> Proposal:
    """Keep what a person said of the columns; give the mapping, with what is still open."""
    one(asked, upload)
    said = json.dumps({name: _plain(value) for name, value in answers._asdict().items()})
    _write(asked, upload, {"answers": said, "mapping": None, **dict.fromkeys(JOBS.values())})
    made = proposed(asked, upload)
    if not made.open:
        _write(asked, upload, {"mapping": made.text})
    return made


def _plain(value: object) -> object:
    if not isinstance(value, dict):
        return value
    return {key: _plain(each) for key, each in value.items()}


def mapped(asked: Asked, upload: str, text: str) -> None:
    """Keep a mapping that a person wrote or brought.

    Raises
    ------
    TanluError
        TL302 or TL303 when it does not hold, TL467 when it is too long.
    """
    one(asked, upload)
    if len(text) > MOST_MAPPING:
        raise TanluError("TL467", value=f"{len(text):,} B", most=f"{MOST_MAPPING:,} B")
    Mapping.parse(text)
    _write(asked, upload, {"mapping": text, "answers": None, **dict.fromkeys(JOBS.values())})


def run(asked: Asked, jobs: Any, upload: str, verb: str) -> str:
    """Ask for the job of a step and give its identity; one that runs or is done is not asked twice.

    Raises
    ------
    TanluError
        TL491 without a mapping, TL473 where the role may not.
    """
    known = one(asked, upload)
    assert asked.principal is not None
    if asked.principal.role not in jobs.verbs[verb].roles:
        raise TanluError("TL473", value=asked.principal.role)
    if before := known.jobs.get(verb):
        told = jobs.told(asked.tenant, before)
        if told["state"] in ("queued", "running", "done"):
            return before
    arguments = {} if verb == "quantify" else {"upload": upload, "mapping": known.mapping}
    if verb != "quantify" and not known.mapping:
        raise TanluError("TL491", value="mapping", why="it is needed")
    name: str = jobs.ask(asked.tenant, verb, arguments, asked.principal.identity)
    _write(asked, upload, {JOBS[verb]: name})
    return name


def submit(asked: Asked, upload: str) -> None:
    """Hand an upload of a supplier to those who may read it."""
    one(asked, upload)
    _write(asked, upload, {"submitted_us": now_us()})


def asked_for(asked: Asked) -> dict[str, int]:
    """Give how many uploads answer each request."""
    counts: dict[str, int] = {}
    for each in imports(asked):
        if each.request and each.submitted_us:
            counts[each.request] = counts.get(each.request, 0) + 1
    return counts


def remove(asked: Asked, upload: str) -> None:
    """Clear an upload away; what was read of it stays in the ledger."""
    one(asked, upload)
    kept.drop(asked, upload)
    with asked.state() as state:
        state.drop(IMPORTS, IMPORTS.c.upload == upload)


def _write(asked: Asked, upload: str, row: dict[str, Any]) -> None:
    row = {**row, "changed_us": now_us()}
    with asked.state() as state:
        if not state.change(IMPORTS, row, IMPORTS.c.upload == upload):
            state.add(IMPORTS, {**row, "upload": upload})
