"""tanlu log: init, checkpoint, audit, show, publish; serve and watch have files of their own."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.proofs import serve, watch
from tanlu.errors import TanluError

WITH_FINDINGS = 3


def declare(add: Add, console: Console) -> None:
    """Declare the verb and its actions."""
    under = add("log", "log_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("verb")
    )

    def action(name: str, word: str) -> argparse.ArgumentParser:
        return add(name, word, under)

    for name, done in ACTIONS.items():
        parser = action(name, f"log_{name}")
        if name in ("audit", "show"):
            word = "log_folder" if name == "audit" else "log_number"
            parser.add_argument("what", nargs="?", help=console.word(word))
        if name == "publish":
            parser.add_argument("place", help=console.word("log_place"))
        if name == "init":
            parser.add_argument("--origin", metavar="NAME", help=console.word("log_origin"))
        if name == "audit":
            remember = console.word("log_remember")
            parser.add_argument("--remember", type=Path, metavar="F", help=remember)
        if name in ("audit", "checkpoint"):
            parser.add_argument("--policy", type=Path, metavar="F", help=console.word("log_policy"))
        parser.set_defaults(run=done)
    serve.declare(action, console)
    watch.declare(action, console)


def _init(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.store.log import begin_log

    log = begin_log(open_workspace(asked.ledger), origin=asked.origin)
    facts = console.follow(log.catch_up())
    log.checkpoint()
    console.say("log_begun", origin=log.origin, size=log.size)
    console.say("log_key", vkey=log.vkey)
    console.result({**facts, "origin": log.origin, "vkey": log.vkey, "policy": log.policy_text})
    return 0


def _checkpoint(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of
    from tanlu.store.witness import witnessed

    log = log_of(open_workspace(asked.ledger))
    facts = console.follow(log.catch_up())
    signed, refused = log.checkpoint(), dict[str, TanluError]()
    if asked.policy:
        signed, refused = witnessed(log, _held(asked.policy).decode(errors="replace"))
    console.tell(signed.decode().rstrip("\n"))
    for error in refused.values():
        console.warn(error.say(console.language))
    facts["refused"] = {name: error.code for name, error in refused.items()}
    console.result({**facts, "origin": log.origin, "checkpoint": signed.decode()})
    return WITH_FINDINGS if refused else 0


def _audit(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store.log import audit
    from tanlu.terms.proof import policy as policies

    place = Path(asked.what) if asked.what else asked.ledger
    remembered = _held(asked.remember) if asked.remember and asked.remember.exists() else None
    policy = (
        policies.Policy.parse(_held(asked.policy).decode(errors="replace"))
        if asked.policy
        else None
    )
    facts: dict[str, Any] = console.follow(audit(place, remembered=remembered, policy=policy))
    bad = facts["findings"]
    if facts["disowned"]:
        first = facts["disowned"][0]
        console.say("log_disowned", count=len(facts["disowned"]), first=first)
    for each in bad:
        said = each["message_zh" if console.language == "zh" else "message"]
        console.warn(f"{each['where']}: {said}")
    if bad:
        console.say("log_broken", count=len(bad))
    else:
        console.say("log_holds", **{key: facts[key] for key in ("origin", "size", "waiting")})
        if facts["judged"] is None:
            console.say("log_unjudged")
        if asked.remember:
            asked.remember.write_text(facts["checkpoint"], encoding="utf-8")
            console.say("log_remembered", path=asked.remember, size=facts["size"])
    console.result(facts)
    return WITH_FINDINGS if bad else 0


def _show(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of

    log = log_of(open_workspace(asked.ledger))
    if asked.what is not None:
        return _entry(log, asked.what, console)
    counts = Counter(each.statement.type for each in log.statements())
    under = log.tiled.published.size
    console.say("log_about", origin=log.origin, size=log.size, under=under)
    for kind, count in sorted(counts.items()):
        console.tell(f"  {count:>8,} {kind}")
    console.say("log_key", vkey=log.vkey)
    console.result({
        "origin": log.origin, "vkey": log.vkey, "size": log.size, "checkpoint_size": under,
        "root": log.tiled.published.root.hex(), "statements": dict(counts),
    })  # fmt: skip
    return 0


def _publish(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of, publish, storage_at

    log = log_of(open_workspace(asked.ledger))
    facts = console.follow(publish(log.tiled, storage_at(asked.place)))
    console.say("log_published", place=asked.place, **facts)
    console.result({**facts, "origin": log.origin, "place": asked.place})
    return 0


def _entry(log: Any, what: str, console: Console) -> int:
    from tanlu.terms.proof import cbor, cose

    if not (what.isascii() and what.isdigit()):
        raise TanluError("TL618", value=what, size=log.size)
    index = int(what)
    statement = cose.Statement.decode(log.entry(index))
    facts = {
        "index": index, "type": statement.type, "subject": statement.subject,
        "issuer": statement.issuer, "issued_s": statement.issued_s, "kid": statement.kid.hex(),
        "content": cbor.plain(statement.content),
    }  # fmt: skip
    shown = {**facts, "content": json.dumps(facts["content"], ensure_ascii=False)}
    for name, value in shown.items():
        console.tell(f"{name:10}{value}")
    console.result(facts)
    return 0


def _held(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TanluError("TL004", value=path, why=error.strerror or str(error)) from error


ACTIONS: dict[str, Callable[[argparse.Namespace, Console], int]] = {
    "init": _init,
    "checkpoint": _checkpoint,
    "audit": _audit,
    "show": _show,
    "publish": _publish,
}
