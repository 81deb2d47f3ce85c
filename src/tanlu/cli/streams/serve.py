"""tanlu serve: the web process, or with --ingest what takes readings, none lost, none twice."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log, new_log
from tanlu.cli.serving import web
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.serve.gateway import Wanted
    from tanlu.serve.ingest import Server

PORT = 7390
MIB = 1 << 20
ABOUT = Path("streams") / "serve.json"


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("serve", "serve_verb")
    parser.add_argument("--ingest", action="store_true", help=console.word("serve_ingest"))
    parser.add_argument("--port", type=int, default=PORT, help=console.word("serve_port"))
    parser.add_argument(
        "--queue-mib", type=int, default=64, metavar="N", help=console.word("serve_queue")
    )
    beside = parser.add_argument_group(console.word("serve_beside"))
    beside.add_argument("--points", type=Path, metavar="CSV", help=console.word("serve_points"))
    beside.add_argument("--ocpp", type=int, metavar="PORT", help=console.word("serve_ocpp"))
    beside.add_argument(
        "--frames", action="append", default=[], metavar="PROTOCOL:PORT",
        help=console.word("serve_frames"),
    )  # fmt: skip
    beside.add_argument("--folder", type=Path, metavar="DIR", help=console.word("serve_folder"))
    for name in ("mqtt", "nats", "kafka"):
        beside.add_argument(f"--{name}", metavar="URL", help=console.word(f"serve_{name}"))
    web.declare(parser, console)
    for name in ("ca", "certificate", "key"):
        beside.add_argument(f"--{name}", type=Path, help=console.word(f"serve_{name}"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Serve until a signal ends it, the pages, a demonstration, or the streams of devices."""
    if asked.demo:
        from tanlu.cli.serving import demo

        return demo.run(asked, console)
    return _ingest(asked, console) if asked.ingest else web.run(asked, console)


def _ingest(asked: argparse.Namespace, console: Console) -> int:
    """Take readings; at the end drain what is left and tell the final counters."""
    from tanlu.serve.gateway import Gateways
    from tanlu.serve.ingest import Server, note
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger, create=True)
    new_log(workspace)
    console.tell(console.word("serve_starts"))
    wanted = _wanted(asked)
    server = Server(workspace, asked.port, bytes_max=max(1, asked.queue_mib) * MIB)
    told = workspace.path / ABOUT
    try:
        if any(wanted):
            server.beside(Gateways(server.group, server.registry, wanted, zone=workspace.zone))
        server.serve(lambda: _ready(server, console, told))
    finally:
        with contextlib.suppress(OSError):
            told.unlink(missing_ok=True)
        note("stopping")
        counters = None if server.group.failure else server.pipeline.counters()
        server.close()
    _end(workspace, console, counters)
    return 0


def _wanted(asked: argparse.Namespace) -> Wanted:
    """Give what to hear beside HTTP."""
    from tanlu.serve.gateway import Wanted

    frames = []
    for each in asked.frames:
        protocol, _, port = each.partition(":")
        if not (port.isascii() and port.isdigit() and int(port) < 1 << 16):
            raise TanluError("TL007", value=each)
        frames.append((protocol, int(port)))
    return Wanted(
        asked.points, asked.ocpp, asked.mqtt, asked.ca, asked.certificate, asked.key, asked.nats,
        asked.kafka, asked.folder, tuple(frames),
    )  # fmt: skip


def _ready(server: Server, console: Console, told: Path) -> None:
    """Say that it listens, in the first line that a program reads too."""
    from tanlu.serve.ingest import note

    facts = {
        **server.facts(),
        "open": not server.registry.closed,
        "ledger": str(told.parent.parent),
    }
    told.write_text(json.dumps({"url": server.url, "pid": os.getpid()}), encoding="utf-8")
    if console.as_json:
        console.result(facts)
    else:
        console.say("serve_listens", url=server.url)
        console.say("serve_closed" if server.registry.closed else "serve_open")
        console.say("serve_next", url=server.url)
    console.flush()
    note("listening", url=server.url, open=facts["open"])


def _end(workspace: Any, console: Console, counters: dict[str, Any] | None) -> None:
    from tanlu.serve.ingest import note
    from tanlu.store.stream import drain

    console.say("serve_drains")
    drained = console.follow(drain(workspace))
    follow_log(workspace, console)
    sums = _sums(counters or {"streams": {}})
    note("stopped", drained_rows=drained["rows"], **sums)
    console.say("serve_ended", **sums, drained=drained["rows"])
    console.result({"ended": {**sums, "drained": drained["rows"], "version": drained["version"]}})


def _sums(counters: dict[str, Any]) -> dict[str, int]:
    names = ("rows_in", "rows_new", "rows_known", "rows_quarantined", "missing")
    streams = counters["streams"].values()
    return {name: sum(each[name] for each in streams) for name in names}
