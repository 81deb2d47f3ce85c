"""tanlu device: who may send, from enrolment to revocation; each change is a new line."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add, acting
from tanlu.cli.following import follow_log, new_log
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

    from tanlu.store import Workspace

__all__ = ["declare"]

MINUTE_US = 60_000_000
CALIBRATED = ("calibrated", "calibration_due")
TEXTS = ("type", "model", "place", "custodian", "parent", "clock", "scope", "layout", "meaning")


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    action = acting(add, console, "device")

    enrolled = action("enrol", enrol, "device")
    for name in TEXTS:
        enrolled.add_argument(f"--{name}", help=console.word(f"device_{name}"))
    for name in ("ratio", "heartbeat"):
        enrolled.add_argument(f"--{name}", type=float, help=console.word(f"device_{name}"))
    enrolled.add_argument(
        "--key", type=Path, metavar="REQUEST", help=console.word("device_key")
    )  # fmt: skip
    enrolled.add_argument("--token", action="store_true", help=console.word("device_with_token"))
    listed = action("import", import_)
    listed.add_argument("file", type=Path, help=console.word("device_file"))
    listed.add_argument("--tokens", type=Path, metavar="OUT", help=console.word("device_tokens"))
    action("list", list_).add_argument(
        "--alerts", action="store_true", help=console.word("device_alerts")
    )
    action("show", show, "device")
    ended = action("revoke", revoke, "device")
    ended.add_argument("--retire", action="store_true", help=console.word("device_retire"))
    tuned = action("calibrate", calibrate, "device")
    tuned.add_argument("--on", help=console.word("device_on"))
    tuned.add_argument("--due", help=console.word("device_due"))
    tuned.add_argument("--accuracy", type=int, metavar="PPM", help=console.word("device_accuracy"))
    swapped = action("replace", replace, "device")
    swapped.add_argument("new", help=console.word("device_new"))
    for name in ("last", "first"):
        swapped.add_argument(
            f"--{name}", type=float, required=True, help=console.word(f"device_{name}")
        )
    swapped.add_argument("--at", help=console.word("device_at"))
    moved = action("move", move, "device")
    for name in ("custodian", "place"):
        moved.add_argument(f"--{name}", help=console.word(f"device_{name}"))
    action("token", token, "device")


def enrol(asked: argparse.Namespace, console: Console) -> int:
    """Enrol one device; with the request of its key, or a token that is shown once."""
    import polars as pl

    from tanlu.monitor import devices
    from tanlu.store import open_workspace

    row: dict[str, Any] = {name: getattr(asked, name) for name in TEXTS}
    row |= {"device": asked.device, "ratio": asked.ratio, "heartbeat_us": None}
    if asked.heartbeat is not None:
        row["heartbeat_us"] = round(asked.heartbeat * MINUTE_US)
    shown: dict[str, bytes] = {}
    if asked.key is not None:
        from tanlu.cli.proofs.key import request_of

        told = request_of(asked.key)
        row["key"], shown[asked.device] = told["public"].hex(), told["possession"]
    frame = pl.DataFrame([{name: value for name, value in row.items() if value is not None}])
    workspace = open_workspace(asked.ledger, create=True)
    new_log(workspace)
    done = devices.enrol(workspace, frame, tokens=asked.token, possession=shown)
    console.say("device_enrolled", device=asked.device, version=done.version)
    facts: dict[str, Any] = {"device": asked.device, "version": done.version}
    if asked.token:
        facts["token"] = _shown(done.tokens, console)
    return _ended(workspace, console, facts)


def import_(asked: argparse.Namespace, console: Console) -> int:
    """Enrol the devices of a list; tokens go into a file that its owner alone can read."""
    from tanlu.monitor import devices
    from tanlu.store import open_workspace

    if asked.tokens is not None and asked.tokens.exists():
        raise TanluError("TL656", value=asked.tokens)
    workspace = open_workspace(asked.ledger, create=True)
    new_log(workspace)
    done = devices.enrol_list(workspace, asked.file, tokens=asked.tokens is not None)
    facts = done._asdict()
    facts["version"] = facts.pop("enrolled").version
    console.say("device_imported", **{name: facts[name] for name in facts if "rows" in name})
    for code, count in done.codes.items():
        console.say("device_refused", code=code, count=count)
    for name in done.unread:
        console.say("device_unread", column=name)
    if asked.tokens is not None:
        _keep(done.enrolled.tokens, asked.tokens)
        console.say("device_kept", count=done.enrolled.tokens.height, file=asked.tokens)
        facts["tokens"] = str(asked.tokens)
    return _ended(workspace, console, facts)


def list_(asked: argparse.Namespace, console: Console) -> int:
    """List devices with what they are, when they were last heard and what is wrong."""
    import polars as pl

    from tanlu.monitor.quality import attention
    from tanlu.store import open_workspace

    rows = attention(open_workspace(asked.ledger))
    if asked.alerts:
        rows = rows.filter(pl.col("alerts") != "")
    for row in rows.iter_rows(named=True):
        alerts = " ".join(console.word(f"alert_{word}") for word in row["alerts"].split())
        state = console.word(f"state_{row['state']}")
        console.tell(
            f"{row['device']:24} {row['type'] or '-':10} {row['place'] or '-':16} {state:9} "
            f"{_time(row['heard']):17} {alerts}"
        )
    if rows.is_empty():
        console.say("device_none" if not asked.alerts else "device_well")
    console.result({"devices": rows.to_dicts()})
    return 0


def show(asked: argparse.Namespace, console: Console) -> int:
    """Show every line that a device ever had, the newest last."""
    import polars as pl

    from tanlu.monitor.quality import attention
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    there = pl.col("device") == asked.device
    lines = workspace.scan("device").filter(there).collect().sort("since", maintain_order=True)
    if lines.is_empty():
        raise TanluError("TL362", value=asked.device, why="no line of the registry names it")
    for row in lines.iter_rows(named=True):
        console.tell(_time(row["since"]))
        told = {name: value for name, value in row.items() if name not in ("device", "since")}
        told["state"] = console.word(f"state_{row['state']}")
        told |= {name: _time(row[name]) for name in CALIBRATED if row[name] is not None}
        console.tell_row("device", told, "  ")
    found = attention(workspace).filter(there).to_dicts()
    console.result({"lines": lines.to_dicts(), "now": found[0] if found else None})
    return 0


def revoke(asked: argparse.Namespace, console: Console) -> int:
    """End a device: revoked when it is not trusted, retired when it is only out of use."""
    state = "retired" if asked.retire else "revoked"
    return _revise(asked, console, f"device_is_{state}", state=state)


def calibrate(asked: argparse.Namespace, console: Console) -> int:
    """Tell when a device was calibrated and until when that holds."""
    from tanlu.monitor.devices import now_us
    from tanlu.store import open_workspace

    zone = open_workspace(asked.ledger).zone
    told: dict[str, Any] = {"calibrated": _instant(asked.on, zone) or now_us()}
    told["calibration_due"] = _instant(asked.due, zone)
    if asked.accuracy is not None:
        told["accuracy_ppm"] = asked.accuracy
    return _revise(asked, console, "device_calibrated", **told)


def move(asked: argparse.Namespace, console: Console) -> int:
    """Hand a device over: to another custodian, to another place."""
    names = ("custodian", "place")
    told = {name: getattr(asked, name) for name in names if getattr(asked, name) is not None}
    if not told:
        raise TanluError("TL001", value=console.word("device_move_what"))
    return _revise(asked, console, "device_moved", **told)


def replace(asked: argparse.Namespace, console: Console) -> int:
    """Put a meter in the place of another, with both registers."""
    from tanlu.monitor import devices
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    version = devices.replace(
        workspace, asked.device, asked.new, last_value=asked.last, first_value=asked.first,
        at=_instant(asked.at, workspace.zone),
    )  # fmt: skip
    console.say("device_replaced", device=asked.device, new=asked.new)
    facts = {"device": asked.new, "replaces": asked.device, "version": version}
    return _ended(workspace, console, facts)


def token(asked: argparse.Namespace, console: Console) -> int:
    """Give a device a new token, shown once; the old one holds no longer."""
    from tanlu.monitor import devices
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    made = devices.renew_tokens(workspace, [asked.device])
    facts = {"device": asked.device, "token": _shown(made, console)}
    return _ended(workspace, console, facts)


def _revise(asked: argparse.Namespace, console: Console, word: str, **new: Any) -> int:
    from tanlu.monitor import devices
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    version = devices.revise(workspace, asked.device, **new)
    console.say(word, device=asked.device)
    return _ended(workspace, console, {"device": asked.device, "version": version, **new})


def _ended(workspace: Workspace, console: Console, facts: dict[str, Any]) -> int:
    follow_log(workspace, console)
    console.result(facts)
    return 0


def _shown(tokens: pl.DataFrame, console: Console) -> str:
    made = str(tokens["token"][0])
    console.say("device_token_once", token=made)
    return made


def _keep(tokens: pl.DataFrame, path: Path) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            tokens.write_csv(file)
    except OSError as error:
        raise TanluError("TL614", value=path, why=error.strerror or str(error)) from error


def _instant(text: str | None, zone: str) -> int | None:
    from tanlu.terms import time

    return None if text is None else time.instant(text, zone)


def _time(at: int | None) -> str:
    if at is None:
        return "-"
    try:
        return f"{datetime.fromtimestamp(at / 1e6, UTC):%Y-%m-%d %H:%MZ}"
    except (ValueError, OverflowError, OSError):
        return str(at)
