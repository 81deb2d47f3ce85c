"""tanlu report organisation: the inventory of an organisation, from one command."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.following import follow_log
from tanlu.cli.reports.given import give, options

if TYPE_CHECKING:
    import polars as pl

    from tanlu.report.organisation import Boundary
    from tanlu.store import Workspace
    from tanlu.terms import Document, Progress

__all__ = ["declare", "run"]

# what tanlu.report.organisation reads in a ledger
NAME = "organisation.toml"
# as tanlu.report.disclosure and tanlu.report.organisation name them; a test compares, so that help
# needs no polars
ORDERS = ("iso14064", "cn")
APPROACHES = ("equity_share", "financial_control", "operational_control")


def declare(add: Callable[..., argparse.ArgumentParser], console: Console, under: Any) -> None:
    """Declare the topic below ``under``."""
    parser = add("organisation", "report_organisation", under)
    options(parser, console)
    parser.add_argument("--boundary", type=Path, metavar="FILE", help=console.word("boundary"))
    parser.add_argument("--approach", choices=APPROACHES, help=console.word("approach"))
    parser.add_argument("--order", choices=ORDERS, help=console.word("order"))
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Quantify what the inventory's profiles do not cover yet, then draw the inventory up.

    The boundary file is kept among the originals, so that the report's hash leads to its bytes.
    """
    from tanlu.report.organisation import organisation as inventory
    from tanlu.report.organisation import read
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    file = asked.boundary or workspace.path / NAME
    boundary = read(file, approach=asked.approach)
    workspace.originals.put(file)
    cover(workspace, boundary, console)
    document = inventory(workspace, asked.period, boundary, language=console.language)
    held = cache(partial(_lines, workspace, boundary, document))
    document = _tagged(workspace, document, held)
    if asked.order:
        from tanlu.report.disclosure import disclosed

        document = disclosed(document, asked.order)
    live = partial(_live, workspace, document, held)
    return give(document, asked, console, live, lambda: held().lazy())


def _lines(workspace: Workspace, boundary: Boundary, document: Document) -> pl.DataFrame:
    """Give the lines of the inventory on both bases of electricity."""
    from polars import col, concat

    from tanlu.report.organisation import lines

    period: Any = document.facts["period"]
    span = (period["start_us"], period["end_us"]) if period["text"] else None
    options: dict[str, Any] = {"profile": document.facts["profile"], "span": span}
    market = lines(workspace, boundary, basis="market", **options)
    return concat([lines(workspace, boundary, **options), market.filter(col("basis") == "market")])


def _tagged(workspace: Workspace, document: Document, held: Callable[[], pl.DataFrame]) -> Document:
    """Give the inventory with factors, energy of its own operations and tagged datapoints."""
    from polars import col

    from tanlu.report.disclosure import datapoints, energy_mix, factors

    location = held().filter(col("basis") != "market")
    energy = energy_mix(location)
    points = datapoints(document.facts, energy=energy, language=document.language)
    more = {"energy": energy, "datapoints": points, **factors(workspace, location)}
    return replace(document, facts={**document.facts, **more})


def _live(
    workspace: Workspace, document: Document, held: Callable[[], pl.DataFrame], path: Path
) -> Iterator[Progress]:
    """Write the inventory with a formula for each emission."""
    from tanlu.report import workbook

    period: Any = document.facts["period"]
    return workbook(
        workspace, path, held(), document=document, period=period["text"],
        language=document.language,
    )  # fmt: skip


def cover(workspace: Workspace, boundary: Boundary, console: Console) -> None:
    """Quantify what each profile of the inventory does not cover yet, and say so."""
    from tanlu.account import quantify_all
    from tanlu.report.organisation import profiles

    for profile, gwp_set in profiles(workspace, boundary):
        facts = console.follow(quantify_all(workspace, profile=profile, gwp_set=gwp_set))
        if facts["new"]["emissions"]:
            console.say("covered", profile=profile, rows=f"{facts['new']['emissions']:,}")
            follow_log(workspace, console)
