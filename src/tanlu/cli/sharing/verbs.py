"""tanlu share: the actions and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add, acting
from tanlu.cli.sharing import publish, sums

__all__ = ["declare"]


def declare(add: Add, console: Console) -> None:
    """Declare the verb and its actions."""
    word = console.word
    file: dict[str, Any] = {"type": Path, "metavar": "F"}
    action = acting(add, console, "share")
    card = action("card", sums.card)
    call = action("call", sums.call)
    call.add_argument("--period", required=True, help=word("share_period"))
    call.add_argument("--unit", default="ug", help=word("share_unit"))
    call.add_argument("--lines", required=True, help=word("share_lines"))
    call.add_argument("--least", type=int, default=5, help=word("share_least"))
    for name in ("members", "a", "b"):
        call.add_argument(f"--{name}", required=True, help=word(f"share_{name}"), **file)
    give = action("give", sums.give)
    give.add_argument("--values", required=True, help=word("share_values"), **file)
    adding = action("add", sums.add)
    adding.add_argument("--names", help=word("share_names"))
    logging = action("log", sums.log)
    for made in (give, adding, logging):
        made.add_argument("call", type=Path, help=word("share_call_file"))
    for made in (card, give, adding):
        made.add_argument("--key", required=True, help=word("share_key"), **file)
        made.add_argument("--name", help=word("share_name"))
    close = action("close", sums.close)
    close.add_argument("call", type=Path, help=word("share_call_file"))
    close.add_argument("--part", type=Path, action="append", default=[], metavar="F",
                       help=word("share_part"))  # fmt: skip
    for made in (adding, logging, close):
        made.add_argument("messages", nargs="+", type=Path, help=word("share_messages"))
    check = action("check", sums.check)
    check.add_argument("total", type=Path, help=word("share_total"))
    check.add_argument("--call", help=word("share_expected"), **file)
    for made in (card, call, give, adding, close):
        made.add_argument("--out", help=word("file_out"), **file)
    publishing = action("publish", publish.run)
    publish.options(publishing, console)
