"""tanlu account allocation: who bears what of shared totals, and what is suspect about loads."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add

WITH_FINDINGS = 3


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("allocation", "allocation")
    parser.add_argument("group", nargs="?", metavar="GROUP", help=console.word("group"))
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument("--strict", action="store_true", help=console.word("strict"))
    parser.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Show the keys in use and what is suspect, or one group under every key."""
    from tanlu.factors import profile
    from tanlu.report import render, text
    from tanlu.report.allocation import allocation
    from tanlu.store import open_workspace

    document = allocation(
        open_workspace(asked.ledger),
        asked.group,
        language=console.language,
        profile=profile(asked.profile or "iso14083").name,
    )
    for path in asked.out:
        console.say("written", path=render(document, path))
    if not asked.out and not console.as_json:
        console.write(text(document))
    console.result(document.facts)
    return WITH_FINDINGS if asked.strict and document.facts.get("findings") else 0
