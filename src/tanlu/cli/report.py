"""tanlu report and tanlu why: totals with their reasons, and one number with all of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.reports import TOPICS, give
from tanlu.cli.reports.shift import options

FORMATS = ("pdf", "xlsx", "json", "parquet", "html", "txt")
# as tanlu.report.organisation names them; a test compares, so that help needs no polars
APPROACHES = ("equity_share", "financial_control", "operational_control")

Add = Callable[[str, str], argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:
    """Declare the two verbs."""
    reporting = add("report", "report")
    reporting.add_argument(
        "topic", nargs="?", choices=tuple(TOPICS), default=next(iter(TOPICS)),
        help=console.word("topic"),
    )  # fmt: skip
    reporting.add_argument("--period", help=console.word("period"))
    reporting.add_argument("--by", default="kind", help=console.word("by"))
    reporting.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    reporting.add_argument("--format", choices=FORMATS, help=console.word("format"))
    reporting.add_argument("--boundary", type=Path, metavar="FILE", help=console.word("boundary"))
    reporting.add_argument("--approach", choices=APPROACHES, help=console.word("approach"))
    reporting.add_argument("--lang", dest="language", choices=("en", "zh"), help=argparse.SUPPRESS)
    options(reporting, console)
    reporting.set_defaults(run=run)
    asking = add("why", "why")
    asking.add_argument("subject", help=console.word("subject"))
    asking.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    asking.set_defaults(run=ask)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report on a topic; transport without one."""
    return TOPICS[asked.topic](asked, console)


def ask(asked: argparse.Namespace, console: Console) -> int:
    """Show the calculation sheet of a subject."""
    from tanlu.report import why
    from tanlu.store import open_workspace

    document = why(open_workspace(asked.ledger), asked.subject, language=console.language)
    return give(document, asked, console)
