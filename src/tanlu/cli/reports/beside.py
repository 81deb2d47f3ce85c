"""tanlu report hidden and tanlu report cobenefit: what stands beside the sum."""

from __future__ import annotations

import argparse

from tanlu.cli.console import Console
from tanlu.cli.reports.given import give

__all__ = ["cobenefit", "hidden"]


def hidden(asked: argparse.Namespace, console: Console) -> int:
    """Report the carbon that moved nothing."""
    from tanlu.report.beside import hidden as report
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    return give(report(workspace, asked.period, language=console.language), asked, console)


def cobenefit(asked: argparse.Namespace, console: Console) -> int:
    """Report the books that are not carbon."""
    from tanlu.report.beside import cobenefit as report
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    return give(report(workspace, asked.period, language=console.language), asked, console)
