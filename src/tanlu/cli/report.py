"""tanlu report and tanlu why: totals with their reasons, and one number with all of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.terms import Document

Add = Callable[[str, str], argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:
    """Declare the two verbs."""
    reporting = add("report", "report")
    reporting.add_argument("--period", help=console.word("period"))
    reporting.add_argument("--by", default="kind", help=console.word("by"))
    reporting.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    reporting.add_argument("--workbook", type=Path, metavar="FILE", help=console.word("workbook"))
    reporting.set_defaults(run=run)
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

    workspace = open_workspace(asked.ledger)
    document = transport(
        workspace,
        asked.period,
        by=tuple(asked.by.split(",")),
        language=console.language,
    )
    if asked.workbook is None:
        return _give(document, asked, console)
    made = _recomputable(workspace, asked, console)
    if asked.out:
        _written(document, asked, console)
    console.result(document.facts | {"workbook": made})
    return 0


def _recomputable(workspace: Any, asked: argparse.Namespace, console: Console) -> dict[str, object]:
    from tanlu.report import workbook

    made: dict[str, object] = console.follow(
        workbook(workspace, asked.workbook, period=asked.period, language=console.language)
    )
    console.say("workbook_written", **made)
    return made


def ask(asked: argparse.Namespace, console: Console) -> int:
    """Show the calculation sheet of a subject."""
    from tanlu.report import why
    from tanlu.store import open_workspace

    document = why(open_workspace(asked.ledger), asked.subject, language=console.language)
    return _give(document, asked, console)


def _give(document: Document, asked: argparse.Namespace, console: Console) -> int:
    from tanlu.report import text

    _written(document, asked, console)
    if not asked.out and not console.as_json:
        console.write(text(document))
    console.result(document.facts)
    return 0


def _written(document: Document, asked: argparse.Namespace, console: Console) -> None:
    from tanlu.report import render

    for path in asked.out:
        console.say("written", path=render(document, path))
