"""Where a report goes: files that were asked for, else the terminal; facts in JSON mode."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.terms import Document, Progress

__all__ = ["FORMATS", "PROFILE", "chosen", "give", "options", "rules", "usual"]

FORMATS = ("pdf", "xlsx", "json", "parquet", "html", "txt")


def options(parser: argparse.ArgumentParser, console: Console, *, period: bool = True) -> None:
    """Declare what every report is asked for: its period, and where and in which form it goes."""
    if period:
        parser.add_argument("--period", help=console.word("period"))
    parser.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    parser.add_argument("--format", choices=FORMATS, help=console.word("format"))


# a ledger may hold an inventory beside: what is not one is by the rules of transport
PROFILE = "iso14083"


def rules(parser: argparse.ArgumentParser, console: Console) -> None:
    """Declare by which rules the rows are summed, of those that the ledger holds."""
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument("--basis", choices=("location", "market"), help=console.word("basis"))


def usual(workspace: Any) -> str | None:
    """Give the profile of transport where the ledger has it, else the only one that it has."""
    found = workspace.scan("emission", columns=["profile"]).unique().collect(engine="streaming")
    names = found["profile"].to_list()
    only = names[0] if len(names) == 1 else None
    return PROFILE if PROFILE in names else only


def chosen(asked: argparse.Namespace, workspace: Any) -> dict[str, Any]:
    """Give profile and basis as asked, else the profile of transport and electricity by its grid.

    Rows by market are never taken unasked, nor both.
    """
    from tanlu.factors import profile

    name = profile(asked.profile).name if asked.profile else usual(workspace)
    held = workspace.scan("emission", columns=["profile", "basis"]).unique().collect()
    bases = {basis for rules, basis in held.iter_rows() if rules == name}
    location = "location" if {"location", "market"} <= bases else None
    return {"profile": name, "basis": asked.basis or location}


Live = Callable[[Path], Iterator[Progress]]
Rows = Callable[[], Any]


def give(
    document: Document,
    asked: argparse.Namespace,
    console: Console,
    live: Live | None = None,
    rows: Rows | None = None,
) -> int:
    """Render the document as asked; ``--format`` names the form where ``--out`` does not.

    ``live`` writes the workbook whose formulas recompute the report, in place of bare sheets;
    ``rows`` are what a Parquet file holds, in place of the tables.
    """
    from tanlu.report import render, text

    form = getattr(asked, "format", None)
    paths = [_named(path, form) for path in asked.out]
    if form and not paths:
        paths = [Path(f"{document.facts.get('report', 'report')}.{form}")]
    for path in paths:
        if live is None or path.suffix.lower() != ".xlsx":
            console.say(
                "written",
                path=render(
                    document, path, rows() if rows and path.suffix.lower() == ".parquet" else None
                ),
            )
        else:
            console.say("workbook_written", **console.follow(live(path)))
    if not paths and not console.as_json:
        console.write(text(document))
    console.result(document.facts)
    return 0


def _named(path: Path, form: str | None) -> Path:
    return path.with_name(f"{path.name}.{form}") if form and not path.suffix else path
