"""tanlu report and tanlu why: totals with their reasons, and one number with all of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.reports import PROFILE, TOPICS, give, transport, usual


def declare(add: Add, console: Console) -> None:
    """Declare the two verbs; a report without a topic is that of transport."""
    reporting = add("report", "report")
    transport.options(reporting, console)
    topics = reporting.add_subparsers(metavar="TOPIC", title=console.word("report_topics"))
    for topic in TOPICS:
        topic.declare(add, console, topics)
    asking = add("why", "why")
    asking.add_argument("subject", help=console.word("subject"))
    asking.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    asking.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    asking.set_defaults(run=ask)


def ask(asked: argparse.Namespace, console: Console) -> int:
    """Show the calculation sheet of a subject."""
    from tanlu.factors import profile
    from tanlu.report import why
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    name = profile(asked.profile).name if asked.profile else usual(workspace)
    document = why(workspace, asked.subject, language=console.language, profile=name or PROFILE)
    return give(document, asked, console)
