"""tanlu pack: build an evidence pack, show what one says of itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.proofs.disclose import kilograms
from tanlu.errors import TanluError

WITH_FINDINGS = 3

SHOWN = ("ledger", "period", "calc", "factorsets", "totals", "code_version", "supersedes")


def declare(add: Add, console: Console) -> None:
    """Declare the verb and its actions."""
    parser = add("pack", "pack_verb")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    building = add("build", "pack_build", actions)
    building.add_argument("--period", required=True, metavar="P", help=console.word("pack_period"))
    building.add_argument(
        "--out",
        type=Path,
        default=Path("evidence.tlpack"),
        metavar="F",
        help=console.word("pack_out"),
    )
    building.add_argument("--policy", type=Path, metavar="F", help=console.word("pack_policy"))
    building.add_argument(
        "--doc", type=Path, action="append", default=[], metavar="F", help=console.word("pack_doc")
    )
    building.add_argument("--supersedes", metavar="HEX", help=console.word("pack_supersedes"))
    building.set_defaults(run=build)
    showing = add("show", "pack_show", actions)
    showing.add_argument("file", type=Path, help=console.word("pack_file"))
    showing.set_defaults(run=show)
    handing = add("verifier", "pack_verifier", actions)
    handing.add_argument(
        "--out", type=Path, default=Path("verify_min.py"), metavar="F",
        help=console.word("pack_verifier_out"),
    )  # fmt: skip
    handing.set_defaults(run=verifier)


def build(asked: argparse.Namespace, console: Console) -> int:
    """Write the pack of a period."""
    from tanlu.store import open_workspace
    from tanlu.terms import time
    from tanlu.verify.pack import build as make

    workspace = open_workspace(asked.ledger)
    steps = make(
        workspace,
        time.period(asked.period, workspace.zone),
        asked.out,
        policy=asked.policy.read_text(encoding="utf-8", errors="replace") if asked.policy else None,
        beside={f"docs/{path.name}": path for path in asked.doc},
        supersedes=asked.supersedes,
    )
    facts = console.follow(steps)
    console.say("pack_built", **{name: facts[name] for name in ("path", "parts", "emissions")})
    for name, why in facts["refused"].items():
        console.warn(console.word("pack_refused", name=name, why=why))
    console.say("pack_next", path=facts["path"])
    console.result(facts)
    return WITH_FINDINGS if facts["refused"] else 0


def show(asked: argparse.Namespace, console: Console) -> int:
    """Show the manifest of a pack; nothing of it is verified by that."""
    from tanlu.verify.pack import contents

    told = contents(asked.file)
    if not told["files"]:
        raise TanluError("TL740", value=asked.file, why="it lists no file")
    ledger, period = told["ledger"], told["period"]
    console.say("pack_says", path=asked.file, id=ledger["id"], version=ledger["version"],
                start=period["start"], end=period["end"])  # fmt: skip
    for each in told["totals"]:
        console.say("pack_total", kg=kilograms(int(each["co2e_ug"])), **each)
    console.tell(told["policy"])
    console.say("pack_next", path=asked.file)
    console.result(told)
    return 0


def verifier(asked: argparse.Namespace, console: Console) -> int:
    """Write the second verifier, one file for whoever wants to read what he runs."""
    from tanlu.verify.offline import verify_min

    asked.out.write_bytes(verify_min())
    console.say("pack_verifier_written", path=asked.out)
    console.result({"path": str(asked.out)})
    return 0
