"""tanlu quantify: the activities that are new become emissions."""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log

WITH_FINDINGS = 3


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("quantify", "quantify")
    parser.add_argument("--strict", action="store_true", help=console.word("strict"))
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument("--assured", action="store_true", help=console.word("assured"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Quantify what is new and show the total with what could not be quantified."""
    from tanlu.account import quantify_all
    from tanlu.factors import profile
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    facts = console.follow(
        quantify_all(
            workspace,
            profile=profile(asked.profile or "iso14083").name,
            assured=asked.assured,
        )
    )
    tell(facts, console)
    console.result(facts)
    follow_log(workspace, console)
    return WITH_FINDINGS if asked.strict and facts["unquantified"]["rows"] else 0


def tell(facts: dict[str, Any], console: Console) -> None:
    """Show the total and beside it the share that could not be quantified."""
    console.say("quantified", **{key: _short(facts[key]) for key in _AMOUNTS})
    if facts.get("before") not in {None, facts["co2e_wtw_kg"]}:
        console.say(
            "requantified", before=_short(facts["before"]), after=_short(facts["co2e_wtw_kg"])
        )
    left = facts["unquantified"]
    tonnes = left.get("tonnes", "0")
    # no mass told is not the same as no mass
    word = "unquantified" if Decimal(tonnes) else "unquantified_rows"
    console.say(word, rows=_short(left["rows"]), tonnes=_short(tonnes))


def _short(amount: str | int) -> str:
    """Give an amount for people: to the gram, thousands apart; the whole is in the JSON."""
    rounded = Decimal(amount).quantize(Decimal("0.001"))
    return f"{rounded.normalize() if rounded == int(rounded) else rounded:,f}"


_AMOUNTS = ("activities", "emissions", "co2e_wtw_kg", "co2e_ttw_kg")
