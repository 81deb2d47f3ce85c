"""tanlu read and tanlu correct: files in, every row accounted for."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log, new_log
from tanlu.errors import TanluError, say

UNDECIDED = 2
WITH_FINDINGS = 3


def declare(add: Add, console: Console) -> None:
    """Declare the two verbs."""
    reading = add("read", "read")
    reading.add_argument("file", type=Path, help=console.word("file"))
    reading.add_argument("--map", type=Path, metavar="MAP.toml", help=console.word("map"))
    reading.add_argument("--strict", action="store_true", help=console.word("strict"))
    reading.set_defaults(run=run)
    correcting = add("correct", "correct")
    correcting.add_argument("file", type=Path, help=console.word("file"))
    correcting.add_argument("--map", type=Path, metavar="MAP.toml", help=console.word("map"))
    correcting.add_argument("--strict", action="store_true", help=console.word("strict"))
    correcting.set_defaults(run=correct)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Read a file into the ledger; without a mapping use the one beside it, or propose one."""
    from tanlu.monitor import Mapping, intake
    from tanlu.store import open_workspace

    mapping: Path = asked.map or _beside(asked.file)
    if asked.map is None:
        if not mapping.exists():
            return _propose(asked.file, mapping, console)
        console.say("mapping_beside", path=mapping)
    known = Mapping.load(mapping)
    _there(asked.file)  # before a ledger is made for nothing
    workspace = open_workspace(asked.ledger, create=True)
    new_log(workspace)
    facts = console.follow(intake(asked.file, known, workspace))
    code = tell(facts, console, strict=asked.strict)
    follow_log(workspace, console)
    if facts["rows_quarantined"]:
        console.say("correct_next", ledger=asked.ledger)
    return code


def correct(asked: argparse.Namespace, console: Console) -> int:
    """Write out the open quarantined rows, or with a mapping read the mended file back."""
    from tanlu.monitor import corrections, intake
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    if asked.map is not None:
        facts = console.follow(intake(asked.file, asked.map, workspace))
        code = tell(facts, console, strict=asked.strict)
        follow_log(workspace, console)
        return code
    rows = corrections(workspace, asked.file, language=console.language)
    console.say("corrections" if rows else "corrections_none", rows=rows, path=asked.file)
    console.result({"rows": rows, "path": str(asked.file)})
    return 0


def _there(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise TanluError("TL301", value=file.name, why=error.strerror or str(error)) from error


def _beside(file: Path) -> Path:
    """Give where the mapping of a file stands: beside it, or here where that folder is closed."""
    beside = file.with_name(f"{file.stem}.map.toml")
    if beside.exists() or os.access(file.parent, os.W_OK):
        return beside
    return Path(beside.name)


def _propose(file: Path, path: Path, console: Console) -> int:
    """Write a proposal for a person to look at; nothing is read until it was."""
    from tanlu.monitor import propose

    text, left, noted = propose(file, language=console.language)
    path.write_text(text, encoding="utf-8")
    console.say("proposed", path=shlex.quote(str(path)), file=shlex.quote(str(file)))
    for line in left:
        console.say("proposed_open", line=line)
    for line in noted:
        console.say("proposed_noted", line=line)
    facts = {"proposed": str(path), "open": list(left), "noted": list(noted), "mapping": text}
    console.result(facts)
    return UNDECIDED


def tell(facts: dict[str, Any], console: Console, *, strict: bool) -> int:
    """Show the rows equation and the findings by code; give the exit code."""
    console.say("rows", **{key: facts[key] for key in _COUNTS})
    findings: dict[str, int] = facts.get("findings", {})
    _count("quarantined_line", facts.get("quarantined", {}), console)
    _count("finding_line", findings, console)
    console.result(facts)
    return WITH_FINDINGS if strict and (facts["rows_quarantined"] or findings) else 0


def _count(word: str, counts: dict[str, int], console: Console) -> None:
    for code, count in sorted(counts.items()):
        text = say(code, language=console.language, value="…", near="…").removeprefix(f"[{code}] ")
        console.say(word, count=count, code=code, text=text)


_COUNTS = ("rows_in", "rows_new", "rows_known", "rows_quarantined")
