"""tanlu map: the boundaries that a server draws under its network, supplied by the operator."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.serving.home import options

if TYPE_CHECKING:
    from tanlu.store.relational import Scoped

__all__ = ["declare"]


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    actions = add("map", "map_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("map_actions")
    )
    added = add("add", "map_add", actions)
    added.add_argument("file", type=Path, metavar="FILE", help=console.word("map_file"))
    added.add_argument("--approval", required=True, help=console.word("map_approval"))
    added.set_defaults(run=add_)
    shown, dropped = add("show", "map_show", actions), add("remove", "map_remove", actions)
    shown.set_defaults(run=show)
    dropped.set_defaults(run=remove)
    for each in (added, shown, dropped):
        options(each, console)


@contextlib.contextmanager
def _state(asked: argparse.Namespace) -> Iterator[Scoped]:
    from tanlu.serve.api import Home

    home = Home(asked.ledger, path=asked.home, database=asked.database)
    try:
        home.workspace(asked.organisation)
        with home.state.of(asked.organisation) as state:
            yield state
    finally:
        home.close()


def add_(asked: argparse.Namespace, console: Console) -> int:
    """Check a file of boundaries and keep it with the number of its approval."""
    from tanlu.serve.maps import keep, outline

    found = outline(asked.file.read_bytes(), asked.file.name)
    with _state(asked) as state:
        keep(state, found, asked.approval)
    console.say("map_kept", lines=len(found.lines), points=found.points, given=found.points_in,
                step=found.step_deg, approval=asked.approval)  # fmt: skip
    console.result({
        "approval": asked.approval, "sha256": found.sha256, "lines": len(found.lines),
        "points": found.points, "points_in": found.points_in, "step_deg": found.step_deg,
    })  # fmt: skip
    return 0


def show(asked: argparse.Namespace, console: Console) -> int:
    """Show which map is kept."""
    from tanlu.serve.maps import kept

    with _state(asked) as state:
        found = kept(state)
    if found is None:
        console.say("map_none")
        console.result({"approval": None})
        return 0
    console.say("map_held", approval=found.approval, sha256=found.sha256, points=found.points)
    console.result({"approval": found.approval, "sha256": found.sha256, "points": found.points})
    return 0


def remove(asked: argparse.Namespace, console: Console) -> int:
    """Remove the map; the network is drawn without boundaries again."""
    from tanlu.serve.maps import drop

    with _state(asked) as state:
        gone = drop(state)
    console.say("map_removed" if gone else "map_none")
    console.result({"removed": gone})
    return 0
