"""tanlu witness: cosigns the checkpoints of logs that only grow."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.serve import Server
    from tanlu.store.witness import WitnessState
    from tanlu.terms.proof import note
    from tanlu.verify.watch import Equivocation

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
    path = asked.state or asked.key.with_suffix(".sqlite")
    state = WitnessState(path)
    witness = Witness(name, key, logs, state, lasting=asked.lasting)
    for vkey in witness.vkeys:
        console.say("witness_line", vkey=vkey)
    facts = {
        "vkey": witness.vkey, "vkeys": witness.vkeys, "key": str(asked.key), "logs": sorted(logs),
    }  # fmt: skip
    if not logs:
        console.say("witness_next", file=asked.key)
        console.result(facts)
        return 0
    proofs = kept(_forks(state, logs), path.with_suffix(".fork.json"))
    for file in proofs:
        console.say("watch_convicts", file=file)
    facts["proofs"] = list(map(str, proofs))
    server = Server(witness, asked.port)
    console.say("witness_serves", url=server.url, count=len(logs))
    return serve(server, console, {**facts, "state": str(path), "url": server.url})


def serve(server: Server, console: Console, facts: dict[str, Any]) -> int:
    """Tell the facts and serve until somebody interrupts, which is how a server ends."""
    with contextlib.suppress(KeyboardInterrupt):
        console.result(facts)
        console.flush()
        server.serve_forever()
    server.server_close()
    return 0


def kept(proofs: Iterable[Equivocation], path: Path) -> list[Path]:
    """Write each proof of a fork; a second one gets a number."""
    files = []
    for number, proof in enumerate(proofs, 1):
        name = path.name if number == 1 else f"{path.stem}-{number}{path.suffix}"
        file = path.with_name(name)
        try:
            file.write_bytes(proof.encode())
        except OSError as error:
            raise TanluError("TL614", value=file, why=error.strerror or str(error)) from error
        files.append(file)
    return files


def _forks(state: WitnessState, logs: dict[str, list[note.Verifier]]) -> Iterator[Equivocation]:
    """Give a proof for each fork that was shown to the witness: two roots for one size."""
    from tanlu.terms.proof import note, tree
    from tanlu.verify.watch import Equivocation

    for fork in state.forks():
        first = note.Note.parse(fork.first)
        for verifier in logs.get(fork.origin, []):
            if any(note.holds(first.text, one, verifier) is not None for one in first.signatures):
                yield Equivocation(verifier.vkey, fork.first, fork.second, tree.EMPTY, ())
                break


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
