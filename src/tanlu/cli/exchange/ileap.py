"""tanlu exchange ileap: a ledger as iLEAP objects, and what others sent done again."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import reason

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap import Checked, Exchanged

__all__ = ["declare"]

WITH_FINDINGS = 3
SHOWN = 40
TENANT = "home"


def declare(under: Add, add: Add, console: Console) -> None:
    """Declare the protocol and its actions."""
    word = console.word
    actions = under("ileap", "ileap_verb").add_subparsers(
        metavar="ACTION", required=True, title=word("exchange_actions")
    )
    making, giving = add("make", "ileap_make", actions), add("publish", "ileap_publish", actions)
    for each in (making, giving):
        each.add_argument("--company", required=True, help=word("exchange_company"))
        each.add_argument("--urn", action="append", required=True, help=word("exchange_urn"))
        each.add_argument("--period", help=word("exchange_period"))
        each.add_argument("--shipment", action="append", default=[], help=word("exchange_shipment"))
        each.add_argument(
            "--basis", choices=("location", "market"), default="location",
            help=word("exchange_basis"),
        )  # fmt: skip
    making.add_argument(
        "--out", type=Path, default=Path("ileap"), metavar="DIR", help=word("ileap_out")
    )
    making.set_defaults(run=make)
    giving.add_argument("--reader", action="append", default=[], help=word("pact_reader"))
    giving.set_defaults(run=publish)
    fetching = add("fetch", "ileap_fetch", actions)
    fetching.add_argument("url", help=word("pact_url"))
    fetching.add_argument("--ca", type=Path, metavar="F", help=word("pact_ca"))
    fetching.add_argument("--where", action="append", default=[], metavar="NAME=VALUE",
                          help=word("ileap_where"))  # fmt: skip
    fetching.add_argument("--out", type=Path, metavar="DIR", help=word("ileap_out"))
    fetching.add_argument("--strict", action="store_true", help=word("pact_strict"))
    fetching.set_defaults(run=fetch)
    checking = add("check", "ileap_check", actions)
    checking.add_argument("files", nargs="+", type=Path, help=word("ileap_files"))
    checking.set_defaults(run=check)


def make(asked: argparse.Namespace, console: Console) -> int:
    """Write the footprints and the activity data of a ledger, and check them like another's."""
    found, checked = _exchanged(asked)
    _write(asked.out, found.footprints, found.tads)
    kinds = Counter(_kind(each) for each in found.footprints)
    left = Counter(each.why for each in found.left)
    console.say("ileap_made", shipments=kinds["shipment"], tocs=kinds["toc"], hocs=kinds["hoc"],
                tads=len(found.tads), path=asked.out)  # fmt: skip
    for why, count in left.most_common():
        console.say("ileap_left", count=count, why=reason(why, console.language))
    _tell(checked, console)
    console.result({
        "out": str(asked.out), **kinds, "tad": len(found.tads), "left": dict(left),
        "held": checked.held, "findings": [each.facts() for each in checked.findings],
    })  # fmt: skip
    return WITH_FINDINGS if checked.findings else 0


def _exchanged(asked: argparse.Namespace) -> tuple[Exchanged, Checked]:
    from tanlu.share.exchange import ileap
    from tanlu.store import open_workspace

    found = ileap.exchanged(
        open_workspace(asked.ledger),
        ileap.Company(asked.company, tuple(asked.urn)),
        period=asked.period,
        shipments=tuple(asked.shipment),
        basis=asked.basis,
    )
    return found, ileap.check([*found.footprints, *found.tads])


def _write(folder: Path, footprints: list[Any], tads: list[Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("footprints", footprints), ("tad", tads)):
        text = json.dumps({"data": rows}, ensure_ascii=False, indent=1)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def publish(asked: argparse.Namespace, console: Console) -> int:
    """Put footprints and activity data where partners find them, if the check finds nothing."""
    from tanlu.serve.api import Home
    from tanlu.serve.exchange import ileap

    found, checked = _exchanged(asked)
    if checked.findings:
        _tell(checked, console)
        console.result({"findings": [each.facts() for each in checked.findings]})
        return WITH_FINDINGS
    home = Home(asked.ledger)
    try:
        with home.state.of(TENANT) as state:
            new, tads = ileap.share(state, found, readers=asked.reader)
    finally:
        home.close()
    console.say("ileap_published", new=len(new), known=len(found.footprints) - len(new), tads=tads)
    console.result({"new": len(new), "known": len(found.footprints) - len(new), "tad": tads})
    return 0


def fetch(asked: argparse.Namespace, console: Console) -> int:
    """Fetch what a partner gives, and do all of it again."""
    from tanlu.serve.api import Home
    from tanlu.serve.exchange import answers
    from tanlu.share.egress import Egress
    from tanlu.share.exchange.ileap import receive
    from tanlu.share.exchange.pact import Client

    home = Home(asked.ledger)
    try:
        with home.state.of(TENANT) as state:
            friend, near = answers.friend_of(state, asked.url)
    finally:
        home.close()
    where = [(name, value) for name, _, value in (each.partition("=") for each in asked.where)]
    found = receive(Client(friend, Egress(near=near, ca=asked.ca)), where)
    if asked.out is not None:
        _write(asked.out, found.footprints, found.tads)
    console.say("ileap_fetched", count=len(found.footprints), tads=len(found.tads),
                base=friend.base)  # fmt: skip
    _tell(found.checked, console)
    console.result({
        "footprints": len(found.footprints), "tad": len(found.tads), "held": found.checked.held,
        "findings": [each.facts() for each in found.checked.findings],
    })  # fmt: skip
    return WITH_FINDINGS if asked.strict and found.checked.findings else 0


def _kind(footprint: dict[str, Any]) -> str:
    return str(footprint["productIds"][0]).split(":")[5]


def check(asked: argparse.Namespace, console: Console) -> int:
    """Do every figure of the files again; files may name each other's operations."""
    from tanlu.share.exchange import ileap

    held = [each for file in asked.files for each in ileap.documents(file)]
    checked = ileap.check(held)
    _tell(checked, console)
    console.result({
        "documents": len(held), "held": checked.held,
        "findings": [each.facts() for each in checked.findings],
        "undone": [{"where": where, "why": why} for where, why in checked.undone],
    })  # fmt: skip
    return WITH_FINDINGS if checked.findings else 0


def _tell(checked: Checked, console: Console) -> None:
    for each in checked.findings[:SHOWN]:
        console.tell(each.say(console.language))
    if len(checked.findings) > SHOWN:
        console.say("ileap_more", count=len(checked.findings) - SHOWN)
    undone = Counter(why for _, why in checked.undone)
    for why, count in undone.most_common(SHOWN):
        console.say("ileap_undone", count=count, why=reason(why, console.language))
    console.say("ileap_checked", held=checked.held, found=len(checked.findings))
