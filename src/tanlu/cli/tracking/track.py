"""tanlu track: from positions to legs, and how well that is done."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from tanlu.cli.console import Console
from tanlu.cli.tracking.evaluate import declare_evaluate

__all__ = ["declare"]

Add = Callable[..., argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    actions = add("track", "track_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("track_actions")
    )
    declare_evaluate(add, actions, console)
