"""The verbs under tanlu account, one file each."""

from __future__ import annotations

from tanlu.cli.accounts import allocation, choosing, doubt
from tanlu.cli.console import Console
from tanlu.cli.declaring import Add

VERBS = (allocation, choosing, doubt)


def declare(add: Add, console: Console) -> None:
    """Declare the verbs."""
    under = add("account", "account").add_subparsers(
        metavar="VERB", required=True, title=console.word("verb")
    )
    for verb in VERBS:
        verb.declare(lambda name, word: add(name, word, under), console)
