"""tanlu report and tanlu why: totals with their reasons, and one number with all of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.reports import product
from tanlu.terms import Document

Add = Callable[..., argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:
    """Declare the two verbs."""
    reporting = add("report", "report")
    reporting.add_argument("--period", help=console.word("period"))
    reporting.add_argument("--by", default="kind", help=console.word("by"))
    reporting.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    reporting.set_defaults(run=run)
    topics = reporting.add_subparsers(metavar="TOPIC", title=console.word("report_topics"))
    product.declare(add, console, topics)
    asking = add("why", "why")
    asking.add_argument("subject", help=console.word("subject"))
    asking.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    asking.set_defaults(run=ask)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report the transport emissions of a period."""
    from tanlu.report import transport
    from tanlu.store import open_workspace

    document = transport(
        open_workspace(asked.ledger),
        asked.period,
        by=tuple(asked.by.split(",")),
        language=console.language,
    )
    return _give(document, asked, console)


def ask(asked: argparse.Namespace, console: Console) -> int:
    """Show the calculation sheet of a subject."""
    from tanlu.report import why
    from tanlu.store import open_workspace

    document = why(open_workspace(asked.ledger), asked.subject, language=console.language)
    return _give(document, asked, console)


def _give(document: Document, asked: argparse.Namespace, console: Console) -> int:
    from tanlu.report import render, text

    for path in asked.out:
        console.say("written", path=render(document, path))
    if not asked.out and not console.as_json:
        console.write(text(document))
    console.result(document.facts)
    return 0
