"""tanlu trace: one order from the mine to the doorstep and back."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.terms import Document

FORMATS = ("text", "json", "geojson", "svg")
URIS = ("urn:", "http://", "https://", "(", "]c1", "gsrn", "tel:", "mailto:")
DIRECTIONS = ("both", "forwards", "backwards")


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("trace", "trace_verb")
    parser.add_argument("subject", help=console.word("trace_subject"))
    parser.add_argument("--format", choices=FORMATS, help=console.word("trace_format"))
    parser.add_argument(
        "--direction", choices=DIRECTIONS, default="both", help=console.word("trace_direction")
    )
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument(
        "--basis", choices=("location", "market"), default="location", help=console.word("basis")
    )
    parser.add_argument("--as-of", metavar="VERSION", help=console.word("trace_as_of"))
    parser.add_argument("--width", type=int, default=1080, help=console.word("trace_width"))
    parser.add_argument("--out", type=Path, metavar="F", help=console.word("file_out"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Trace a subject and show it in the form asked for, or in that of the file's suffix."""
    from tanlu.factors import profile
    from tanlu.report.tracing import tracing
    from tanlu.store import open_workspace
    from tanlu.store.index import extend
    from tanlu.track.trace import trace

    workspace = open_workspace(asked.ledger)
    console.follow(extend(workspace))
    as_of, subject = asked.as_of, asked.subject
    if subject.lower().startswith(URIS):
        from tanlu.track.events import subject_in

        # one word for all spellings of a key
        subject = subject_in(workspace, subject)
    found = trace(
        workspace, subject, direction=asked.direction,
        profile=profile(asked.profile).name if asked.profile else None, basis=asked.basis,
        as_of=int(as_of) if as_of and as_of.isdecimal() else as_of,
    )  # fmt: skip
    document = tracing(found, language=console.language)
    form = asked.format or _form(asked.out)
    said = _said(document, form, asked.width)
    if asked.out is not None:
        _write(asked.out, said)
        console.say("written", path=asked.out)
    elif not console.as_json or form != "text":
        console.write(said.rstrip("\n"))
        if form == "text":
            console.say("trace_next_picture", subject=found.subject, ledger=asked.ledger)
        return 0
    console.say("trace_next", subject=found.subject, ledger=asked.ledger)
    console.result(document.facts)
    return 0


def _form(path: Path | None) -> str:
    suffix = "" if path is None else path.suffix.lower().lstrip(".")
    return suffix if suffix in FORMATS else "text"


def _said(document: Document, form: str, width: int) -> str:
    from tanlu.report import text
    from tanlu.report.tracing import geojson, overview

    facts: dict[str, Any] = document.facts
    if form == "geojson":
        return json.dumps(geojson(facts), ensure_ascii=False) + "\n"
    if form == "json":
        return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
    return overview(facts, width=width) if form == "svg" else text(document)


def _write(path: Path, said: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    except OSError as error:
        raise TanluError("TL614", value=path, why=error.strerror or str(error)) from error
