"""tanlu report: the transport emissions of a period."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.reports.given import give, usual
from tanlu.cli.reports.given import options as every

if TYPE_CHECKING:
    from tanlu.terms import Document

__all__ = ["declare", "options", "run"]

# rows up to which a workbook has a formula for each; above it has the sections only
LIVE = 1_000_000


def declare(add: Callable[..., argparse.ArgumentParser], console: Console, under: Any) -> None:
    """Declare the topic below ``under``."""
    options(add("transport", "report", under), console)


def options(parser: argparse.ArgumentParser, console: Console) -> None:
    """Declare what the topic asks for."""
    every(parser, console)
    parser.add_argument("--by", default="kind", help=console.word("by"))
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report the transport emissions of a period."""
    from tanlu.factors import profile
    from tanlu.report import transport, workbook
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    chosen = profile(asked.profile).name if asked.profile else usual(workspace)
    document = transport(
        workspace,
        asked.period,
        by=tuple(asked.by.split(",")),
        language=console.language,
        profile=chosen,
    )
    rows: Any = document.facts["rows"]
    live = partial(
        workbook, workspace, document=document, period=asked.period, profile=chosen,
        language=console.language,
    )  # fmt: skip
    kept = partial(_rows, workspace, document)
    return give(document, asked, console, live if 0 < rows <= LIVE else None, kept)


def _rows(workspace: Any, document: Document) -> Any:
    """Give the emission rows that the report sums."""
    from polars import col

    facts: dict[str, Any] = document.facts
    rows = workspace.scan("emission").filter(
        col("profile") == facts["profile"], col("basis").is_in([facts["basis"], "none"])
    )
    if facts["period"]["text"] is None:
        return rows
    start, end = facts["period"]["start_us"], facts["period"]["end_us"]
    return rows.filter(col("start").is_between(start, end, closed="left"))
