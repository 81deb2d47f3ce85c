"""tanlu prove: the proof that what the ledger says of a subject stands in its log."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("prove", "prove_verb")
    parser.add_argument("subject", help=console.word("prove_subject"))
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("proof.tlog-proof"),
        metavar="F",
        help=console.word("file_out"),
    )
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Write the proofs and say how they are checked."""
    from tanlu.store import open_workspace
    from tanlu.verify.pack import prove

    workspace = open_workspace(asked.ledger)
    # what the log does not say yet it could not prove
    follow_log(workspace, console)
    found = prove(workspace, asked.subject, asked.out)
    for each in found:
        console.say("proved", **{name: each[name] for name in ("path", "index", "subject")})
    console.say("prove_next", path=found[0]["path"])
    console.result({"proofs": found})
    return 0
