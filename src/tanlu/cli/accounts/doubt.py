"""tanlu account doubt: how sure the numbers of a ledger are, and what to measure first."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from tanlu.cli.console import Console

Add = Callable[[str, str], argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("doubt", "doubt")
    parser.add_argument("--period", help=console.word("period"))
    parser.add_argument("--by", default="kind", help=console.word("doubt_by"))
    parser.add_argument("--draws", type=int, default=0, metavar="N", help=console.word("draws"))
    parser.add_argument("--seed", type=int, default=1, metavar="N", help=console.word("draw_seed"))
    parser.add_argument("--gwp", action="store_true", help=console.word("doubt_gwp"))
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument("--basis", choices=("location", "market"), help=console.word("basis"))
    parser.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Tell intervals, quality and ranking of the causes of doubt."""
    from tanlu.factors import profile
    from tanlu.report import render, text
    from tanlu.report.doubt import sheet
    from tanlu.store import open_workspace

    document = console.follow(
        sheet(
            open_workspace(asked.ledger),
            asked.period,
            by=tuple(asked.by.split(",")),
            draws=asked.draws,
            seed=asked.seed,
            gwp=asked.gwp,
            language=console.language,
            profile=profile(asked.profile).name if asked.profile else None,
            basis=asked.basis,
        )
    )
    for path in asked.out:
        console.say("written", path=render(document, path))
    if not asked.out and not console.as_json:
        console.write(text(document))
    console.result(document.facts)
    return 0
