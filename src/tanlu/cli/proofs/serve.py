"""tanlu log serve: the static files of a log, on loopback."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.proofs import witness
from tanlu.errors import TanluError

PORT = 7381


def declare(add: Add, console: Console) -> None:
    """Declare the action."""
    parser = add("serve", "log_serve_verb")
    parser.add_argument("folder", nargs="?", type=Path, help=console.word("log_serve_folder"))
    parser.add_argument("--port", type=int, default=PORT, help=console.word("serve_port"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Serve a log until somebody interrupts."""
    from tanlu.serve import LogFiles, Server

    folder = log_folder(asked.folder or asked.ledger)
    if not (folder / "checkpoint").is_file():
        raise TanluError("TL631", value=folder, why="it has no checkpoint")
    server = Server(LogFiles(folder), asked.port)
    console.say("serve_serves", folder=folder, url=server.url)
    return witness.serve(server, console, {"folder": str(folder), "url": server.url})


def log_folder(place: Path) -> Path:
    """Give the folder of the log of a workspace, or the folder itself where it is a log."""
    inner = place / "log"
    return inner if (inner / "checkpoint").is_file() else place
