"""tanlu epcis: events of things captured, asked for, hashed and looked at (EPCIS 2.0)."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log, new_log
from tanlu.errors import TanluError, say

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace
    from tanlu.terms import Progress

__all__ = ["declare"]

WITH_FINDINGS = 3
SHOWN = 20
# bytes from which on several processes share a file
LARGE = 1 << 26
WORKERS = 4
FILTERS = ("epc", "parent", "step", "place", "type", "action", "id")
TIMES = ("since", "until")


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    actions = add("epcis", "epcis_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("epcis_actions")
    )
    for name, run in (("capture", capture), ("check", check), ("hash", hash_)):
        made = add(name, f"epcis_{name}", actions)
        made.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help=console.word("epcis_files")
        )
        made.set_defaults(run=run)
        if name == "capture":
            made.add_argument(
                "--personal", action="append", default=[], metavar="NAME",
                help=console.word("epcis_personal"),
            )  # fmt: skip
        if name == "hash":
            made.add_argument("--text", action="store_true", help=console.word("epcis_text"))
    asked = add("events", "epcis_events", actions)
    asked.set_defaults(run=events)
    for name in FILTERS:
        asked.add_argument(f"--{name}", action="append", help=console.word(f"epcis_{name}"))
    for name in TIMES:
        asked.add_argument(f"--{name}", metavar="TIME", help=console.word(f"epcis_{name}"))
    asked.add_argument("--out", type=Path, metavar="FILE", help=console.word("epcis_out"))
    asked.add_argument("--persons", action="store_true", help=console.word("epcis_persons"))


def capture(asked: argparse.Namespace, console: Console) -> int:
    """Take the events of files into the ledger, each once."""
    from tanlu.store import open_workspace

    read = [(file, _bytes(file)) for file in asked.files]
    workspace = open_workspace(asked.ledger, create=True)
    new_log(workspace)
    total: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for facts, codes, findings in console.follow(_all(workspace, read, asked.personal)):
        total.update(facts)
        refused.update(codes)
        found.update(findings)
    follow_log(workspace, console)
    console.say("rows", **{name: total[name] for name in COUNTS})
    if total["rows_retracted"]:
        console.say("epcis_retracted", count=total["rows_retracted"])
    for word, codes in (("quarantined_line", refused), ("finding_line", found)):
        for code, count in sorted(codes.items()):
            console.say(word, count=count, code=code, text=_sentence(code, console))
    if refused:
        console.say("epcis_where", file=" ".join(map(str, asked.files)))
    if total["rows_new"]:
        console.say("epcis_next", ledger=asked.ledger)
    console.result(
        {**{name: total[name] for name in (*COUNTS, "rows_retracted", "things")},
         "quarantined": dict(refused), "findings": dict(found)}
    )  # fmt: skip
    return 0


def _all(
    workspace: Workspace, read: list[tuple[Path, bytes]], personal: list[str]
) -> Iterator[Progress]:
    """Take file after file; result are the counts of each."""
    from tanlu.terms import Progress
    from tanlu.track.events import capture as captured

    done: list[tuple[dict[str, int], Counter[str], Counter[str]]] = []
    for number, (file, data) in enumerate(read):
        yield Progress("capture", number, len(read), unit="files")
        workers = min(os.cpu_count() or 1, WORKERS) if len(data) > LARGE else 1
        now_us = time.time_ns() // 1000
        taken = captured(data, recorded_us=now_us, workers=workers)
        done.append(_take(workspace, file, taken, personal))
    yield Progress("capture", len(read), len(read), unit="files", result=done)


COUNTS = ("rows_in", "rows_new", "rows_known", "rows_quarantined")


def _take(
    workspace: Workspace, file: Path, captured: Any, personal: list[str]
) -> tuple[dict[str, int], Counter[str], Counter[str]]:
    """Write what is new of a capture; what a declaration takes back is retracted first."""
    from tanlu.track.events import keep

    new = keep(workspace, captured, source={"file": file.name}, personal=personal)
    facts = {
        "rows_in": new.rows_in, "rows_new": new.rows_new, "rows_known": new.rows_known,
        "rows_quarantined": new.rows_quarantined, "rows_retracted": new.wrong.len(),
        "things": new.events.height,
    }  # fmt: skip
    return facts, Counter(captured.rejected["code"]), Counter(new.findings["code"])


def check(asked: argparse.Namespace, console: Console) -> int:
    """Look at events without taking them; exit 3 when something does not hold."""
    from tanlu.track.events import capture as captured
    from tanlu.track.events import check as checked

    rows: list[dict[str, Any]] = []
    events = 0
    for file in asked.files:
        given = captured(_bytes(file), recorded_us=time.time_ns() // 1000)
        found = checked(given)
        events += given.epcis.height
        rows += [{"file": str(file), **row} for row in found.rows(named=True)]
    for row in rows[:SHOWN]:
        place = f"{row['file']}:{row['source_line'] or ''}".rstrip(":")
        said = say(
            row["code"], language=console.language, column=row["column"], value=row["value"],
            why=row["hint"],
        )  # fmt: skip
        console.tell(f"{place}  {said}")
    if len(rows) > SHOWN:
        console.say("epcis_more", count=len(rows) - SHOWN)
    console.say("epcis_checked", events=events, findings=len(rows))
    console.result({"events": events, "findings": rows})
    return WITH_FINDINGS if rows else 0


def hash_(asked: argparse.Namespace, console: Console) -> int:
    """Print the CBV 2.0 hash of each event."""
    from tanlu.track.events import hashes

    rows: list[dict[str, Any]] = []
    for file in asked.files:
        for number, (name, text) in enumerate(hashes(_bytes(file)), 1):
            rows.append({"file": str(file), "event": number, "hash": name, "text": text})
    for row in rows:
        console.tell(row["hash"])
        if asked.text:
            console.tell(f"  {row['text']}")
    console.result({"hashes": rows})
    return 0


def events(asked: argparse.Namespace, console: Console) -> int:
    """Show the events that fit, or write them as one EPCISDocument."""
    from tanlu.store import open_workspace
    from tanlu.track.events import documents, named_again, query

    named = {name: getattr(asked, name) for name in (*FILTERS, *TIMES)}
    named["event_id"] = named.pop("id")
    workspace = open_workspace(asked.ledger)
    found = query(workspace, **named)
    if asked.persons:
        found = named_again(workspace, found)
    if asked.out is not None:
        text = json.dumps(documents(found), ensure_ascii=False, indent=2)
        try:
            asked.out.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            why = error.strerror or str(error)
            raise TanluError("TL004", value=asked.out, why=why) from error
        console.say("epcis_written", count=found.height, file=asked.out)
    elif not console.as_json:
        _show(found, console)
    facts: dict[str, Any] = {"events": found.height}
    if asked.out is None:
        facts["document"] = documents(found) if console.as_json else None
    console.result({**facts, "rows": found.drop("document", "context").to_dicts()})
    return 0


def _show(found: pl.DataFrame, console: Console) -> None:
    import polars as pl

    at = pl.from_epoch("at", time_unit="us").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = found.head(SHOWN).with_columns(at)
    for row in shown.rows(named=True):
        words = [row[name] for name in ("type", "action", "step", "read_point", "location")]
        mark = "✗ " if row["corrects"] else ""
        console.tell(f"{row['at']}  {mark}{' '.join(word for word in words if word)}")
        console.tell(f"    {row['event_id']}")
    if found.height > SHOWN:
        console.say("epcis_more", count=found.height - SHOWN)
    console.say("epcis_found", count=found.height)


def _sentence(code: str, console: Console) -> str:
    said = say(code, language=console.language, value="…", column="…", why="…")
    return said.removeprefix(f"[{code}] ")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise TanluError("TL004", value=file, why=why) from error
