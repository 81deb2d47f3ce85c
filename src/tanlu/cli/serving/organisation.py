"""tanlu organisation: who shares a server, each with a ledger of its own."""

from __future__ import annotations

import argparse
from pathlib import Path

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.serving.home import keeper, served

__all__ = ["declare"]


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    action = served(add, console, "organisation", one=False)

    for name, run in (("add", add_), ("rename", rename)):
        made = action(name, run)
        made.add_argument("slug", help=console.word("organisation_slug"))
        made.add_argument("--name", required=True, help=console.word("organisation_name"))
        made.add_argument("--name-zh", help=console.word("organisation_name_zh"))
        if name == "add":
            made.add_argument(
                "--books", type=Path, metavar="DIR", help=console.word("organisation_books")
            )
    action("list", list_)


def add_(asked: argparse.Namespace, console: Console) -> int:
    """Found an organisation, with an empty ledger or one that there is."""
    with keeper(asked) as at:
        folder = at.found(asked.slug, asked.name, asked.name_zh, asked.books)
    console.say("organisation_added", slug=asked.slug, folder=folder)
    console.result({"slug": asked.slug, "folder": folder})
    return 0


def rename(asked: argparse.Namespace, console: Console) -> int:
    """Give an organisation another name; its short name stays."""
    with keeper(asked) as at:
        at.rename(asked.slug, asked.name, asked.name_zh)
    console.say("organisation_renamed", slug=asked.slug, name=asked.name)
    console.result({"slug": asked.slug, "name": asked.name, "name_zh": asked.name_zh})
    return 0


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the organisations of a server."""
    with keeper(asked) as at:
        rows = at.home.organisations()
    for row in rows:
        names = " ".join(str(row[key]) for key in ("name", "name_zh") if row[key])
        console.tell(f"{row['slug']:20} {names:28} {row['folder']}")
    console.result({"organisations": rows})
    return 0
