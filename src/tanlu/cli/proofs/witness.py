"""tanlu witness: cosigns the checkpoints of logs that only grow."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.cli.console import Console

if TYPE_CHECKING:
    from tanlu.serve import Server
    from tanlu.terms.proof import note

Add = Callable[[str, str], argparse.ArgumentParser]

PORT = 7380


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("witness", "witness_verb")
    parser.add_argument(
        "--key", type=Path, default=Path("witness.key"), help=console.word("witness_key")
    )
    parser.add_argument("--name", help=console.word("witness_name"))
    parser.add_argument(
        "--logs", nargs="+", default=[], metavar="VKEY", help=console.word("witness_logs")
    )
    parser.add_argument("--state", type=Path, help=console.word("witness_state"))
    parser.add_argument("--lasting", action="store_true", help=console.word("witness_lasting"))
    parser.add_argument("--port", type=int, default=PORT, help=console.word("serve_port"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Show the witness's own line; serve when there are logs to watch over."""
    from tanlu.serve import Server, Witness
    from tanlu.store.witness import WitnessState, seed_at
    from tanlu.terms.proof import keys

    key = seed_at(asked.key, make=True)
    name = asked.name or f"tanlu.local/witness/{keys.kid(key.public).hex()}"
    logs = _logs(asked.logs)
    state = asked.state or asked.key.with_suffix(".sqlite")
    witness = Witness(name, key, logs, WitnessState(state), lasting=asked.lasting)
    for vkey in witness.vkeys:
        console.say("witness_line", vkey=vkey)
    facts = {
        "vkey": witness.vkey, "vkeys": witness.vkeys, "key": str(asked.key), "logs": sorted(logs),
    }  # fmt: skip
    if not logs:
        console.say("witness_next", file=asked.key)
        console.result(facts)
        return 0
    server = Server(witness, asked.port)
    console.say("witness_serves", url=server.url, count=len(logs))
    console.result({**facts, "state": str(state), "url": server.url})
    return serve(server, console)


def serve(server: Server, console: Console) -> int:
    """Serve until somebody interrupts, which is how a server ends."""
    console.flush()
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()
    return 0


def _logs(told: list[str]) -> dict[str, list[note.Verifier]]:
    """Give the keys of logs by origin, from lines and from files of lines."""
    from tanlu.terms.proof import note

    found: dict[str, list[note.Verifier]] = {}
    for one in told:
        lines = [one]
        if Path(one).is_file():
            text = Path(one).read_text(encoding="utf-8").splitlines()
            # a policy is such a file too: its lines of logs are what a witness needs
            words = [line.split() for line in text]
            lines = [each[1] if each[0] == "log" else each[0] for each in words if _names(each)]
        for line in lines:
            verifier = note.Verifier.parse(line)
            found.setdefault(verifier.name, []).append(verifier)
    return found


def _names(words: list[str]) -> bool:
    return (words[:1] == ["log"] and len(words) > 1) or (len(words) == 1 and "+" in words[0])
