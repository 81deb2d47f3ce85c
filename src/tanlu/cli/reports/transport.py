"""tanlu report: the transport emissions of a period."""

from __future__ import annotations

import argparse

from tanlu.cli.console import Console
from tanlu.cli.reports.given import give

__all__ = ["transport"]


def transport(asked: argparse.Namespace, console: Console) -> int:
    """Report the transport emissions of a period."""
    from tanlu.report import transport as report
    from tanlu.store import open_workspace

    document = report(
        open_workspace(asked.ledger),
        asked.period,
        by=tuple(asked.by.split(",")),
        language=console.language,
    )
    return give(document, asked, console)
