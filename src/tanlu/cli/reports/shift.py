"""tanlu report shift: two periods or editions over all six stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanlu.cli.reports.given import chosen, give, options, rules
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from tanlu.cli.console import Console

__all__ = ["declare", "run"]


def declare(add: Callable[..., argparse.ArgumentParser], console: Console, under: Any) -> None:
    """Declare the verb below ``under``."""
    asking = add("shift", "report_shift", under)
    asking.add_argument("--before", required=True, help=console.word("shift_before"))
    asking.add_argument("--after", required=True, help=console.word("shift_after"))
    asking.add_argument("--orders", metavar="N,N", help=console.word("shift_orders"))
    asking.add_argument("--plan", action="store_true", help=console.word("shift_plan"))
    asking.add_argument(
        "--given", action="append", default=[], metavar="NAME=RATIO",
        help=console.word("shift_given"),
    )  # fmt: skip
    options(asking, console, period=False)
    rules(asking, console)
    asking.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Report what changed between two states."""
    from tanlu.report.shift import shift
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    document = shift(
        workspace,
        asked.before,
        asked.after,
        orders=_orders(asked.orders),
        planned=asked.plan,
        given=dict(_ratio(told) for told in asked.given),
        language=console.language,
        **chosen(asked, workspace),
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
