"""tanlu anchor: show the newest checkpoint to a third party, and check what they answered."""

from __future__ import annotations

import argparse
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.share.anchor import Kept

WITH_FINDINGS = 3
KINDS = ("rfc3161", "evm", "webhook")


def declare(add: Add, console: Console) -> None:
    """Declare the verb and its actions."""
    parser = add("anchor", "anchor_verb")
    actions = (*KINDS, "check")
    parser.add_argument("action", choices=actions, metavar="ACTION", help=" | ".join(actions))
    parser.add_argument("url", nargs="?", help=console.word("anchor_url"))
    parser.add_argument("--secret-file", type=Path, metavar="FILE",
                        help=console.word("anchor_secret"))  # fmt: skip
    parser.add_argument("--root", type=Path, action="append", default=[], metavar="FILE",
                        help=console.word("anchor_root"))  # fmt: skip
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Anchor the newest checkpoint, or check all anchors."""
    return _check(asked, console) if asked.action == "check" else _anchor(asked, console)


def _anchor(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.share.anchor import Kept, statement_of

    if asked.url is None:
        raise TanluError("TL001", value=f"tanlu anchor {asked.action} URL")
    log = _log(asked)
    console.follow(log.catch_up())
    signed = log.checkpoint()
    kept = Kept(asked.action, signed, _shown(asked, signed))
    name = log.workspace.originals.keep(kept.encode())
    entry = log.state("anchor", f"checkpoint:{kept.head.size}", statement_of(kept))
    log.checkpoint()
    console.say("anchored", size=kept.head.size, kind=asked.action, index=entry.index)
    console.result({"entry": entry.index, "size": kept.head.size, "original": name})
    return 0


def _shown(asked: argparse.Namespace, signed: bytes) -> bytes:
    """Give what the third party answers."""
    from tanlu.share.anchor import chain, timestamp, webhook
    from tanlu.terms.proof import checkpoint, note

    text = note.Note.parse(signed).text
    if asked.action == "rfc3161":
        return timestamp.stamp(text.encode(), asked.url)
    secret = _secret(asked.secret_file)
    if asked.action == "webhook":
        return webhook.submit(signed, asked.url, secret, at_s=int(time.time()))
    web3, account = chain.connected(asked.url, secret.decode(errors="replace").strip())
    receipt = chain.submit(web3, account, checkpoint.Checkpoint.parse(text))
    return json.dumps({**receipt, "url": asked.url}, sort_keys=True).encode()


def _check(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.terms.proof import checkpoint, note

    log = _log(asked)
    newest = checkpoint.Checkpoint.parse(note.Note.parse(log.checkpoint()).text)
    rows: list[dict[str, Any]] = []
    for one in log.statements("anchor"):
        told = one.statement.content
        row = {"entry": one.index, "kind": told["kind"], "size": told["size"]}
        try:
            row |= {"at_s": _held(asked, log, told, newest), "code": None, "message": None}
        except TanluError as error:
            said = error.say(console.language)
            row |= {"at_s": None, "code": error.code, "message": said}
        rows.append(row)
        console.tell(_line(row, console))
    if not rows:
        console.say("anchor_none")
    console.result({"anchors": rows})
    return WITH_FINDINGS if any(row["code"] for row in rows) else 0


def _held(asked: argparse.Namespace, log: Any, told: Any, newest: Any) -> int | None:
    """Give when a checkpoint was there, if the log still begins with it."""
    from tanlu.share.anchor import opened, stands

    kept = opened(log.workspace.originals.get(told["receipt"].hex()).read_bytes())
    proof = log.consistency(told["size"]) if told["size"] <= newest.size else []
    if not stands(kept, newest, proof):
        raise TanluError("TL868", value=told["size"])
    return _when(asked, kept)


def _when(asked: argparse.Namespace, kept: Kept) -> int | None:
    """Give when a third party had the checkpoint, as far as it can be asked from here."""
    from tanlu.share.anchor import chain, timestamp
    from tanlu.terms.proof import note

    if kept.kind == "rfc3161":
        roots = [path.read_bytes() for path in asked.root]
        return timestamp.check(kept.receipt, note.Note.parse(kept.note).text.encode(), roots)
    if kept.kind == "evm":
        receipt = json.loads(kept.receipt)
        web3, _ = chain.connected(asked.url or receipt["url"], None)
        return chain.check(web3, receipt, kept.head)
    return None


def _line(row: dict[str, Any], console: Console) -> str:
    if row["code"]:
        said = row["message"]
    elif row["at_s"] is None:
        said = console.word("anchor_kept")
    else:
        at = datetime.fromtimestamp(row["at_s"], UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        said = console.word("anchor_holds", at=at)
    return f"#{row['entry']}  {row['kind']}  {row['size']:,}  {said}"


def _secret(path: Path | None) -> bytes:
    if path is None:
        raise TanluError("TL001", value="--secret-file FILE")
    if not path.is_file():
        raise TanluError("TL004", value=path.name, why="there is no such file")
    return path.read_bytes().strip()


def _log(asked: argparse.Namespace) -> Any:
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of

    return log_of(open_workspace(asked.ledger))
