"""How verbs are declared: a verb, its actions, what each of them runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tanlu.cli.console import Console

__all__ = ["Action", "Add", "acting"]

# a parser by its name and the key of its words, under the verbs or what is given
Add = Callable[..., argparse.ArgumentParser]
# a parser by its name and what it runs, with what stands in its place by key
Action = Callable[..., argparse.ArgumentParser]


def acting(add: Add, console: Console, verb: str) -> Action:
    """Give what declares the actions of a verb; words are ``verb_action`` and ``verb_argument``."""
    under = add(verb, f"{verb}_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word(f"{verb}_actions")
    )

    def action(name: str, run: Callable[..., int], *arguments: str) -> argparse.ArgumentParser:
        made = add(name, f"{verb}_{name}", under)
        made.set_defaults(run=run)
        for argument in arguments:
            made.add_argument(argument, help=console.word(f"{verb}_{argument}"))
        return made

    return action
