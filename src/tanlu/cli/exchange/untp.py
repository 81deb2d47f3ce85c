"""tanlu exchange untp: credentials with their proof, and those of others checked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import TanluError, reason

if TYPE_CHECKING:
    from tanlu.share.exchange.untp import Proved, Signer, Verified
    from tanlu.store import Workspace

__all__ = ["declare"]

WITH_FINDINGS = 3
KINDS = ("passport", "attestation", "events")
PEM = b"-----BEGIN"
UNKNOWN = "nobody tells whose key it is"


def declare(under: Add, add: Add, console: Console) -> None:
    """Declare the protocol and its actions."""
    word = console.word
    actions = under("untp", "untp_verb").add_subparsers(
        metavar="ACTION", required=True, title=word("exchange_actions")
    )
    made = add("issue", "untp_issue", actions)
    made.add_argument("kind", choices=KINDS, help=word("untp_kind"))
    made.add_argument("--shipment", help=word("untp_shipment"))
    made.add_argument("--footprint", type=Path, metavar="F", help=word("untp_footprint"))
    made.add_argument("--company", required=True, help=word("exchange_company"))
    made.add_argument("--urn", action="append", default=[], help=word("exchange_urn"))
    made.add_argument("--key", type=Path, metavar="F", help=word("untp_key"))
    made.add_argument("--days", type=int, default=365, help=word("untp_days"))
    made.add_argument("--out", type=Path, metavar="F", help=word("file_out"))
    made.set_defaults(run=issue)
    checking = add("check", "untp_check", actions)
    checking.add_argument("file", type=Path, help=word("untp_file"))
    checking.add_argument("--policy", type=Path, metavar="P", help=word("verify_policy"))
    checking.set_defaults(run=check)


def issue(asked: argparse.Namespace, console: Console) -> int:
    """Write a credential of a shipment of the ledger, or of a footprint in a file."""
    from tanlu.share.exchange import untp
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    footprint, proof = _footprint(asked, workspace, console)
    now = datetime.now(UTC).replace(microsecond=0)
    told = untp.Issue(footprint, asked.company, now, now + timedelta(days=asked.days), proof=proof)
    signer = _signer(asked, workspace)
    text = untp.issue(asked.kind, told, signer)
    out = asked.out or Path(f"{asked.kind}.jwt")
    out.write_text(text + "\n", encoding="ascii")
    console.say("untp_issued", path=out, bytes=len(text), did=signer.did)
    console.say("untp_proved" if proof else "untp_unproved")
    console.result({"out": str(out), "bytes": len(text), "did": signer.did,
                    "proof_bytes": len(proof or b"")})  # fmt: skip
    return 0


def _footprint(
    asked: argparse.Namespace, workspace: Workspace, console: Console
) -> tuple[dict[str, Any], bytes | None]:
    """Give the footprint, and the proof where it is of a shipment of the ledger."""
    from tanlu.share.exchange import ileap
    from tanlu.store import disclose
    from tanlu.store.log import has_log, log_of

    if (asked.shipment is None) == (asked.footprint is None):
        raise TanluError("TL001", value=console.word("untp_either"))
    if asked.footprint is not None:
        (footprint, *_) = ileap.documents(asked.footprint)
        return footprint, None
    company = ileap.Company(asked.company, tuple(asked.urn))
    made = ileap.exchanged(workspace, company, shipments=(asked.shipment,))
    if not has_log(workspace):
        return made.footprints[0], None
    log = log_of(workspace)
    proof = disclose(workspace, log, asked.shipment, ("result", "activity"), profile="iso14083")
    return made.footprints[0], proof


def _signer(asked: argparse.Namespace, workspace: Workspace) -> Signer:
    from tanlu.cli.proofs.keyfile import key_of
    from tanlu.share.exchange import untp
    from tanlu.store.log import log_of

    if asked.key is None:
        return untp.ed25519(log_of(workspace).preparer)
    data: bytes = asked.key.read_bytes()
    return untp.p256(data) if data.startswith(PEM) else untp.ed25519(key_of(asked.key))


def check(asked: argparse.Namespace, console: Console) -> int:
    """Check a credential: signature, key, form, time, and its figure from the rows in it."""
    from tanlu.share.exchange import untp

    text = asked.file.read_text(encoding="utf-8", errors="replace")
    found = untp.check(text, known=_known(asked.ledger))
    computed = False
    if asked.policy is not None:
        computed = untp.recompute(found, _prover(asked.policy))
    elif found.proof is not None:
        found.unchecked.append("the proof in it needs a policy of your own (--policy)")
    if not found.known:
        found.find("TL922", "issuer", found.issuer, UNKNOWN)
    _tell(found, console, computed=computed)
    console.result({
        "kind": found.kind, "issuer": found.issuer, "name": found.name, "known": found.known,
        "kg": None if found.kg is None else str(float(found.kg)), "computed": computed,
        "findings": [each.facts() for each in found.findings], "unchecked": found.unchecked,
        "credential": json.loads(json.dumps(found.token.body)),
    })  # fmt: skip
    return WITH_FINDINGS if found.findings else 0


def _known(ledger: Path) -> set[bytes]:
    """Give the keys that one's own log tells; none where there is no log."""
    from tanlu.store import open_workspace
    from tanlu.store.log import has_log, log_of

    try:
        workspace = open_workspace(ledger)
    except TanluError:
        return set()
    if not has_log(workspace):
        return set()
    log = log_of(workspace)
    return {key.public for key in log.registry.keys.values() if key.holds(log.size)}


def _prover(policy: Path) -> Callable[[bytes, bytes | None], Proved]:
    from tanlu.share.exchange.untp import Proved
    from tanlu.verify.offline import check_disclosure

    rules = policy.read_text(encoding="utf-8", errors="replace")

    def prove(data: bytes, public: bytes | None) -> Proved:
        found = check_disclosure(data, rules, public=public)
        rows = [row for part in found.shown if part.table == "emission" for row in part.rows]
        return Proved(found.subject, found.proved, rows)

    return prove


def _tell(found: Verified, console: Console, *, computed: bool) -> None:
    console.say("untp_told", kind=found.kind or "?", name=found.name, did=found.issuer)
    if found.kg is not None:
        console.say("untp_figure", kg=f"{float(found.kg):,.9f}".rstrip("0").rstrip("."))
    if computed:
        console.say("untp_computed")
    for why in dict.fromkeys(found.unchecked):
        console.say("untp_unchecked", why=reason(why, console.language))
    for each in found.findings:
        console.tell(each.say(console.language))
    console.say("untp_holds" if not found.findings else "untp_fails", count=len(found.findings))
