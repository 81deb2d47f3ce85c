"""tanlu disclose: show one shipment's result with its proof, or check what somebody showed."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.verify.offline import Disclosed


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("disclose", "disclose_verb")
    parser.add_argument("subject", nargs="?", help=console.word("disclose_subject"))
    parser.add_argument("--fields", default="result", help=console.word("disclose_fields"))
    parser.add_argument("--table", default="emission", help=console.word("disclose_table"))
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("shown.tld"),
        metavar="F",
        help=console.word("file_out"),
    )
    parser.add_argument("--check", type=Path, metavar="F", help=console.word("disclose_check"))
    parser.add_argument("--policy", type=Path, metavar="P", help=console.word("verify_policy"))
    parser.add_argument("--signer", metavar="HEX", help=console.word("disclose_signer"))
    parser.add_argument("--max-age", metavar="AGE", help=console.word("verify_age"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Write a disclosure, or check one."""
    if asked.check is not None:
        return _check(asked, console)
    if asked.subject is None:
        raise TanluError("TL001", value=console.word("unread_missing", name="SUBJECT"))
    from tanlu.store import disclose, open_workspace
    from tanlu.store.log import log_of

    workspace = open_workspace(asked.ledger)
    log = log_of(workspace)
    groups = [name.strip() for name in asked.fields.split(",") if name.strip()]
    data = disclose(workspace, log, asked.subject, groups, table=asked.table, profile=asked.profile)
    asked.out.write_bytes(data)
    console.say("disclosed", path=asked.out, bytes=len(data), fields=", ".join(groups))
    console.say("disclose_next", path=asked.out)
    console.result({"path": str(asked.out), "bytes": len(data), "fields": groups})
    return 0


def _check(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.verify.offline import check_disclosure

    if asked.policy is None:
        raise TanluError("TL745", value=asked.check)
    found = check_disclosure(
        asked.check.read_bytes(),
        asked.policy.read_text(encoding="utf-8", errors="replace"),
        public=_key(asked.signer),
        max_age_s=_seconds(asked.max_age),
    )
    _tell(found, console)
    console.result(_facts(found))
    return 0


def _tell(found: Disclosed, console: Console) -> None:
    proved = "disclose_proved" if found.proved else "disclose_said"
    console.say(proved, subject=found.subject)
    for issuer, by, at_s in dict.fromkeys((p.issuer, p.key, p.issued_s) for p in found.shown):
        console.say("disclose_who", issuer=issuer, by=by, at=_at(at_s))
    console.say("disclose_log", origin=found.origin, size=found.size)
    for name, at_s in sorted(found.cosigned.items()):
        console.say("disclose_witness", name=name, at=_at(at_s))
    if not found.cosigned:
        console.say("disclose_alone")
    for (profile, basis, boundary), co2e_ug in found.totals.items():
        console.say(
            "disclose_total", profile=profile, basis=basis, boundary=boundary, kg=kilograms(co2e_ug)
        )
    for part in found.shown:
        if part.table != "emission" or "result" not in part.groups:
            for row in part.rows:
                told = {name: value for name, value in row.items() if value is not None}
                console.tell("  " + ", ".join(f"{name} = {value}" for name, value in told.items()))
    rows = sum(len(part.rows) for part in found.shown)
    withheld = list(dict.fromkeys(name for part in found.shown for name in part.withheld))
    names = [name for part in found.shown for of in part.withheld.values() for name in of]
    console.say("disclose_rows", rows=rows)
    console.say(
        "disclose_withheld",
        groups=", ".join(withheld) or "–",
        columns=", ".join(dict.fromkeys(names)) or "–",
    )
    console.say("disclose_not_all")


def _facts(found: Disclosed) -> dict[str, Any]:
    return {
        "subject": found.subject,
        "subject_proved": found.proved,
        "origin": found.origin,
        "size": found.size,
        "cosigned": dict(found.cosigned),
        "totals": [
            {"profile": profile, "basis": basis, "boundary": boundary, "co2e_ug": str(co2e_ug)}
            for (profile, basis, boundary), co2e_ug in found.totals.items()
        ],
        "shown": [
            {
                "table": part.table, "version": part.version, "entry": part.entry,
                "issuer": part.issuer, "key": part.key, "issued_s": part.issued_s,
                "groups": list(part.groups), "withheld": {k: list(v) for k, v in
                part.withheld.items()},
                "rows": [
                    {name: str(value) for name, value in row.items() if value is not None}
                    for row in part.rows
                ],
            }
            for part in found.shown
        ],
    }  # fmt: skip


def _at(unix_s: int) -> str:
    try:
        return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return str(unix_s)


def kilograms(co2e_ug: int) -> str:
    """Give micrograms as kilograms, exact."""
    sign, whole = ("-" if co2e_ug < 0 else ""), abs(co2e_ug)
    return f"{sign}{whole // 10**9:,}.{whole % 10**9:09}"


def _key(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise TanluError("TL119", value=text[:80], why="not hexadecimal") from error


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    unit = {"s": 1, "m": 60, "h": 3600, "d": 86_400}.get(text[-1:])
    if unit is None or not text[:-1].isdigit():
        raise TanluError("TL001", value=f"--max-age {text}")
    return int(text[:-1]) * unit
