"""tanlu serve --demo: a network with its books and two parks that live, from nothing."""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.following import new_log
from tanlu.cli.reports.organisation import cover
from tanlu.cli.serving import showcase, welcome
from tanlu.cli.serving.children import Minder
from tanlu.cli.serving.web import composed, open_to, serve

if TYPE_CHECKING:
    from tanlu.serve.api import Home
    from tanlu.store import Workspace

__all__ = ["run"]

ORDERS, DAYS, SEED = 6000, 60, 1
# what was ordered last has arrived, and gone back, by today
RETURNS_DAYS = 10
PAST_H = "26"
MADE = "demo.json"
LOGIN = "demo"


def run(asked: argparse.Namespace, console: Console) -> int:
    """Make the network if it is not there, start what lives, and serve it until a signal."""
    open_to(asked)
    folder = _folder(asked)
    with contextlib.ExitStack() as stack:
        fresh = not (folder / MADE).exists()
        workspace, token = _begun(folder, fresh=fresh)
        minder, logs = Minder(), folder / "serve"
        stack.callback(minder.close)
        minder.add(
            ("serve", "--ingest", "--port", "0", "--json", "--ledger", str(folder)),
            logs / "ingest.log",
        )
        if fresh:
            console.say("serve_demo_makes", orders=ORDERS, folder=folder)
            _books(workspace, console)
        # a park has a yesterday too: its sun is seen by whoever starts at night
        past = ("--past", PAST_H) if fresh else ()
        minder.add(
            ("simulate", "park", *past, "--ledger", str(folder)), logs / "park.log",
            TANLU_TOKEN=token,
        )  # fmt: skip
        app = composed(folder, asked)
        showcase.publish(app.state.home, workspace)
        serve(
            app,
            asked,
            console,
            lambda url: _tell(app.state.home, url, console, folder),
            ends=minder.ends,
        )
        minder.check()
    return 0


def _folder(asked: argparse.Namespace) -> Path:
    """Give where the demonstration lies: the ledger that was named, else one of its own."""
    if asked.ledger != Path(os.environ.get("TANLU_LEDGER", ".")):
        return Path(asked.ledger)
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "tanlu" / "demo"


def _begun(folder: Path, *, fresh: bool) -> tuple[Workspace, str]:
    """Give the ledger with its devices, and a token of the gateway that sends for them."""
    import polars as pl

    from tanlu.monitor.devices import enrol, renew_tokens
    from tanlu.simulate.devices import GATEWAY, living_devices
    from tanlu.store import open_workspace

    if fresh and (folder / "demo.part").exists():
        # a first start that was broken off: nothing of it is anybody's
        shutil.rmtree(folder)
    workspace = open_workspace(folder, create=True)
    if not fresh:
        return workspace, str(renew_tokens(workspace, [GATEWAY])["token"][0])
    (folder / "demo.part").touch()
    new_log(workspace)
    rows = living_devices()
    enrol(workspace, rows.filter(pl.col("device") != GATEWAY))
    made = enrol(workspace, rows.filter(pl.col("device") == GATEWAY), tokens=True)
    return workspace, str(made.tokens["token"][0])


def _books(workspace: Workspace, console: Console) -> None:
    """Write a network of the last weeks, read it through the normal door and quantify it."""
    from tanlu.account import quantify_all
    from tanlu.monitor import intake
    from tanlu.report.organisation import read
    from tanlu.simulate import write_park

    start = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=DAYS + RETURNS_DAYS)
    network = workspace.path / "network"
    made: dict[str, Any] = console.follow(
        write_park(network, orders=ORDERS, seed=SEED, days=DAYS, start=start, inventory=True)
    )
    for file, mapping in (*made["files"], *made["inventory"]):
        console.follow(intake(Path(file), Path(mapping), workspace))
    console.follow(quantify_all(workspace))
    # who belongs to the inventory: its page has figures by the rules of organisations too
    boundary = shutil.copyfile(made["boundary"], workspace.path / "organisation.toml")
    cover(workspace, read(boundary), console)
    told = {"orders": ORDERS, "subject": made["subject"]}
    (workspace.path / MADE).write_text(json.dumps(told), encoding="utf-8")
    (workspace.path / "demo.part").unlink(missing_ok=True)


def _tell(home: Home, url: str, console: Console, folder: Path) -> None:
    console.say("serve_web_listens", url=url)
    came = welcome.demo(home, console)
    console.result({"url": url, "ledger": str(folder), **came})
    console.flush()
