"""tanlu exchange ileap: a ledger as iLEAP objects, and what others sent done again."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.errors import reason

if TYPE_CHECKING:
    from tanlu.share.exchange.ileap import Checked

__all__ = ["declare"]

WITH_FINDINGS = 3
SHOWN = 40
Add = Callable[..., argparse.ArgumentParser]


def declare(under: Add, add: Add, console: Console) -> None:
    """Declare the protocol and its actions."""
    word = console.word
    actions = under("ileap", "ileap_verb").add_subparsers(
        metavar="ACTION", required=True, title=word("exchange_actions")
    )
    making = add("make", "ileap_make", actions)
    making.add_argument("--company", required=True, help=word("exchange_company"))
    making.add_argument("--urn", action="append", required=True, help=word("exchange_urn"))
    making.add_argument("--period", help=word("exchange_period"))
    making.add_argument("--shipment", action="append", default=[], help=word("exchange_shipment"))
    making.add_argument(
        "--basis", choices=("location", "market"), default="location", help=word("exchange_basis")
    )
    making.add_argument(
        "--out", type=Path, default=Path("ileap"), metavar="DIR", help=word("ileap_out")
    )
    making.set_defaults(run=make)
    checking = add("check", "ileap_check", actions)
    checking.add_argument("files", nargs="+", type=Path, help=word("ileap_files"))
    checking.set_defaults(run=check)


def make(asked: argparse.Namespace, console: Console) -> int:
    """Write the footprints and the activity data of a ledger, and check them like another's."""
    from tanlu.share.exchange import ileap
    from tanlu.store import open_workspace

    found = ileap.exchanged(
        open_workspace(asked.ledger),
        ileap.Company(asked.company, tuple(asked.urn)),
        period=asked.period,
        shipments=tuple(asked.shipment),
        basis=asked.basis,
    )
    checked = ileap.check([*found.footprints, *found.tads])
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, rows in (("footprints", found.footprints), ("tad", found.tads)):
        text = json.dumps({"data": rows}, ensure_ascii=False, indent=1)
        (asked.out / f"{name}.json").write_text(text + "\n", encoding="utf-8")
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
