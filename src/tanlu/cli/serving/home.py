"""Which server is meant: options that its verbs share."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Action, Add, acting

if TYPE_CHECKING:
    from tanlu.serve.access import Keeper

__all__ = ["keeper", "options", "served"]


def options(parser: argparse.ArgumentParser, console: Console, *, one: bool = True) -> None:
    """Declare where the server's home is and, unless all are, which organisation is meant."""
    parser.add_argument("--home", type=Path, metavar="DIR", help=console.word("home"))
    parser.add_argument(
        "--database", metavar="URL", default=os.environ.get("TANLU_DATABASE"),
        help=console.word("home_database"),
    )  # fmt: skip
    if one:
        parser.add_argument(
            "--organisation", default="home", metavar="NAME", help=console.word("home_organisation")
        )


def served(add: Add, console: Console, verb: str, *, one: bool = True) -> Action:
    """Give what declares the actions of a verb about a server, each with `options`."""
    plain = acting(add, console, verb)

    def action(*words: Any) -> argparse.ArgumentParser:
        made = plain(*words)
        options(made, console, one=one)
        return made

    return action


@contextlib.contextmanager
def keeper(asked: argparse.Namespace) -> Iterator[Keeper]:
    """Give the keeper of the server that is meant."""
    from tanlu.serve.access import Keeper
    from tanlu.serve.api import Home

    home = Home(asked.ledger, path=asked.home, database=asked.database)
    try:
        yield Keeper(home)
    finally:
        home.close()
