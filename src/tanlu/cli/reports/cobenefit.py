"""tanlu report cobenefit: the books that are not carbon."""

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
    asking = add("cobenefit", "report_cobenefit", topics)
    asking.add_argument("--standard", help=console.word("cobenefit_standard"))
    options(asking, console)
    rules(asking, console)
    asking.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report the books that are not carbon."""
    from tanlu.report.beside import cobenefit
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    document = cobenefit(
        workspace, asked.period, standard=asked.standard, language=console.language,
        **chosen(asked, workspace),
    )  # fmt: skip
    return give(document, asked, console)
