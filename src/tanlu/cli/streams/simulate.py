"""tanlu simulate devices: a rehearsal with many devices before one of them is bought."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.streams import park
from tanlu.cli.streams.rehearsing import Beat, OwnServer, answers, pump
from tanlu.cli.streams.running import token_of
from tanlu.cli.tracking import journeys
from tanlu.errors import TanluError

if TYPE_CHECKING:
    from tanlu.serve.sending import Tally
    from tanlu.simulate.devices import Wire
    from tanlu.store import Workspace

__all__ = ["declare"]

# of the time before, as much as a page shows of it twice over
MOST_PAST_H = 72.0
# the last late readings come so long after the simulated end [periods]
AFTER = 6
RATE = re.compile(r"(?P<number>\d+(\.\d*)?|\.\d+)(?P<unit>/min|/s|)")
DIFFERS = 3
MARKS = ("duplicate", "late", "refill", "corrupt", "astray")


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its action."""
    word = console.word
    actions = add("simulate", "simulate_verb").add_subparsers(
        metavar="ACTION", required=True, title=word("simulate_actions")
    )
    made = add("devices", "simulate_devices", actions)
    for name, kind, default in (
        ("devices", int, 1000), ("rate", str, "1/min"), ("seconds", int, 600), ("seed", int, 1),
        ("speed", float, 60.0),
    ):  # fmt: skip
        key = "how_many" if name == "devices" else name
        made.add_argument(f"--{name}", type=kind, default=default, help=word(f"simulate_{key}"))
    made.add_argument(
        "--faults", choices=("default", "none"), default="default", help=word("simulate_faults")
    )
    made.add_argument(
        "--media", choices=("arrow", "ndjson", "json"), default="arrow", help=word("simulate_media")
    )
    made.add_argument("--to", metavar="URL", help=word("simulate_to"))
    made.add_argument("--token", type=Path, metavar="FILE", help=word("send_token"))
    made.add_argument(
        "--crash", type=float, nargs="+", default=[], metavar="S", help=word("simulate_crash")
    )
    made.add_argument("--truth", type=Path, metavar="FILE", help=word("simulate_truth"))
    made.add_argument("--spool", type=Path, metavar="DIR", help=word("send_spool"))
    made.set_defaults(run=run)
    living = add("park", "simulate_park", actions)
    living.add_argument("--to", metavar="URL", help=word("simulate_park_to"))
    living.add_argument("--token", type=Path, metavar="FILE", help=word("send_token"))
    living.add_argument("--past", type=_past, default=0.0, metavar="HOURS",
                        help=word("simulate_park_past"))  # fmt: skip
    living.set_defaults(run=park.run)
    journeys.declare(lambda name, key: add(name, key, actions), console)


def _past(text: str) -> float:
    hours = float(text)
    if not 0 <= hours <= MOST_PAST_H:
        raise ValueError(text)
    return hours


def run(asked: argparse.Namespace, console: Console) -> int:
    """Send, compare with the truth, say what was found; 3 when anything differs."""
    from tanlu.serve.sending import Sender
    from tanlu.store.spool import Spool

    if asked.speed < 0 or (asked.crash and asked.to):
        why = "a speed is not below zero, and a server of others is not killed"
        raise TanluError("TL901", value=f"--speed {asked.speed} --crash {asked.crash}", why=why)
    if asked.to and not answers(asked.to):
        raise TanluError("TL902", value=asked.to, why="nobody answers")
    wire = _made(asked)
    if asked.truth:
        _truth(wire, asked.truth)
    ledger, passing = (None, False) if asked.to else _ledger(asked, console)
    with contextlib.ExitStack() as stack:
        own = None if ledger is None else _own(ledger, asked, console)
        if own is not None:
            stack.callback(own.stop)
            own.start()
            own.wait()
        url = asked.to if own is None else own.url
        spool = asked.spool or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="tanlu-spool-"))
        )
        console.say("simulate_sends", rows=wire.rows.height, devices=asked.devices, url=url)
        held = stack.enter_context(Spool(spool))
        sender = stack.enter_context(Sender(url, held, token=token_of(asked.token)))
        wall = console.follow(pump(wire, sender, asked.media, Beat(asked.speed), own))
        tally = sender.tally()
        facts = {**_sent(wire, tally, wall), **_gaps(wire, url, token_of(asked.token))}
        if own is not None and ledger is not None:
            own.stop()
            facts |= {"crashes": own.deaths, **_kept(wire, ledger, console)}
    facts = {**_asked(asked, url, ledger), **facts}
    facts["agrees"] = not _wrong(facts)
    if ledger is not None and passing and facts["agrees"]:
        shutil.rmtree(ledger, ignore_errors=True)
    _tell(facts, console)
    return 0 if facts["agrees"] else DIFFERS


def _made(asked: argparse.Namespace) -> Wire:
    from tanlu.simulate.devices import transmissions

    now = time.time_ns() // 1000
    rate = _rate(asked.rate, asked.devices)
    # in the measure of real time what is told is of now; faster, the last of it is
    gone = asked.seconds * (1 - 1 / max(asked.speed, 1)) if asked.speed else asked.seconds
    begin = now - round(1e6 * (gone + AFTER * 60 / rate))
    return transmissions(
        asked.devices,
        asked.seed,
        rate=rate,
        seconds=asked.seconds,
        begin_us=begin,
        faults=asked.faults == "default",
        # a second rehearsal on a ledger is one of other devices
        tag=f"sim{begin // 1_000_000:x}-",
    )


def _rate(text: str, devices: int) -> float:
    """Give the readings a minute of each device: ``R`` or ``R/min``, or ``R/s`` of all together."""
    found = RATE.fullmatch(text.strip())
    rate = float(found["number"]) if found else 0.0
    if found is None or rate <= 0:
        raise TanluError("TL901", value=f"--rate {text}", why="it is R, R/min or R/s, above 0")
    return rate * 60 / max(1, devices) if found["unit"] == "/s" else rate


