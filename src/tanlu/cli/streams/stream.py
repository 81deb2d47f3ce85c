"""tanlu stream: what streams carry, what is missing of them, what was refused and is mended."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add, acting
from tanlu.cli.following import follow_log, new_log
from tanlu.errors import TanluError

__all__ = ["declare"]

SECOND_US = 1_000_000
# as monitor.devices names them; a test compares, so that help needs no tables
ROLES = ("register", "interval", "pulse", "gauge", "position", "event")
ESTIMATES = ("none", "linear", "profile")
TEXTS = ("estimate", "unit", "quantity", "kind", "carrier", "formula", "meaning")
NUMBERS = ("minimum", "maximum", "rate_max", "rollover", "per_pulse")
SECONDS = ("step", "lateness")
SHOWN = 40
LINES = 1_000


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    action = acting(add, console, "stream")

    def option(parser: argparse.ArgumentParser, name: str, **more: Any) -> None:
        flag = f"--{name.replace('_', '-')}"
        parser.add_argument(flag, help=console.word(f"stream_{name}"), **more)

    defined = action("define", define)
    defined.add_argument("stream", help=console.word("stream_stream"))
    option(defined, "role", choices=ROLES)
    option(defined, "estimate", choices=ESTIMATES)
    for name in TEXTS[1:]:
        option(defined, name)
    for name in (*NUMBERS, *SECONDS):
        option(defined, name, type=float)
    action("list", list_)
    action("show", show).add_argument("stream", help=console.word("stream_stream"))
    for name, run in (("gaps", gaps), ("quarantine", quarantine)):
        made = action(name, run)
        made.add_argument("stream", nargs="?", help=console.word("stream_only"))
        option(made, "token", type=Path, metavar="FILE") if name == "gaps" else option(
            made, "out", type=Path
        )
    fed = action("refeed", refeed)
    fed.add_argument("file", type=Path, help=console.word("stream_file"))
    option(fed, "stream")
    option(fed, "token", type=Path, metavar="FILE")
    old = action("retire", retire)
    old.add_argument("table", choices=("reading", "position"), help=console.word("stream_table"))
    option(old, "before", required=True)
    option(old, "reason", required=True)


def define(asked: argparse.Namespace, console: Console) -> int:
    """Define a stream from now on; what is not said stays as it was."""
    import dataclasses

    from tanlu.monitor import devices
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger, create=True)
    new_log(workspace)
    told: dict[str, Any] = {name: getattr(asked, name) for name in (*TEXTS, *NUMBERS, "role")}
    told |= {f"{name}_us": _micros(getattr(asked, name)) for name in SECONDS}
    told = {name: value for name, value in told.items() if value is not None}
    held = devices.Registry.of(workspace)
    closed = held.streams_closed
    known = held.stream(asked.stream) or devices.StreamDef(asked.stream, 0, "gauge")
    made = dataclasses.replace(known, since=devices.now_us(), **told)
    version = devices.define(workspace, made)
    console.say("stream_defined", stream=asked.stream, role=made.role, version=version)
    if not closed:
        console.say("stream_closes")
    follow_log(workspace, console)
    console.result({**dataclasses.asdict(made), "version": version})
    return 0


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the streams that are taken: the ledger's own and those that are shipped."""
    from tanlu.monitor.devices import Registry
    from tanlu.store import open_workspace

    held = Registry.of(open_workspace(asked.ledger))
    for row in held.streams.iter_rows(named=True):
        meaning = _meaning(row, console)
        own = " " if row["since"] == 0 else "*"
        console.tell(f"{own} {row['stream']:20} {row['role']:9} {row['unit'] or '-':6} {meaning}")
    console.say("stream_closed" if held.streams_closed else "stream_open")
    console.result({"streams": held.streams.to_dicts(), "closed": held.streams_closed})
    return 0


def _meaning(row: dict[str, Any], console: Console) -> str:
    """Give what a stream is; of the shipped ones in the language of the user."""
    from tanlu.monitor.devices import sources

    if console.language == "zh" and not row["since"]:
        return sources()[row["stream"]][0]
    return row["meaning"] or ""


def show(asked: argparse.Namespace, console: Console) -> int:
    """Show the definition of a stream that holds, and those before it."""
    import dataclasses

    import polars as pl

    from tanlu.monitor.devices import Registry, sources
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    found = Registry.of(workspace).stream(asked.stream)
    if found is None:
        raise TanluError("TL364", value=asked.stream, why="it is not defined")
    source = None
    if found.since == 0 and asked.stream in sources():
        source = sources()[asked.stream][1]
    told = dataclasses.asdict(found)
    if not found.since:
        told |= {"meaning": _meaning(told, console), "since": None}
    console.tell_row("stream", told)
    if source:
        console.tell(f"{console.word('stream_source'):14} {source}")
    lines = workspace.scan("stream").filter(pl.col("stream") == asked.stream).collect()
    console.result({"now": dataclasses.asdict(found), "source": source, "lines": lines.to_dicts()})
    return 0


