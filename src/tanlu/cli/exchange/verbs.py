"""tanlu exchange: the rules, their actions and options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.exchange import ileap, pact, untp

__all__ = ["declare"]


def declare(add: Add, console: Console) -> None:
    """Declare the verb and what stands under it."""
    word = console.word
    rules = add("exchange", "exchange_verb").add_subparsers(
        metavar="RULES", required=True, title=word("exchange_rules")
    )

    def under(name: str, word: str) -> argparse.ArgumentParser:
        return add(name, word, rules)

    _pact(under, add, console)
    ileap.declare(under, add, console)
    untp.declare(under, add, console)


def _pact(under: Add, add: Add, console: Console) -> None:
    word = console.word
    actions = under("pact", "exchange_pact").add_subparsers(
        metavar="ACTION", required=True, title=word("exchange_actions")
    )
    file: dict[str, Any] = {"type": Path, "metavar": "F"}

    def action(name: str, run: Callable[..., int]) -> argparse.ArgumentParser:
        made = add(name, f"pact_{name}", actions)
        made.set_defaults(run=run)
        return made

    partner = action("partner", pact.partner)
    partner.add_argument("--client", required=True, help=word("pact_client"))
    partner.add_argument("--secret", required=True, help=word("pact_secret"), **file)
    partner.add_argument("--reader", default="", metavar="ID", help=word("pact_known"))
    partner.add_argument("--near", action="store_true", help=word("pact_near"))
    fetch = action("fetch", pact.fetch)
    fetch.add_argument("--where", action="append", default=[], metavar="NAME=VALUE",
                       help=word("pact_where"))  # fmt: skip
    fetch.add_argument("--strict", action="store_true", help=word("pact_strict"))
    publish = action("publish", pact.publish)
    publish.add_argument("product", type=Path, help=word("pact_product"))
    publish.add_argument("--subject", help=word("pact_subject"))
    publish.add_argument("--period", help=word("pact_period"))
    publish.add_argument("--reader", action="append", default=[], help=word("pact_reader"))
    publish.add_argument("--replaces", metavar="ID", help=word("pact_replaces"))
    publish.add_argument("--tell", metavar="URL", help=word("pact_tell"))
    asking = action("ask", pact.ask)
    asking.add_argument("--product-id", action="append", required=True, metavar="URN",
                        help=word("pact_product_id"))  # fmt: skip
    asking.add_argument("--own", required=True, metavar="URL", help=word("pact_own"))
    asking.add_argument("--comment", default="", help=word("pact_comment"))
    action("received", pact.received)
    listing = action("list", pact.listed)
    deliver = action("deliver", pact.deliver)
    for made in (partner, fetch, asking):
        made.add_argument("url", help=word("pact_url"))
    for made in (fetch, listing, asking):
        made.add_argument("--form", type=int, choices=(2, 3), default=3, help=word("pact_form"))
    for made in (fetch, deliver):
        made.add_argument("--ca", help=word("pact_ca"), **file)
