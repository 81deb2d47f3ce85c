"""tanlu key: whose keys a log tells; new ones enrolled, replaced, revoked.

A key is made where it is used and never leaves: what travels is a request, which shows that its
maker holds the key and wants this role and name, or a signed statement.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add, acting
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.store.log import Stated, WorkspaceLog
    from tanlu.terms.proof import keys

__all__ = ["ROLES", "declare", "request_of"]

REQUEST = "tanlu/key-request/v1"
LARGEST_BYTES = 65_536
# as tanlu.terms.proof.registry names them; a test compares, so that help needs no cryptography
ROLES = ("preparer", "verifier", "device", "carrier", "consignor", "consignee", "supplier",
         "operator")  # fmt: skip


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    action = acting(add, console, "key")

    def file(parser: argparse.ArgumentParser, name: str, word: str, **more: Any) -> None:
        parser.add_argument(name, type=Path, help=console.word(word), **more)

    action("list", list_)
    made = action("new", new)
    file(made, "file", "key_file")
    made.add_argument("--role", choices=ROLES, required=True, help=console.word("key_role"))
    made.add_argument("--name", required=True, help=console.word("key_name"))
    file(action("enrol", enrol), "request", "key_request")
    turned = action("rotate", rotate)
    file(turned, "--key", "key_old", metavar="FILE")
    file(turned, "--new", "key_fresh", metavar="FILE")
    turned.add_argument("--overlap", type=int, default=0, help=console.word("key_overlap"))
    ended = action("revoke", revoke)
    ended.add_argument("who", help=console.word("key_who"))
    ended.add_argument("--trusted", type=int, metavar="N", help=console.word("key_trusted"))
    file(ended, "--key", "key_signer", metavar="FILE")
    for each in (turned, ended):
        each.add_argument("--reason", help=console.word("key_reason"))
        file(each, "--out", "key_out", metavar="FILE")
    file(action("register", register), "statement", "key_statement")


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the keys that the log tells, each with where it holds."""
    log = _log(asked)
    size = log.size
    rows = []
    for key in sorted(log.registry.keys.values(), key=lambda each: (each.since, each.kid)):
        state = "holds" if key.holds(size) else ("ended" if key.since <= size else "waits")
        rows.append({
            "kid": key.kid.hex(), "role": key.role, "name": key.name, "since": key.since,
            "until": key.until, "state": state, "public": key.public.hex(),
        })  # fmt: skip
        until = "…" if key.until is None else key.until
        said = console.word(f"key_{state}")
        console.tell(
            f"{key.kid.hex()}  {key.role:10} {key.since:>8}–{until!s:8} {said}  {key.name}"
        )
    console.result({"origin": log.origin, "size": size, "keys": rows})
    return 0


def new(asked: argparse.Namespace, console: Console) -> int:
    """Make a key in a file of its owner, and the request by which it is enrolled."""
    from tanlu.terms.proof import registry

    key = _made(asked.file)
    request = asked.file.with_name(f"{asked.file.name}.request")
    facts = {
        "type": REQUEST, "public": key.public.hex(), "role": asked.role, "name": asked.name,
        "possession": registry.possession(key, asked.role, asked.name).hex(),
    }  # fmt: skip
    request.write_text(json.dumps(facts, ensure_ascii=False, sort_keys=True) + "\n", "utf-8")
    word = "key_made_device" if asked.role == "device" else "key_made"
    console.say(word, file=asked.file, kid=_kid(key), request=request, name=asked.name)
    console.result({**facts, "kid": _kid(key), "file": str(asked.file), "request": str(request)})
    return 0


def enrol(asked: argparse.Namespace, console: Console) -> int:
    """Let the preparer's key tell the log of another key."""
    told = request_of(asked.request)
    kind = "device-enrol" if told["role"] == "device" else "key"
    content = {"step": "enrol", **told} if kind == "key" else told
    stated = _log(asked).state(kind, told["kid"].hex(), content)
    return _told(stated, _log(asked), console)


def rotate(asked: argparse.Namespace, console: Console) -> int:
    """Replace a key by a fresh one; the old one signs that, and holds for the overlap."""
    from tanlu.store.log import rotate as turn

    log = _log(asked)
    if asked.key is None:
        stated = turn(log, overlap=asked.overlap, reason=asked.reason)
        return _told(stated, log, console)
    if asked.new is None:
        raise TanluError("TL001", value="--new FILE")
    from tanlu.cli.proofs.keyfile import key_of
    from tanlu.terms.proof import registry

    old = key_of(asked.key)
    held = log.registry.key(bytes.fromhex(_kid(old)), log.size)
    key = _made(asked.new)
    content = {
        "step": "rotate", "replaces": held.kid, "role": held.role, "name": held.name,
        "public": key.public, "kid": bytes.fromhex(_kid(key)),
        "until": log.size + 1 + max(0, asked.overlap),
        "possession": registry.possession(key, held.role, held.name),
    }  # fmt: skip
    return _state(asked, console, "key", content, old)


