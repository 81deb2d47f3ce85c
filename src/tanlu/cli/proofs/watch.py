"""tanlu log watch: does a log only grow, and tell everybody the same; is it convicted."""

from __future__ import annotations

import argparse
import base64
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.proofs.serve import log_folder
from tanlu.cli.proofs.witness import kept
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.verify.watch import Watch

FAILED, UNDECIDED, WITH_FINDINGS = 1, 2, 3
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400}


def declare(add: Add, console: Console) -> None:
    """Declare the action."""
    parser = add("watch", "log_watch_verb")
    parser.add_argument("place", nargs="?", help=console.word("watch_place"))
    parser.add_argument("--policy", type=Path, help=console.word("watch_policy"))
    parser.add_argument(
        "--state", type=Path, default=Path("watch.sqlite"), help=console.word("watch_state")
    )
    parser.add_argument("--out", type=Path, help=console.word("watch_out"))
    parser.add_argument("--max-age", help=console.word("watch_age"))
    parser.add_argument("--verify", type=Path, metavar="PROOF", help=console.word("watch_verify"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Look at a log once, or judge a proof that one has forked."""
    if asked.verify:
        return _judge(asked, console)
    if not asked.policy:
        raise TanluError("TL001", value="--policy")
    from tanlu.store.witness import Watched
    from tanlu.verify.watch import watch

    place = asked.place or str(asked.ledger)
    if "://" not in place:
        place = str(log_folder(Path(place)))
    state = Watched(asked.state)
    steps = watch(place, _text(asked.policy), state, max_age_s=_age(asked.max_age))
    found: Watch = console.follow(steps)
    state.close()
    files = kept(found.proofs, asked.out or asked.state.with_suffix(".fork.json"))
    for finding in found.findings:
        console.warn(f"{finding.where}: {finding.error.say(console.language)}")
    console.say("watched", origin=found.origin, size=found.size, new=found.new)
    for file in files:
        console.say("watch_convicts", file=file)
    console.result(_facts(found, files, console.language))
    return WITH_FINDINGS if found.findings else 0


def _judge(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.terms.proof import note, policy
    from tanlu.verify.watch import Equivocation

    proof = Equivocation.decode(_bytes(asked.verify))
    judged = proof.judge()
    known = None
    if asked.policy:
        mine = note.Verifier.parse(proof.vkey)
        known = mine in policy.Policy.parse(_text(asked.policy)).logs
    said = {"origin": judged.origin, "first": judged.sizes[0], "second": judged.sizes[1]}
    console.say(f"judged_{judged.verdict}", **said)
    if known is not True:
        console.say("judged_key" if known is None else "judged_unknown", vkey=proof.vkey)
    roots = [base64.b64encode(root).decode() for root in judged.roots]
    console.result({
        "verdict": judged.verdict, "origin": judged.origin, "sizes": list(judged.sizes),
        "roots": roots, "vkey": proof.vkey, "known": known,
    })  # fmt: skip
    if judged.verdict != "forked":
        return FAILED
    return UNDECIDED if known is False else 0


def _facts(found: Watch, files: list[Path], language: str) -> dict[str, object]:
    return {
        "origin": found.origin,
        "size": found.size,
        "root": base64.b64encode(found.root).decode(),
        "new": found.new,
        "refused": found.refused,
        "findings": [
            {"where": each.where, "code": each.error.code, "message": each.error.say(language)}
            for each in found.findings
        ],
        "proofs": [str(file) for file in files],
    }


def _age(text: str | None) -> int | None:
    """Give seconds for a time like 36h; null for none."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,9})([smhd]?)", text)
    if not found:
        raise TanluError("TL001", value=f"--max-age {text}")
    return int(found[1]) * SECONDS[found[2]]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise TanluError("TL004", value=path, why=error.strerror or str(error)) from error


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode()
    except UnicodeDecodeError as error:
        raise TanluError("TL124", value="line 1", why="it is not UTF-8") from error