def gaps(asked: argparse.Namespace, console: Console) -> int:
    """Tell which readings are missing: from the server that runs, else from its log."""
    from urllib.parse import quote

    from tanlu.cli.streams.running import running, token_of

    server = running(asked.ledger, token_of(asked.token))
    if server is not None:
        path = f"/v1/gaps?stream={quote(asked.stream)}" if asked.stream else "/v1/gaps"
        told = server.ask(path)
        rows, missing = told["gaps"], told["missing"]
    else:
        with _pipeline(asked) as pipeline:
            found = pipeline.gaps(asked.stream)
        rows, missing = found.to_dicts(), int(found["count"].sum())
    for row in rows[:SHOWN]:
        console.tell(f"{row['stream']:20} {row['device']:24} "
                     f"{row['first_seq']}–{row['last_seq']}  {row['count']}")  # fmt: skip
    console.say("stream_missing" if missing else "stream_whole", missing=missing, ranges=len(rows))
    console.result({"gaps": rows, "missing": missing})
    return 0


def quarantine(asked: argparse.Namespace, console: Console) -> int:
    """List what was refused of streams, or write it out to be mended and fed again."""
    from tanlu.errors import catalogue, reason
    from tanlu.monitor.stream import export, quarantined
    from tanlu.store import open_workspace

    rows = quarantined(open_workspace(asked.ledger), asked.stream)
    if asked.out is not None:
        export(rows, asked.out)
        console.say("stream_exported", rows=rows.height, file=asked.out)
        console.result({"rows": rows.height, "file": str(asked.out)})
        return 0
    counts = rows.group_by("stream", "code", maintain_order=True).len("rows").to_dicts()
    for row in counts:
        console.tell(f"{row['stream']:20} {row['code']}  {row['rows']}")
    for row in rows.head(SHOWN).iter_rows(named=True):
        # what is kept speaks English
        where = f"{row['column'] or '-'}={reason(row['value'] or '-', console.language)}"
        entry = catalogue().get(row["code"])
        hint = entry.hint_zh if entry and console.language == "zh" else row["hint"]
        console.tell(f"  {row['quarantine_id']}  {row['code']}  {where}  {hint or ''}")
    console.say("stream_refused" if rows.height else "stream_none", rows=rows.height)
    shown = rows.head(LINES).to_dicts()
    console.result({"rows": rows.height, "counts": counts, "quarantine": shown})
    return 0


def refeed(asked: argparse.Namespace, console: Console) -> int:
    """Give mended rows to their streams again; each is taken once, however often it is fed."""
    from tanlu.cli.streams.running import running, token_of
    from tanlu.monitor.stream import mended

    lines, skipped = mended(asked.file, asked.stream)
    totals = {"rows_in": 0, "rows_new": 0, "rows_known": 0, "rows_quarantined": 0}
    codes: dict[str, int] = {}
    server = running(asked.ledger, token_of(asked.token))
    for answer in _posted(server, lines) if server else _taken(asked, lines):
        for name in totals:
            totals[name] += answer[name]
        for code, count in answer["codes"].items():
            codes[code] = codes.get(code, 0) + count
    if server is None and totals["rows_in"]:
        _drained(asked, console)
    if skipped:
        console.say("stream_skipped", rows=skipped)
    console.say("stream_refed", **totals)
    for code, count in codes.items():
        console.say("device_refused", code=code, count=count)
    console.result({**totals, "codes": codes, "skipped": skipped, "server": bool(server)})
    return 0


def retire(asked: argparse.Namespace, console: Console) -> int:
    """Erase readings or positions of before a day; their roots and statements stay."""
    from tanlu.store import open_workspace
    from tanlu.store.stream import retire_before
    from tanlu.terms import time

    workspace = open_workspace(asked.ledger)
    before_us = time.period(asked.before, workspace.zone)[0]
    files = list(retire_before(workspace, asked.table, before_us, reason=asked.reason))
    follow_log(workspace, console)
    console.say("stream_retired", count=len(files))
    console.result({"table": asked.table, "before_us": before_us, "files": files})
    return 0


def _posted(server: Any, lines: dict[str, list[bytes]]) -> Iterator[dict[str, Any]]:
    from urllib.parse import quote

    for stream, rows in lines.items():
        for start in range(0, len(rows), LINES):
            body = b"\n".join(rows[start : start + LINES])
            yield server.post(f"/v1/streams/{quote(stream, safe='')}", body)


def _taken(asked: argparse.Namespace, lines: dict[str, list[bytes]]) -> Iterator[dict[str, Any]]:
    """Take the rows without a server, as it would; who has the ledger may send for all."""
    from tanlu.cli.streams.running import NDJSON
    from tanlu.monitor.devices import Sender, now_us
    from tanlu.monitor.stream import Body

    keeper = Sender("", ("*",))
    with _pipeline(asked) as pipeline:
        for stream, rows in lines.items():
            for start in range(0, len(rows), LINES):
                data = b"\n".join(rows[start : start + LINES])
                yield pipeline.take([Body(stream, NDJSON, data, now_us(), keeper)])[0]._asdict()


def _drained(asked: argparse.Namespace, console: Console) -> None:
    """Bring what was taken without a server into the ledger, as its second process would."""
    from tanlu.store import open_workspace
    from tanlu.store.stream import drain

    workspace = open_workspace(asked.ledger)
    console.follow(drain(workspace))
    follow_log(workspace, console)


def _pipeline(asked: argparse.Namespace) -> Any:
    from contextlib import closing

    from tanlu.monitor.devices import Registry
    from tanlu.monitor.stream import Pipeline
    from tanlu.store import open_workspace
    from tanlu.store.stream import open_stream_log

    workspace = open_workspace(asked.ledger)
    return closing(Pipeline(open_stream_log(workspace), Registry.of(workspace)))


def _micros(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * SECOND_US)
