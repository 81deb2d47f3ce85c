"""tanlu account doubt: how sure the numbers of a ledger are, and what to measure first."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.reports import chosen, rules

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace


def declare(add: Add, console: Console) -> None:
    """Declare the verb."""
    parser = add("doubt", "doubt")
    parser.add_argument("--period", help=console.word("period"))
    parser.add_argument("--by", help=console.word("doubt_by"))
    parser.add_argument("--boundary", type=Path, metavar="FILE", help=console.word("doubt_of"))
    parser.add_argument("--draws", type=int, default=0, metavar="N", help=console.word("draws"))
    parser.add_argument("--seed", type=int, default=1, metavar="N", help=console.word("draw_seed"))
    parser.add_argument("--gwp", action="store_true", help=console.word("doubt_gwp"))
    rules(parser, console)
    parser.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    parser.set_defaults(run=run)


def _lines(workspace: Workspace, asked: argparse.Namespace, profile: str | None) -> pl.DataFrame:
    """Give what an organisation's inventory counts in the period."""
    from tanlu.report.organisation import lines, read
    from tanlu.terms import time

    boundary = read(asked.boundary)
    span = None if asked.period is None else time.period(asked.period, boundary.zone)
    basis: Literal["location", "market"] = "market" if asked.basis == "market" else "location"
    return lines(workspace, boundary, profile=profile or "ghg_protocol", span=span, basis=basis)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Tell intervals, quality and ranking of the causes of doubt."""
    from tanlu.factors import profile
    from tanlu.report import render, text
    from tanlu.report.doubt import sheet
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    options: dict[str, Any] = {"draws": asked.draws, "seed": asked.seed, "gwp": asked.gwp}
    options |= chosen(asked, workspace) | {"language": console.language}
    usual = "kind"
    if asked.boundary:
        usual = "scope,category,entity"
        options["profile"] = profile(asked.profile).name if asked.profile else None
        options["inventory"] = _lines(workspace, asked, options["profile"])
    by = tuple((asked.by or usual).split(","))
    document = console.follow(sheet(workspace, asked.period, by=by, **options))
    for path in asked.out:
        console.say("written", path=render(document, path))
    if not asked.out and not console.as_json:
        console.write(text(document))
    console.result(document.facts)
    return 0
