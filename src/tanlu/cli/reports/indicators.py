"""tanlu report indicators: what the field asks for, each with its known share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.reports.given import give, options, usual
from tanlu.errors import TanluError

__all__ = ["declare", "run"]


def declare(add: Callable[..., argparse.ArgumentParser], console: Console, under: Any) -> None:
    """Declare the topic below ``under``."""
    parser = add("indicators", "report_indicators", under)
    options(parser, console)
    parser.add_argument("--by", default="", help=console.word("by"))
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument("--cost", metavar="AMOUNT", help=console.word("cost"))
    parser.add_argument("--currency", default="CNY", help=console.word("currency"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report the indicators of a period."""
    from tanlu.factors import profile
    from tanlu.report.indicators import indicators
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    document = indicators(
        workspace,
        asked.period,
        by=tuple(filter(None, asked.by.split(","))),
        cost=_amount(asked.cost),
        currency=asked.currency,
        language=console.language,
        profile=profile(asked.profile).name if asked.profile else usual(workspace),
    )
    return give(document, asked, console)


def _amount(told: str | None) -> Decimal | None:
    if told is None:
        return None
    try:
        found = Decimal(told)
    except InvalidOperation as error:
        raise TanluError("TL001", value=f"--cost {told}") from error
    if not found.is_finite() or found < 0:
        raise TanluError("TL001", value=f"--cost {told}")
    return found
