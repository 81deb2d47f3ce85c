"""tanlu report hidden: carbon that moved nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.cli.reports.given import chosen, give, options, rules

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tanlu.cli.console import Console

__all__ = ["declare", "run"]


def declare(add: Callable[..., argparse.ArgumentParser], console: Console, topics: Any) -> None:
    """Declare the topic under ``tanlu report``."""
    asking = add("hidden", "report_hidden", topics)
    options(asking, console)
    rules(asking, console)
    asking.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report carbon that moved nothing."""
    from tanlu.report.beside import hidden
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    document = hidden(
        workspace, asked.period, language=console.language, **chosen(asked, workspace)
    )
    return give(document, asked, console)
