"""tanlu command: ask devices to act, through the one door that checks, logs and undoes."""

from __future__ import annotations

import argparse
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add, acting
from tanlu.cli.following import follow_log
from tanlu.errors import TanluError, reason

if TYPE_CHECKING:
    from tanlu.monitor.command import Desk, Outcome
    from tanlu.store import Workspace

__all__ = ["declare"]

RULES = "commands.toml"
SECOND_US = 1_000_000
SHOWN = 40


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    plain = acting(add, console, "command")

    def action(name: str, run: Any) -> argparse.ArgumentParser:
        made = plain(name, run)
        if name != "list":
            made.add_argument("--rules", type=Path, help=console.word("command_rules"))
            made.add_argument(
                "--simulate", action="store_true", help=console.word("command_simulate")
            )
        return made

    def by(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--by", default=_user(), help=console.word("command_by"))

    asked = action("ask", ask)
    for name in ("device", "action"):
        asked.add_argument(name, help=console.word(f"command_{name}"))
    asked.add_argument("value", type=float, help=console.word("command_value"))
    asked.add_argument(
        "--for", dest="seconds", type=float, default=900.0, metavar="SECONDS",
        help=console.word("command_for"),
    )  # fmt: skip
    asked.add_argument("--priority", type=int, default=8, help=console.word("command_priority"))
    asked.add_argument("--id", dest="command_id", help=console.word("command_id"))
    asked.add_argument("--why", help=console.word("command_why"))
    by(asked)
    action("list", list_).add_argument("device", nargs="?", help=console.word("command_of"))
    ended = action("end", end)
    ended.add_argument("command_id", help=console.word("command_id"))
    by(ended)
    action("tick", tick)


def ask(asked: argparse.Namespace, console: Console) -> int:
    """Ask for a value; it is undone when its time is over."""
    from tanlu.monitor.devices import now_us

    workspace, desk = _desk(asked, console)
    try:
        done = desk.ask(
            asked.device, asked.action, asked.value, by=asked.by, priority=asked.priority,
            until=now_us() + round(asked.seconds * SECOND_US), command_id=asked.command_id,
            why=asked.why,
        )  # fmt: skip
    finally:
        # a refusal is a fact too
        follow_log(workspace, console)
    if done.step == "refused":
        # asked again what was refused before
        raise TanluError("TL366", value=done.command_id, why=done.why)
    _told(done, console)
    return 0


def end(asked: argparse.Namespace, console: Console) -> int:
    """End a command before its time."""
    workspace, desk = _desk(asked, console)
    done = desk.end(asked.command_id, by=asked.by)
    follow_log(workspace, console)
    _told(done, console)
    return 0


def _told(done: Outcome, console: Console) -> None:
    why = reason(done.why or "", console.language)
    console.say(f"command_is_{done.step}", command_id=done.command_id, why=why)
    console.result(done._asdict())


def tick(asked: argparse.Namespace, console: Console) -> int:
    """Do what is due: undo what is over, try again what failed."""
    workspace, desk = _desk(asked, console)
    steps = desk.tick()
    follow_log(workspace, console)
    console.say("command_ticked", steps=steps, held=desk.holding().height)
    console.result({"steps": steps, "holding": desk.holding().to_dicts()})
    return 0


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List every step of commands, the newest last."""
    import polars as pl

    from tanlu.store import open_workspace

    rows = open_workspace(asked.ledger).scan("command", raw=True)
    if asked.device is not None:
        rows = rows.filter(pl.col("device") == asked.device)
    found = rows.collect()
    for row in found.tail(SHOWN).iter_rows(named=True):
        value = "-" if row["value"] is None else f"{row['value']:g}"
        why = reason(row["why"] or "", console.language)
        console.tell(
            f"{row['command_id'][:12]:12} {console.word('step_of_' + row['step']):10} "
            f"{row['device']:16} {row['action']:18} {value:>9} {row['unit'] or '':5} "
            f"{row['priority']:>2} {row['by'] or '-':12} {why}"
        )
    if found.is_empty():
        console.say("command_none")
    console.result({"commands": found.to_dicts()})
    return 0


def _desk(asked: argparse.Namespace, console: Console) -> tuple[Workspace, Desk]:
    from tanlu.monitor.command import Desk, Rules, newest_readings, rehearsal
    from tanlu.monitor.devices import now_us
    from tanlu.store import open_workspace

    if not asked.simulate:
        raise TanluError("TL001", value=console.word("command_unwired"))
    workspace = open_workspace(asked.ledger)
    rules = Rules.load(asked.rules or asked.ledger / RULES)
    desk = Desk(workspace, rules, rehearsal(workspace, rules), rehearsed=True)
    desk.see(newest_readings(workspace, rules, now_us()))
    return workspace, desk


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "nobody"
