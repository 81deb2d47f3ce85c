"""tanlu check: what a ledger holds that cannot be, or is not likely, with the rows that show it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add

if TYPE_CHECKING:
    from tanlu.verify.plausibility import Checked

WITH_FINDINGS = 3
# findings of one code that people are shown, and of all that a program is; the file holds all
SHOWN, TOLD = 5, 1000


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("check", "check")
    parser.add_argument("--period", help=console.word("period"))
    parser.add_argument("--rules", type=Path, metavar="FILE", help=console.word("check_rules"))
    parser.add_argument("--out", type=Path, metavar="FILE", help=console.word("check_out"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Check the ledger by all rules; exit 3 when there is a finding that is no mere information."""
    from tanlu.store import open_workspace
    from tanlu.terms import time
    from tanlu.verify.plausibility import check_ledger

    workspace = open_workspace(asked.ledger)
    span = time.period(asked.period, workspace.zone) if asked.period else None
    checked: Checked = console.follow(check_ledger(workspace, span, asked.rules))
    path = checked.write(asked.out) if asked.out else None
    _tell(checked, console)
    if path:
        console.say("written", path=path)
    elif checked.findings.height:
        console.say("check_next")
    console.result(_facts(checked))
    grave = checked.findings.filter(checked.findings["severity"] != "info").height
    return WITH_FINDINGS if grave else 0


def _facts(checked: Checked) -> dict[str, Any]:
    by_code = checked.findings["code"].value_counts().sort("code")
    return {
        "findings": checked.findings.height,
        "by_code": dict(by_code.iter_rows()),
        "checked": checked.checked,
        "not_checked": checked.not_checked,
        "shown": checked.findings.head(TOLD).to_dicts(),
    }


def _tell(checked: Checked, console: Console) -> None:
    """Say the findings rule by rule, the gravest first, then what was not checked and why."""
    from tanlu.verify.plausibility import explain, name_of

    if console.as_json:
        return
    for part in checked.findings.partition_by("code", maintain_order=True):
        code = part["code"][0]
        console.say(
            "check_found", code=code, name=name_of(code, console.language), count=part.height
        )
        for row in part.head(SHOWN).iter_rows(named=True):
            console.tell(f"  {explain(row, console.language)}")
    rules = len({each["rule"] for each in checked.checked})
    console.say("check_sum", rules=rules, count=checked.findings.height)
    why: dict[str, list[str]] = {}
    for each in checked.not_checked:
        why.setdefault(each["rule"], []).append(each["zh" if console.language == "zh" else "en"])
    for rule, said in why.items():
        mark = "；" if console.language == "zh" else "; "
        console.say("check_not", name=name_of(rule, console.language), why=mark.join(said))