def revoke(asked: argparse.Namespace, console: Console) -> int:
    """End a key, from an entry on that may lie in the past."""
    from tanlu.cli.proofs.keyfile import key_of

    log = _log(asked)
    held = _known(log, asked.who)
    signer = log.preparer if asked.key is None else key_of(asked.key)
    content: dict[str, Any] = {"kid": held.kid}
    if asked.trusted is not None:
        content["trusted"] = asked.trusted
    kind = "device-revoke" if held.role == "device" else "key"
    if kind == "key":
        content["step"] = "revoke"
    return _state(asked, console, kind, content, signer)


def register(asked: argparse.Namespace, console: Console) -> int:
    """Write a statement that the owner of another key signed."""
    log = _log(asked)
    stated = log.register(_bytes(asked.statement))
    return _told(stated, log, console)


def _log(asked: argparse.Namespace) -> WorkspaceLog:
    from tanlu.store import open_workspace
    from tanlu.store.log import log_of

    return log_of(open_workspace(asked.ledger))


def _state(
    asked: argparse.Namespace,
    console: Console,
    kind: str,
    content: dict[str, Any],
    signer: keys.SigningKey,
) -> int:
    """State a change of keys, or write it to a file for whoever keeps the log."""
    log = _log(asked)
    said = content | ({"reason": asked.reason} if asked.reason else {})
    if asked.out is None:
        return _told(log.state(kind, said["kid"].hex(), said, signer), log, console)
    import time

    from tanlu.terms.proof import cose

    held = log.registry.key(bytes.fromhex(_kid(signer)), log.size)
    statement = cose.Statement.sign(
        signer, type=kind, issuer=held.name, subject=said["kid"].hex(), issued_s=int(time.time()),
        payload={**said, "type": f"tanlu/{kind}/v1"},
    )  # fmt: skip
    asked.out.write_bytes(statement.encode())
    console.say("key_signed", file=asked.out)
    console.result({"file": str(asked.out), "kid": said["kid"].hex(), "signer": _kid(signer)})
    return 0


def _told(stated: Stated, log: WorkspaceLog, console: Console) -> int:
    """Bring the entry under a checkpoint and say what holds now."""
    log.checkpoint()
    content = stated.statement.content
    key = log.registry.keys[content.get("kid") or _kid_of(content["public"])]
    console.say("key_stated" if key.until is None else "key_limited", index=stated.index,
                kid=key.kid.hex(), role=key.role, name=key.name, since=key.since,
                until=key.until)  # fmt: skip
    console.result({
        "index": stated.index, "kid": key.kid.hex(), "role": key.role, "name": key.name,
        "since": key.since, "until": key.until, "size": log.size,
        "replaces": content["replaces"].hex() if "replaces" in content else None,
    })  # fmt: skip
    return 0


def _made(file: Path) -> keys.SigningKey:
    """Make a key in a file that its owner alone can read; one that is there is never replaced."""
    from tanlu.store.witness import seed_at

    if file.exists():
        raise TanluError("TL656", value=file)
    return seed_at(file, make=True)


def request_of(file: Path) -> dict[str, Any]:
    """Give what a request asks for, as the log is told it."""
    try:
        told = json.loads(_bytes(file))
        public, signed = (bytes.fromhex(told[name]) for name in ("public", "possession"))
        kind, role, name = (str(told[name]) for name in ("type", "role", "name"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TanluError("TL657", value=file.name) from error
    if kind != REQUEST:
        raise TanluError("TL657", value=file.name)
    # whether role and signature hold is for the keys of the log to say
    return {"public": public, "kid": _kid_of(public), "role": role, "name": name,
            "possession": signed}  # fmt: skip


def _bytes(file: Path) -> bytes:
    with file.open("rb") as handle:
        return handle.read(LARGEST_BYTES)


def _known(log: WorkspaceLog, who: str) -> Any:
    """Give the key of an identity, or of a name that one key alone has."""
    known = log.registry.keys.values()
    found = [key for key in known if key.kid.hex() == who.lower()]
    found = found or [key for key in known if key.name == who and key.until is None]
    if len(found) != 1:
        told = ", ".join(f"{key.kid.hex()} {key.name}" for key in found or known)
        raise TanluError("TL658", value=who, known=told)
    return found[0]


def _kid(key: keys.SigningKey) -> str:
    return _kid_of(key.public).hex()


def _kid_of(public: bytes) -> bytes:
    from tanlu.terms.proof import keys

    return keys.kid(public)
