"""tanlu report shift: two periods or editions over all six stages."""

from __future__ import annotations

import argparse

from tanlu.cli.console import Console
from tanlu.cli.reports.given import give
from tanlu.errors import TanluError

__all__ = ["options", "shift"]


def options(reporting: argparse.ArgumentParser, console: Console) -> None:
    """Declare what only a comparison asks for."""
    reporting.add_argument("--before", metavar="STATE", help=console.word("shift_before"))
    reporting.add_argument("--after", metavar="STATE", help=console.word("shift_after"))
    reporting.add_argument("--orders", metavar="N,N", help=console.word("shift_orders"))
    reporting.add_argument("--plan", action="store_true", help=console.word("shift_plan"))
    reporting.add_argument(
        "--given", action="append", default=[], metavar="NAME=RATIO",
        help=console.word("shift_given"),
    )  # fmt: skip


def shift(asked: argparse.Namespace, console: Console) -> int:
    """Report what changed between two states."""
    from tanlu.report.shift import shift as report
    from tanlu.store import open_workspace

    for name in ("before", "after"):
        if getattr(asked, name) is None:
            raise TanluError("TL001", value=console.word("shift_both"))
    document = report(
        open_workspace(asked.ledger),
        asked.before,
        asked.after,
        orders=_orders(asked.orders),
        planned=asked.plan,
        given=dict(_ratio(told) for told in asked.given),
        language=console.language,
    )
    return give(document, asked, console)


def _orders(told: str | None) -> tuple[int, int] | None:
    if told is None:
        return None
    try:
        before, after = (int(part) for part in told.split(","))
    except ValueError as error:
        raise TanluError("TL001", value=f"--orders {told}") from error
    return before, after


def _ratio(told: str) -> tuple[str, float]:
    name, _, value = told.partition("=")
    try:
        ratio = float(value)
    except ValueError as error:
        raise TanluError("TL001", value=f"--given {told}") from error
    if not 0 < ratio < float("inf"):
        raise TanluError("TL001", value=f"--given {told}")
    return name, ratio
