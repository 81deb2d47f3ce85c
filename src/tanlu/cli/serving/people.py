"""tanlu people: who may log in to a server, and as what."""

from __future__ import annotations

import argparse

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.serving.home import keeper, served

__all__ = ["declare"]


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    action = served(add, console, "people")
    added = action("add", add_, "name")
    added.add_argument("--role", default="viewer", help=console.word("people_role"))
    added.add_argument("--shown", default="", help=console.word("people_shown"))
    action("list", list_)
    for name, run in (("disable", disable), ("enable", enable), ("password", password)):
        action(name, run, "name")


def add_(asked: argparse.Namespace, console: Console) -> int:
    """Let a person in; who is new gets a password, shown now and never again."""
    with keeper(asked) as at:
        drawn = at.add(asked.name, asked.role, tenant=asked.organisation, shown=asked.shown)
    console.say("people_added", name=asked.name, role=asked.role, organisation=asked.organisation)
    if drawn is not None:
        console.say("people_drawn", password=drawn)
    console.result({"name": asked.name, "role": asked.role, "password": drawn})
    return 0


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List the persons of an organisation."""
    with keeper(asked) as at:
        rows = at.people(asked.organisation)
    for row in rows:
        out = row["ended_us"] is not None or row["disabled_us"] is not None
        state = console.word("people_out" if out else "people_in")
        console.tell(f"{row['name']:24} {row['role']:10} {state:10} {row['shown']}")
    if not rows:
        console.say("people_none")
    console.result({"people": rows})
    return 0


def disable(asked: argparse.Namespace, console: Console) -> int:
    """Let a person in nowhere any more."""
    with keeper(asked) as at:
        at.disable(asked.name)
    console.say("people_disabled", name=asked.name)
    console.result({"name": asked.name, "disabled": True})
    return 0


def enable(asked: argparse.Namespace, console: Console) -> int:
    """Let a person in again who was disabled."""
    with keeper(asked) as at:
        at.disable(asked.name, undo=True)
    console.say("people_enabled", name=asked.name)
    console.result({"name": asked.name, "disabled": False})
    return 0


def password(asked: argparse.Namespace, console: Console) -> int:
    """Give a person a new password, shown now and never again."""
    with keeper(asked) as at:
        drawn = at.password(asked.name)
    console.say("people_drawn", password=drawn)
    console.result({"name": asked.name, "password": drawn})
    return 0
