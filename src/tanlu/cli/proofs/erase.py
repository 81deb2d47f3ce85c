"""tanlu erase: a person's values, the way to the pseudonym, and the salts of what is sealed."""

from __future__ import annotations

import argparse

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("erase", "erase_verb")
    parser.add_argument("person", help=console.word("erase_person"))
    parser.add_argument("--reason", required=True, help=console.word("erase_reason"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Erase, and say what is not reached."""
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    facts = workspace.erase(asked.person, reason=asked.reason)
    counted = {**facts, "files": len(facts["files"])}
    console.say("erase_done", **counted)
    for name in facts["files"]:
        console.say("erase_file", name=name)
    if facts["kept"]:
        console.say("erase_kept", kept=facts["kept"])
    console.say("erase_next")
    follow_log(workspace, console)
    console.result(facts)
    return 0
