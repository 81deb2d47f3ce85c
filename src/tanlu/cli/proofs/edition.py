"""tanlu edition: publish a state of the ledger by name, compare, restate and repeat it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add, acting
from tanlu.cli.following import follow_log
from tanlu.cli.proofs import published as parts
from tanlu.cli.reports import give
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from tanlu.store import Workspace
    from tanlu.terms import Document
    from tanlu.verify.edition import Extent

__all__ = ["declare"]

CODES = {"same": 0, "differs": 3, "undecided": 2}
# what is gone or damaged without which nothing can be repeated
GONE = {"TL205", "TL607"}
KG_UG = 10**9


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    action = acting(add, console, "edition")

    action("list", list_)
    made = action("publish", publish, "name")
    made.add_argument("--period", help=console.word("period"))
    made.add_argument("--profile", metavar="PROFILE", help=console.word("explain_profile"))
    made.add_argument("--basis", choices=("location", "market"), help=console.word("basis"))
    compared = action("diff", diff, "old")
    compared.add_argument("new", nargs="?", metavar="NEW", help=console.word("edition_new"))
    again = action("restate", restate, "old")
    again.add_argument("--as", dest="name", required=True, metavar="NAME",
                       help=console.word("edition_name"))  # fmt: skip
    for each in (made, again):
        each.add_argument("--boundary", type=Path, metavar="FILE", help=console.word("boundary"))
    made.add_argument("--reason", help=console.word("edition_reason"))
    again.add_argument("--reason", required=True, help=console.word("edition_reason"))
    for each in (made, compared, again):
        each.add_argument("--out", type=Path, action="append", default=[], metavar="FILE",
                          help=console.word("edition_out"))  # fmt: skip
    repeated = action("reproduce", reproduce, "name")
    repeated.add_argument("--out", type=Path, metavar="DIR", help=console.word("edition_folder"))


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the published editions."""
    from tanlu.store import open_workspace

    rows = open_workspace(asked.ledger).editions().to_dicts()
    for row in rows:
        restates = f" ← {row['supersedes']}" if row["supersedes"] else ""
        console.tell(
            f"{row['edition']:24} {_kg(row['co2e_ug']):>18} kg  {row['period'] or '–':12} "
            f"{row['profile']} {row['basis'] or '–'}  v{row['version']}{restates}"
        )
    if not rows:
        console.say("edition_none")
    console.result({"editions": rows})
    return 0


def publish(asked: argparse.Namespace, console: Console) -> int:
    """Publish the present state under a name, if it can be reproduced."""
    from tanlu.store import open_workspace
    from tanlu.verify.edition import named

    workspace = open_workspace(asked.ledger)
    named(workspace, asked.name)
    extent = parts.asked_extent(asked, workspace, console.language)
    row, rows = parts.draft(workspace, asked.name, extent, reason=asked.reason)
    document = _publish(workspace, row, rows, extent, console)
    _written(document, asked.out, console)
    console.result(row)
    return 0


def _publish(
    workspace: Workspace,
    row: dict[str, Any],
    rows: pl.LazyFrame,
    extent: Extent,
    console: Console,
) -> Document:
    """Repeat what is to be published, and publish it with the hashes of its report.

    Raises
    ------
    TanluError
        TL645 when it is not given by its activities or its report.
    """
    from tanlu.verify.edition import reproduce as repeat

    profiles = parts.profiles_of(workspace, extent)
    facts = console.follow(repeat(workspace, row, rows, profiles=profiles))
    document = parts.report_of(workspace, extent, row)
    if facts["found"]:
        why = f"{facts['differences']} of its rows are not given by their activities"
        raise TanluError("TL645", value=row["edition"], why=why)
    if not parts.says_its_sum(document, row, extent):
        why = "its report does not say the sum of its rows"
        raise TanluError("TL645", value=row["edition"], why=why)
    made = parts.hashes(document)
    row |= {"report_sha256": made["json"], "pdf_sha256": made["pdf"]}
    pinned = {name: value for name, value in row.items() if value is not None and name != "edition"}
    line = workspace.publish_edition(row["edition"], **pinned)
    follow_log(workspace, console)
    row["at"] = workspace.editions().filter(edition=row["edition"])["at"][0]
    console.say("edition_published", name=row["edition"], kg=_kg(row["co2e_ug"]), line=line,
                rows=f"{row['rows']:,}", compared=f"{facts['compared']:,}")  # fmt: skip
    return document


