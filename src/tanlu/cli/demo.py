"""tanlu demo: a whole network simulated, then read, quantified and reported like any other."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tanlu.cli import quantify as quantify_verb
from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log, new_log


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("demo", "demo")
    parser.add_argument("--orders", type=int, default=20_000, help=console.word("orders"))
    parser.add_argument("--seed", type=int, default=1, help=console.word("seed"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Simulate, read through the normal door, quantify, report; say what to try next."""
    from tanlu.account import quantify_all
    from tanlu.monitor import intake
    from tanlu.report import render, text, transport
    from tanlu.simulate import write_park
    from tanlu.store import open_workspace

    folder: Path = asked.ledger / "network"
    made = console.follow(write_park(folder, orders=asked.orders, seed=asked.seed))
    workspace = open_workspace(asked.ledger, create=True)
    new_log(workspace)
    counts = dict.fromkeys(_COUNTS, 0)
    for file, mapping in made["files"]:
        facts = console.follow(intake(Path(file), Path(mapping), workspace))
        for key in _COUNTS:
            counts[key] += facts[key]
    console.say("rows", **counts)
    totals: dict[str, Any] = console.follow(quantify_all(workspace))
    document = transport(workspace, language=console.language)
    html = render(document, asked.ledger / "report.html")
    if not console.as_json:
        console.write(text(document))
    quantify_verb.tell(totals, console)
    console.say("written", path=html)
    follow_log(workspace, console)
    console.say("demo_next", html=html, subject=made["subject"], ledger=asked.ledger)
    console.result({**counts, **totals, "report": str(html), "subject": made["subject"]})
    return 0


_COUNTS = ("rows_in", "rows_new", "rows_known", "rows_accepted", "rows_quarantined")
