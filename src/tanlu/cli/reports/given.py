"""Where a report goes: files that were asked for, else the terminal; facts in JSON mode."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.terms import Document, Progress

__all__ = ["FORMATS", "give", "ground", "grounds", "options"]

USUAL = "iso14083"  # a ledger may hold an inventory beside
FORMATS = ("pdf", "xlsx", "json", "parquet", "html", "txt")


def options(parser: argparse.ArgumentParser, console: Console, *, period: bool = True) -> None:
    """Declare what every report is asked for: its period, and where and in which form it goes."""
    if period:
        parser.add_argument("--period", help=console.word("period"))
    parser.add_argument(
        "--out", type=Path, action="append", default=[], metavar="FILE", help=console.word("out")
    )
    parser.add_argument("--format", choices=FORMATS, help=console.word("format"))


def grounds(parser: argparse.ArgumentParser, console: Console) -> None:
    """Declare which profile and basis are summed where a ledger holds several."""
    parser.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    parser.add_argument("--basis", choices=("location", "market"), help=console.word("basis"))


def ground(asked: argparse.Namespace, workspace: Any) -> dict[str, Any]:
    """Give what was asked for: else transport's own profile, and electricity by its grid.

    Market rows are never taken unasked, nor both.
    """
    from tanlu.factors import profile

    held = workspace.scan("emission", columns=["profile", "basis"]).unique().collect()
    names = set(held["profile"])
    chosen = profile(asked.profile).name if asked.profile else None
    if chosen is None and USUAL in names:
        chosen = USUAL
    if chosen is None and len(names) == 1:
        [chosen] = names
    bases = {basis for name, basis in held.iter_rows() if name == chosen}
    location = "location" if {"location", "market"} <= bases else None
    return {"profile": chosen, "basis": asked.basis or location}


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
