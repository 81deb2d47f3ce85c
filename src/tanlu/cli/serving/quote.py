"""tanlu quote: whether a quote is genuine, how quotes did, and which shops may ask for them."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.serving.home import options
from tanlu.errors import TanluError

__all__ = ["declare"]

WITH_FINDINGS = 3
MOST_BYTES = 1 << 20


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    word = console.word
    actions = add("quote", "quote_verb").add_subparsers(
        metavar="ACTION", required=True, title=word("quote_actions")
    )
    checking = add("check", "quote_check", actions)
    checking.add_argument("file", type=Path, help=word("quote_file"))
    checking.add_argument("--merchant", metavar="KEY", help=word("quote_merchant"))
    checking.set_defaults(run=check)
    add("accuracy", "quote_accuracy", actions).set_defaults(run=accuracy)
    shop = add("shop", "quote_shop", actions)
    shop.add_argument("name", help=word("quote_name"))
    shop.add_argument("--origin", action="append", required=True, help=word("quote_origin"))
    options(shop, console)
    shop.set_defaults(run=new)


def check(asked: argparse.Namespace, console: Console) -> int:
    """Check a quote by the log of the ledger: signature, key, time, and for whom it was made."""
    from tanlu.serve import quotes
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of

    log = log_of(open_workspace(asked.ledger))
    with asked.file.open("rb") as file:
        data = file.read(MOST_BYTES)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise TanluError("TL947", value=asked.file.name, why="not JSON text") from error
    found = quotes.check(
        document, quotes.known_by(log), now_s=time.time(), log=log.origin, merchant=asked.merchant
    )
    for each in found.findings:
        console.tell(each.say(console.language))
    console.say("quote_fails" if found.findings else "quote_holds", kid=found.kid, log=log.origin)
    console.result({
        "holds": found.holds, "known": found.known, "expired": found.expired, "kid": found.kid,
        "findings": [str(each) for each in found.findings], "quote": found.quote,
    })  # fmt: skip
    return WITH_FINDINGS if found.findings else 0


def accuracy(asked: argparse.Namespace, console: Console) -> int:
    """Tell how quotes of the ledger's own parcels would have done."""
    from tanlu.serve import quotes
    from tanlu.store import open_workspace

    found = quotes.accuracy(open_workspace(asked.ledger))
    console.say("quote_compared", parcels=found.parcels, lanes=found.lanes, rest=found.without_lane)
    console.say(
        "quote_covered", whole=f"{found.covered:.1%}", lane=f"{found.covered_lane:.1%}",
        bias=f"{found.bias:+.1%}", error=f"{found.error:.1%}",
    )  # fmt: skip
    console.result(found._asdict())
    return 0


def new(asked: argparse.Namespace, console: Console) -> int:
    """Let a shop show quotes on its pages, and give its key."""
    from tanlu.serve.api import Home
    from tanlu.serve.quotes import Quotes
    from tanlu.store.log import begin_log

    home = Home(asked.ledger, path=asked.home, database=asked.database)
    try:
        made = Quotes(home).merchants.add(asked.organisation, asked.name, asked.origin)
        begin_log(home.workspace(asked.organisation))
    finally:
        home.close()
    console.say("quote_made", merchant=made["merchant"], origins=" ".join(made["origins"]))
    console.result(made)
    return 0
