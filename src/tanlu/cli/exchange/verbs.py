"""tanlu exchange: one verb for all protocols, each with its actions in a file of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tanlu.cli.console import Console
from tanlu.cli.exchange import ileap, untp

__all__ = ["declare"]

PROTOCOLS = (ileap, untp)


def declare(add: Callable[..., argparse.ArgumentParser], console: Console) -> None:
    """Declare the verb and its protocols."""
    protocols = add("exchange", "exchange_verb").add_subparsers(
        metavar="PROTOCOL", required=True, title=console.word("exchange_protocols")
    )

    def under(name: str, word: str) -> argparse.ArgumentParser:
        return add(name, word, protocols)

    for each in PROTOCOLS:
        each.declare(under, add, console)