def diff(asked: argparse.Namespace, console: Console) -> int:
    """Explain why two editions differ, or an edition and what the ledger says now."""
    from tanlu.report.restatement import restatement
    from tanlu.store import open_workspace
    from tanlu.verify.edition import edition_of, extent_of

    workspace = open_workspace(asked.ledger)
    old = edition_of(workspace, asked.old)
    if asked.new:
        facts = parts.differing(workspace, old, edition_of(workspace, asked.new))
    else:
        new, rows = parts.draft(workspace, console.word("edition_now"), extent_of(old))
        facts = parts.differing(workspace, old, new, rows)
    give(restatement(facts, language=console.language), asked, console)
    return 0 if facts["adds_up"] and all(facts["as_pinned"]) else CODES["differs"]


def restate(asked: argparse.Namespace, console: Console) -> int:
    """Quantify anew by the packs that the ledger adopted, and publish that beside the old one."""
    from tanlu.account import quantify_all
    from tanlu.report.restatement import restatement
    from tanlu.store import open_workspace
    from tanlu.verify.edition import edition_of, made_by, named

    workspace = open_workspace(asked.ledger)
    named(workspace, asked.name)
    old = edition_of(workspace, asked.old)
    extent = _within(asked, workspace, old, console.language)
    assured = "assured" in made_by(workspace, old["profile"], old["version"])
    for name, gwp_set in parts.profiles_of(workspace, extent).items():
        own = name == old["profile"] and assured
        steps = quantify_all(
            workspace, profile=name, gwp_set=gwp_set or old["gwp_set"], assured=own
        )
        console.follow(steps)
    row, rows = parts.draft(workspace, asked.name, extent, reason=asked.reason)
    facts = parts.differing(workspace, old, row, rows)
    if not facts["reasons"] and not _other(facts):
        raise TanluError("TL655", value=asked.old)
    row |= {"supersedes": asked.old, "changes": facts["changes"]}
    _publish(workspace, row, rows, extent, console)
    document = restatement(facts, language=console.language)
    word = "edition_material" if facts["material"] else "edition_immaterial"
    console.say(word, percent=facts["largest_percent"], threshold=facts["threshold_percent"])
    return give(document, asked, console)


def _other(facts: Mapping[str, Any]) -> bool:
    """Tell whether anything but version and name of the state differs."""
    return any(name not in {"version", "code_version"} for name, *_ in facts["pins"])


def _within(
    asked: argparse.Namespace, workspace: Workspace, old: Mapping[str, Any], language: str
) -> Extent:
    """Give the extent of an edition, within another boundary where one is named."""
    from dataclasses import replace

    from tanlu.verify.edition import extent_of

    extent = replace(extent_of(old), language=language)
    if not asked.boundary:
        return extent
    from tanlu.report.organisation import read

    read(asked.boundary)
    return replace(extent, boundary=workspace.originals.put(asked.boundary))


def reproduce(asked: argparse.Namespace, console: Console) -> int:
    """Make an edition again; exit 0 the same, 3 another, 2 when it cannot be decided."""
    from tanlu.store import open_workspace
    from tanlu.verify.edition import edition_of, verdict

    workspace = open_workspace(asked.ledger)
    row = edition_of(workspace, asked.name)
    try:
        facts, document = _repeated(workspace, row, console)
    except TanluError as error:
        if error.code not in GONE:
            raise
        why = error.say(console.language)
        raise TanluError("TL652", value=asked.name, why=why) from error
    facts["found"] += parts.stated(workspace, row)
    facts |= verdict(row, facts, parts.hashes(document))
    del facts["found"]
    for finding in facts["findings"]:
        console.tell(finding[console.language])
    console.say(f"edition_{facts['verdict']}", name=asked.name, kg=_kg(facts["co2e_ug"]),
                compared=f"{facts['compared']:,}")  # fmt: skip
    if asked.out:
        _written(document, [asked.out / f"{asked.name}.{each['form']}"
                            for each in facts["reports"] if each["made"]], console)  # fmt: skip
    console.result(facts)
    return CODES[facts["verdict"]]


def _repeated(
    workspace: Workspace, row: Mapping[str, Any], console: Console
) -> tuple[dict[str, Any], Document]:
    from tanlu.verify.edition import extent_of
    from tanlu.verify.edition import reproduce as repeat

    extent = extent_of(row)
    rows = parts.rows_of(workspace, extent, row["version"])
    profiles = parts.profiles_of(workspace, extent)
    facts = console.follow(repeat(workspace, row, rows, profiles=profiles))
    return facts, parts.report_of(workspace, extent, row)


def _written(document: Document, files: list[Path], console: Console) -> None:
    from tanlu.report import render

    for path in files:
        console.say("written", path=render(document, path))


def _kg(ug: str | int) -> str:
    """Give micrograms as kilograms for people, to the gram."""
    from decimal import Decimal

    return f"{Decimal(ug) / KG_UG:,.3f}"
