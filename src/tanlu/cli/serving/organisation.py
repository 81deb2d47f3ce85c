"""tanlu organisation: who shares a server, each with a ledger of its own."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tanlu.cli.console import Console
from tanlu.cli.serving.home import keeper, options

__all__ = ["declare"]

Add = Callable[..., argparse.ArgumentParser]


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    actions = add("organisation", "organisation_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("organisation_actions")
    )

    def action(name: str, run: Any) -> argparse.ArgumentParser:
        made = add(name, f"organisation_{name}", actions)
        made.set_defaults(run=run)
        options(made, console, one=False)
        return made

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
