"""tanlu share card, call, give, add, close, check: a sum by files that are sent around."""

from __future__ import annotations

import csv
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.proofs.keyfile import key_of
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import argparse

    from tanlu.cli.console import Console
    from tanlu.share.sums import Call, Party, Total

__all__ = ["add", "call", "card", "check", "close", "give", "log"]


def card(asked: argparse.Namespace, console: Console) -> int:
    """Write what others need to know of a party."""
    party = _party(asked)
    out = asked.out or asked.key.with_suffix(".card")
    out.write_text(party.card.line + "\n", encoding="utf-8")
    console.say("share_card_made", path=out, name=party.name)
    console.result({"path": str(out), "card": party.card.line})
    return 0


def call(asked: argparse.Namespace, console: Console) -> int:
    """Write the call that all answer."""
    from tanlu.share.sums import Call, Card

    members = [Card.parse(line) for line in _text(asked.members).splitlines() if line.strip()]
    made = Call(
        asked.period, asked.unit, tuple(_split(asked.lines)),
        tuple(sorted(members)), Card.parse(_text(asked.a)), Card.parse(_text(asked.b)),
        asked.least,
    )  # fmt: skip
    out = asked.out or Path("call.tlsum")
    out.write_bytes(made.encode())
    console.say("share_called", path=out, members=len(members), hash=made.hash.hex())
    console.result({"path": str(out), "hash": made.hash.hex(), "members": len(members)})
    return 0


def give(asked: argparse.Namespace, console: Console) -> int:
    """Write a member's message: commitments for all, shares under seal."""
    from tanlu.share.sums import submit

    asked_for, party = _call(asked.call), _party(asked)
    _tell(asked_for, console)
    message = submit(asked_for, party, _values(asked.values), at_s=int(time.time()))
    out = asked.out or Path(f"{party.name}.tlsum")
    out.write_bytes(message)
    console.say("share_given", path=out, a=asked_for.a.name, b=asked_for.b.name)
    console.result({"path": str(out), "call": asked_for.hash.hex(), "bytes": len(message)})
    return 0


def add(asked: argparse.Namespace, console: Console) -> int:
    """Write an aggregator's part; each part is kept beside the key, to refuse sets too near."""
    from tanlu.share.sums import Aggregator

    party, asked_for = _party(asked), _call(asked.call)
    kept = asked.key.with_suffix(".parts")
    earlier = [path.read_bytes() for path in sorted(kept.glob("*.tlsum"))]
    adder = Aggregator(asked_for, party, earlier)
    for path in asked.messages:
        adder.take(path.read_bytes())
    names = _split(asked.names) if asked.names else adder.members
    part = adder.add(names, at_s=int(time.time()))
    kept.mkdir(mode=0o700, exist_ok=True)
    (kept / f"{len(earlier):06}.tlsum").write_bytes(part)
    out = asked.out or Path(f"part-{adder.side}.tlsum")
    out.write_bytes(part)
    console.say("share_added", path=out, side=adder.side, members=len(names), kept=kept)
    console.result({"path": str(out), "side": adder.side, "suppliers": sorted(names)})
    return 0


def log(asked: argparse.Namespace, console: Console) -> int:
    """Put the members' commitments into the log, where all can find them."""
    from tanlu.share.sums import taken
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of

    asked_for, log = _call(asked.call), log_of(open_workspace(asked.ledger))
    there = {each.statement.encode() for each in log.statements("supplier-commit")}
    given = [taken(asked_for, path.read_bytes()) for path in asked.messages]
    new = [each for each in given if each.statement not in there]
    stated = {each.supplier: log.register(each.statement).index for each in new}
    log.checkpoint()
    console.say("share_logged", new=len(new), known=len(given) - len(new), origin=log.origin)
    console.result({"stated": stated, "known": len(given) - len(new), "origin": log.origin})
    return 0


def close(asked: argparse.Namespace, console: Console) -> int:
    """Write the total with its proof."""
    from tanlu.share import sums

    parts = [path.read_bytes() for path in asked.part]
    messages = (path.read_bytes() for path in asked.messages)
    total = sums.close(_call(asked.call), parts, messages)
    out = asked.out or Path("total.tlsum")
    out.write_bytes(total.proof)
    _show(total, console)
    console.say("share_closed", path=out)
    console.result({"path": str(out), **_facts(total)})
    return 0


def check(asked: argparse.Namespace, console: Console) -> int:
    """Check a total as anybody can."""
    from tanlu.share import sums

    expected = None if asked.call is None else _call(asked.call).hash
    total = sums.check(asked.total.read_bytes(), call=expected)
    _show(total, console)
    console.say("share_holds" if expected is not None else "share_holds_alone")
    console.result(_facts(total))
    return 0


def _party(asked: argparse.Namespace) -> Party:
    from tanlu.share.sums import Party

    key = key_of(asked.key)
    return Party(asked.name or asked.key.stem, key.seed)


def _call(path: Path) -> Call:
    from tanlu.share.sums import Call

    return Call.decode(path.read_bytes())


def _tell(asked_for: Call, console: Console) -> None:
    console.say(
        "share_asked", period=asked_for.period, unit=asked_for.unit,
        members=len(asked_for.members), least=asked_for.least, hash=asked_for.hash.hex(),
    )  # fmt: skip


def _show(total: Total, console: Console) -> None:
    console.say("share_sum", period=total.period, members=len(total.suppliers))
    for line, value in total.values.items():
        console.tell(f"  {line}: {value:,} {total.unit}")


def _facts(total: Total) -> dict[str, Any]:
    return {
        "period": total.period,
        "unit": total.unit,
        "values": {line: str(value) for line, value in total.values.items()},
        "suppliers": list(total.suppliers),
    }


def _values(path: Path) -> dict[str, int]:
    """Give the values of a CSV file with the columns line and value."""
    found: dict[str, int] = {}
    for row in csv.DictReader(_text(path).splitlines()):
        line, value = (row.get("line") or "").strip(), (row.get("value") or "").strip()
        if line in found:
            raise TanluError("TL857", value=line, why="the line stands twice")
        if not (value.isascii() and value.isdigit()):
            why = "a whole number from 0 to 2^63 - 1 is wanted"
            raise TanluError("TL857", value=f"{line} = {value}"[:80], why=why)
        found[line] = int(value)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise TanluError("TL004", value=path, why="not UTF-8") from error


def _split(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