def _truth(wire: Wire, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        wire.truth.write_parquet(path)
    except OSError as error:
        raise TanluError("TL004", value=path, why=error.strerror or str(error)) from error


def _own(ledger: Path, asked: argparse.Namespace, console: Console) -> OwnServer:
    from tanlu.store import open_workspace

    workspace = open_workspace(ledger, create=True)
    if workspace.version == 0:
        _define(workspace, round(60e6 / _rate(asked.rate, asked.devices)))
        console.say("stream_closes")
    return OwnServer(ledger, asked.crash)


def _define(workspace: Workspace, step_us: int) -> None:
    """Tell a new ledger how often the devices send and where their registers begin anew.

    A ledger that has something keeps its own definitions: its meters are no simulated ones.
    """
    import polars as pl

    from tanlu.monitor.devices import now_us, shipped
    from tanlu.simulate.devices import definitions
    from tanlu.terms import schema

    made = definitions().select("stream", "rate_max", "rollover")
    known = shipped().drop("rate_max", "rollover").join(made, on="stream")
    told = known.with_columns(since=pl.lit(now_us(), pl.Int64), step_us=pl.lit(step_us, pl.Int64))
    workspace.append("stream", schema("stream").fit(told))


def _ledger(asked: argparse.Namespace, console: Console) -> tuple[Path, bool]:
    """Give the ledger that was named for it, else a new one that goes away when all is well."""
    # made-up readings get into a ledger only when somebody names it for this
    named = asked.ledger != Path(os.environ.get("TANLU_LEDGER", "."))
    if named:
        return asked.ledger, False
    folder = Path(tempfile.mkdtemp(prefix="tanlu-rehearsal-"))
    console.say("simulate_temporary", path=folder)
    return folder, True


def _asked(asked: argparse.Namespace, url: str, ledger: Path | None) -> dict[str, Any]:
    names = ("devices", "rate", "seconds", "seed", "speed", "faults", "media")
    found = {name: getattr(asked, name) for name in names}
    return {**found, "url": url, "ledger": None if ledger is None else str(ledger)}


def _sent(wire: Wire, tally: Tally, wall: float) -> dict[str, Any]:
    marks = dict(wire.rows["mark"].drop_nulls().value_counts().iter_rows())
    return {
        "sent": wire.rows.height,
        **{name: marks.get(name, 0) for name in MARKS},
        "never_sent": wire.lost,
        "true": wire.truth.height,
        "acknowledged": tally.rows["rows_in"],
        **tally.facts(),
        "wall_s": round(wall, 3),
        "rows_per_s": round(wire.rows.height / wall) if wall else None,
    }


def _gaps(wire: Wire, url: str, token: str | None) -> dict[str, Any]:
    """Hold the gap report of the server against the true gaps."""
    import polars as pl

    from tanlu.serve.sending import Connection
    from tanlu.simulate.devices import compare_gaps
    from tanlu.terms import schema

    connection = Connection(url, token=token, timeout_s=120.0)
    try:
        posted = connection.get("/v1/gaps")
    finally:
        connection.close()
    if posted.status != 200:
        raise TanluError("TL902", value=f"{url}/v1/gaps", why=posted.why)
    told = posted.said.get("gaps", posted.said.get("rows"))
    found = pl.DataFrame(told or [], schema=schema("gap").dtypes())
    mine = wire.truth.select("device").unique()
    return compare_gaps(wire, found.join(mine, on="device", how="semi"))


def _kept(wire: Wire, ledger: Path, console: Console) -> dict[str, Any]:
    """Bring into the ledger what still stands in the log, and hold its rows against the truth."""
    import polars as pl

    from tanlu.simulate.devices import compare
    from tanlu.store import open_workspace
    from tanlu.store.stream import drain

    workspace = open_workspace(ledger)
    console.follow(drain(workspace))
    mine = wire.truth.select("device").unique()
    columns = ("stream", "device", "seq", "at", "value")
    rows = workspace.scan("reading", columns=columns, raw=True).collect()
    return compare(wire, rows.join(mine, on="device", how="semi").select(pl.col(columns)))


def _wrong(facts: dict[str, Any]) -> list[str]:
    """Give what does not agree."""
    parts = facts["rows_new"] + facts["rows_known"] + facts["rows_quarantined"]
    checks = {
        "acknowledged": facts["acknowledged"] == facts["sent"],
        "rows_in": facts["rows_in"] == parts,
        "rows_quarantined": facts["rows_quarantined"] == facts["corrupt"] + facts["astray"],
        # a server that died between keeping and answering knows a row when it comes again
        "rows_new": facts["rows_new"] <= facts["true"]
        and (facts["retries"] > 0 or facts["rows_new"] == facts["true"]),
        **{name: not facts.get(name, 0) for name in ("lost", "doubled", "changed", "strange")},
        "gaps": facts["gaps_wrong"] == 0,
    }
    return [name for name, fine in checks.items() if not fine]


def _tell(facts: dict[str, Any], console: Console) -> None:
    console.say("simulate_sent", **facts)
    console.say("simulate_took", **facts)
    if facts["codes"]:
        codes = ", ".join(f"{code} {count:,}" for code, count in facts["codes"].items())
        console.say("simulate_codes", codes=codes)
    console.say("simulate_gaps", **facts)
    if "lost" in facts:
        console.say("simulate_kept", **facts)
    console.say("simulate_rates", **facts)
    if facts["agrees"]:
        console.say("simulate_agrees")
    else:
        console.say("simulate_differs", what=", ".join(_wrong(facts)))
    console.result(facts)
