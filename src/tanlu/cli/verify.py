"""tanlu verify: an evidence pack or a proof by the reader's own policy, or the ledger replayed."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.verify.offline import Report

WITH_FINDINGS = 3
PROOF = b"c2sp.org/tlog-proof@v1\n"
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SHOWN = 20


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("verify", "verify")
    parser.add_argument("file", nargs="?", type=Path, help=console.word("verify_file"))
    parser.add_argument("--policy", type=Path, metavar="F", help=console.word("verify_policy"))
    parser.add_argument(
        "--recalc", choices=("full", "sample", "none"), default="full",
        help=console.word("verify_recalc"),
    )  # fmt: skip
    parser.add_argument("--max-age", metavar="AGE", help=console.word("verify_age"))
    parser.add_argument("--report", type=Path, metavar="F", help=console.word("verify_report"))
    parser.add_argument("--offline", action="store_true", help=console.word("verify_offline"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Verify a file, or replay the ledger; exit 3 when there are findings."""
    if asked.file is None:
        return _replay(asked, console)
    if asked.policy is None:
        raise TanluError("TL745", value=asked.file)
    policy = asked.policy.read_text(encoding="utf-8", errors="replace")
    age_s = None if asked.max_age is None else _seconds(asked.max_age)
    with asked.file.open("rb") as file:
        begins = file.read(len(PROOF))
    if begins == PROOF:
        return _proof(asked, console, policy, age_s)
    report = _pack(asked, policy, age_s)
    facts = report.json()
    if asked.report is not None:
        told = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)
        asked.report.write_text(f"{told}\n", encoding="utf-8")
    _say(report, console)
    console.result(facts)
    return report.exit


def _replay(asked: argparse.Namespace, console: Console) -> int:
    from tanlu.store import open_workspace
    from tanlu.verify import replay

    facts = console.follow(replay(open_workspace(asked.ledger)))
    console.say("replayed", compared=facts["compared"], differences=facts["differences"])
    console.result(facts)
    return WITH_FINDINGS if facts["differences"] else 0


def _proof(asked: argparse.Namespace, console: Console, policy: str, age_s: int | None) -> int:
    from tanlu.verify.pack import check_proof

    facts = check_proof(asked.file.read_bytes(), policy, max_age_s=age_s)
    names = ("index", "origin", "type", "subject")
    console.say("proof_holds", **{name: facts[name] for name in names})
    console.result({"verdict": "verified", **facts})
    return 0


def _pack(asked: argparse.Namespace, policy: str, age_s: int | None) -> Report:
    if asked.offline:
        from tanlu.verify.offline import verify_pack

        return verify_pack(asked.file, policy, max_age_s=age_s, recalc=asked.recalc)
    from tanlu.verify.pack import verify

    return verify(asked.file, policy, max_age_s=age_s, recalc=asked.recalc)


def _say(report: Report, console: Console) -> None:
    for step in report.steps:
        state = console.word(f"state_{step.state}")
        console.say("verify_step", number=step.number, name=console.word(f"check_{step.name}"),
                    state=state)  # fmt: skip
    told = report.steps[6].facts.get("taken_as_told")
    if told:
        console.say("verify_told", **told)
    for each in report.findings[:SHOWN]:
        said = each.say(console.language)
        console.tell(said if each.where in said else f"{said} ({each.where})")
    more = sum(report.counts.values()) - min(SHOWN, len(report.findings))
    if more:
        console.say("verify_more", count=more)
    console.say(f"verdict_{report.verdict.replace(' ', '_')}")


def _seconds(text: str) -> int:
    """Give the seconds of ``36h``, ``90m``, ``2d`` or ``600s``."""
    found = re.fullmatch(r"([1-9][0-9]{0,6})([smhd])", text.strip())
    if not found:
        raise TanluError("TL746", value=text)
    return int(found[1]) * SECONDS[found[2]]
