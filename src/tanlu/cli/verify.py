"""tanlu verify: every calculation of the ledger repeated and compared."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tanlu.cli.console import Console

WITH_FINDINGS = 3

Add = Callable[[str, str], argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:  # noqa: ARG001 - each room declares alike
    """Declare the verb."""
    add("verify", "verify").set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Replay the ledger; exit 3 when an emission differs."""
    from tanlu.store import open_workspace
    from tanlu.verify import replay

    facts = console.follow(replay(open_workspace(asked.ledger)))
    console.say("replayed", compared=facts["compared"], differences=facts["differences"])
    console.result(facts)
    return WITH_FINDINGS if facts["differences"] else 0
