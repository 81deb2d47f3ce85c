"""tanlu meters: from readings to activities by the hour, and whether they add up."""

from __future__ import annotations

import argparse
import contextlib
import time
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.following import follow_log

if TYPE_CHECKING:
    import polars as pl

    from tanlu.errors import TanluError
    from tanlu.monitor.meters import Hourly
    from tanlu.store import Workspace

__all__ = ["declare"]

WITH_FINDINGS = 3
EVERY_S = 60
TOLD = 20
HOUR_US = 3_600_000_000
BLOCKS = " ▏▎▍▌▋▊▉█"
SPARKS = "▁▂▃▄▅▆▇█"
WIDTH = 24
# quantity of a stream -> unit in which people read it, smallest units in one, the smallest unit
SHOWN = {
    "energy_j": ("kWh", 3_600_000, "J"), "volume_ml": ("L", 1_000, "mL"),
    "mass_mg": ("kg", 1_000_000, "mg"), "distance_m": ("km", 1_000, "m"), "count": ("", 1, "1"),
}  # fmt: skip


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    actions = add("meters", "meters_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("meters_actions")
    )
    passed = add("run", "meters_run", actions)
    passed.add_argument("--follow", action="store_true", help=console.word("meters_follow"))
    passed.add_argument("--every", type=int, default=EVERY_S, metavar="S",
                        help=console.word("meters_every"))  # fmt: skip
    passed.add_argument("--as-of", metavar="TIME", help=console.word("meters_as_of"))
    passed.set_defaults(run=run)
    shown = add("show", "meters_show", actions)
    shown.add_argument("--device", help=console.word("meters_device"))
    shown.add_argument("--stream", help=console.word("meters_stream"))
    shown.add_argument("--day", help=console.word("meters_day"))
    shown.set_defaults(run=show)
    weighed = add("balance", "meters_balance", actions)
    weighed.add_argument("--day", help=console.word("meters_day"))
    weighed.add_argument(
        "--by", choices=("hour", "day"), default="hour", help=console.word("meters_by")
    )
    weighed.set_defaults(run=balance)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Pass readings on, once or until interrupted."""
    from tanlu.store import open_workspace
    from tanlu.terms import time as times

    workspace = open_workspace(asked.ledger)
    until = times.period(f"1990/{asked.as_of}", workspace.zone)[1] if asked.as_of else None
    if not asked.follow:
        return _once(workspace, console, until, patient=False)
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            _once(workspace, console, until, patient=True)
            console.flush()
            time.sleep(max(asked.every, 1))
    return 0


def _once(workspace: Workspace, console: Console, until: int | None, *, patient: bool) -> int:
    from tanlu.errors import say
    from tanlu.monitor.meters import pass_on

    facts = console.follow(pass_on(workspace, until=until, patient=patient))
    if patient and not facts["activities"] and not facts["retracted"] and not facts["findings"]:
        return 0
    counted = ("activities", "revisions", "retracted", "missing", "estimated")
    console.say("meters_passed", **{name: facts[name] for name in counted})
    if facts["below"]:
        console.say("meters_below", count=facts["below"])
    facts["refused"] = _refused(facts["refused"], console)
    for row in facts["findings"][:TOLD]:
        console.tell(say(row["code"], language=console.language, value=row["value"]))
    if len(facts["findings"]) > TOLD:
        console.say("quality_sum", count=len(facts["findings"]))
    for stream, at in facts["until"].items():
        hours = f"{facts['waits_us'][stream] / HOUR_US:g}"
        console.say("meters_until", stream=stream, at=_time(at, workspace.zone), hours=hours)
    follow_log(workspace, console)
    console.say("meters_next" if facts["activities"] else "meters_sooner")
    console.result(facts)
    return 0


def _refused(refused: dict[str, TanluError], console: Console) -> dict[str, str]:
    """Say which streams cannot be metered and why, and give it in the user's language."""
    told = {stream: error.say(console.language) for stream, error in refused.items()}
    for stream, why in told.items():
        console.say("meters_refused", stream=stream, why=why)
    return told


def show(asked: argparse.Namespace, console: Console) -> int:
    """Show the hours of a meter, or the day of every meter."""
    from tanlu.monitor.meters import Hourly
    from tanlu.store import open_workspace

    workspace = open_workspace(asked.ledger)
    hourly = Hourly.of(workspace)
    low, high = _day(asked.day, hourly)
    devices = [asked.device] if asked.device else None
    streams = [asked.stream] if asked.stream else None
    rows = hourly.meters(low, high, streams=streams, devices=devices)
    rows = rows.join(
        _revisions(hourly, rows, low, high), on=["stream", "device", "hour"], how="left"
    )
    rows = rows.sort("stream", "device", "hour")
    if rows.is_empty():
        # without a day the newest one is shown, and there is none where nothing came
        console.say("meters_none" if asked.day else "meters_empty", day=asked.day)
    for (stream, device), part in rows.group_by("stream", "device", maintain_order=True):
        name, scale, _ = SHOWN[hourly.told.streams[str(stream)].quantity]
        total = _number(sum(part["amount"].drop_nulls()), scale)
        if asked.device:
            console.tell(f"{stream} {device}  {total} {name}")
            _hours(console, part, workspace.zone, scale)
        else:
            known = f"{part['amount'].count()}/{part.height}"
            console.tell(f"{device:24} {stream:20} {total:>16} {name:4} {known:>6} {_spark(part)}")
    if asked.device and _waiting(rows, hourly):
        console.say("meters_waits")
    console.result({"hours": [_facts(row, hourly) for row in rows.iter_rows(named=True)]})
    return 0


def balance(asked: argparse.Namespace, console: Console) -> int:
    """Check balances; exit 3 when one does not hold."""
    from tanlu.errors import say
    from tanlu.monitor import meters
    from tanlu.store import open_workspace

    hourly = meters.Hourly.of(open_workspace(asked.ledger))
    low, high = _day(asked.day, hourly)
    found = meters.balance(hourly, low, high, by=asked.by)
    refused = _refused(found.refused, console)
    for row in found.findings.iter_rows(named=True):
        quantity = hourly.told.streams[row["column"]].quantity
        console.say("meters_open", **{**row, "value": _weighed(row, quantity)})
    if found.findings.height:
        console.tell(say("TL379", language=console.language, value=found.findings.height, why="Σ"))
    elif found.checked.height:
        console.say("meters_closed", count=found.checked["balance"].n_unique())
    else:
        console.say("meters_unbalanced")
    checked = [
        {name: value if name == "balance" or value is None else str(value)
         for name, value in row.items()}
        for row in found.checked.iter_rows(named=True)
    ]  # fmt: skip
    console.result({"findings": found.findings.to_dicts(), "checked": checked,
                    "refused": refused})  # fmt: skip
    return WITH_FINDINGS if found.findings.height else 0


def _weighed(row: dict[str, Any], quantity: str) -> str:
    """Give the worst hour of a finding in the unit that people read."""
    import json

    name, scale, _ = SHOWN[quantity]
    told = max(json.loads(row["evidence"])["rows"], key=lambda each: abs(each["amount"]))
    at = datetime.fromtimestamp(told["start"] / 1e6, tz=UTC).strftime("%Y-%m-%dT%H:%MZ")
    return f"{_number(told['amount'], scale)} {name} ± {_number(told['allowed'], scale)}, {at}"


def _day(day: str | None, hourly: Hourly) -> tuple[int, int]:
    from tanlu.terms import time as times

    zone = hourly.workspace.zone
    return times.period(day or _time(max(hourly.span()[1] - 1, 0), zone)[:10], zone)


def _revisions(hourly: Hourly, rows: pl.DataFrame, low: int, high: int) -> pl.DataFrame:
    """Give the revision of each hour that was passed on."""
    import polars as pl

    shape = {"stream": pl.String, "device": pl.String, "hour": pl.Int64, "revision": pl.Int64}
    names = rows["stream"].unique(maintain_order=True)
    found = (hourly.written(name, low, high).select(list(shape)) for name in names)
    return pl.concat([pl.DataFrame(schema=shape), *found])


def _waiting(rows: pl.DataFrame, hourly: Hourly) -> bool:
    """Tell whether there are hours that a run would give out."""
    import polars as pl

    told = hourly.told.streams
    kinds = [name for name in told if told[name].kind is not None]
    mine = rows.filter(pl.col("stream").is_in(kinds), pl.col("revision").is_null(), ~pl.col("tail"))
    return bool(hourly.counted(mine).filter(pl.col("quality") == "measured").height)


def _hours(console: Console, rows: pl.DataFrame, zone: str, scale: int) -> None:
    most = max((abs(each) for each in rows["amount"].drop_nulls()), default=0) or 1
    for row in rows.iter_rows(named=True):
        amount = row["amount"]
        number = "-" if amount is None else _number(amount, scale)
        bar = "" if amount is None else _bar(abs(amount) / most)
        quality = console.word("meters_on" if row["tail"] else f"meters_{row['quality']}")
        if row["quality"] == "estimated":
            quality += f" {_number(row['lower'], scale)} – {_number(row['upper'], scale)}"
        revision = "-" if row["revision"] is None else f"r{row['revision']}"
        console.tell(
            f"{_time(row['start'], zone)} {number:>16} {bar:{WIDTH}} {revision:>3} {quality}"
        )


def _bar(share: float) -> str:
    eighths = round(share * WIDTH * 8)
    return "█" * (eighths // 8) + (BLOCKS[eighths % 8] if eighths % 8 else "")


def _spark(rows: pl.DataFrame) -> str:
    most = max((abs(each) for each in rows["amount"].drop_nulls()), default=0) or 1
    return "".join(
        "·" if each is None else SPARKS[round(abs(each) / most * 7)] for each in rows["amount"]
    )


def _number(amount: int, scale: int) -> str:
    """Give an amount with three decimal places, half away from zero."""
    thousandths = int(abs(Fraction(amount, scale)) * 1000 + Fraction(1, 2))
    sign = "-" if amount < 0 and thousandths else ""
    whole = f"{sign}{thousandths // 1000:,}"
    return whole if scale == 1 else f"{whole}.{thousandths % 1000:03}"


def _facts(row: dict[str, Any], hourly: Hourly) -> dict[str, Any]:
    quantity = hourly.told.streams[row["stream"]].quantity
    amounts = {name: None if row[name] is None else str(row[name])
               for name in ("amount", "lower", "upper")}  # fmt: skip
    kept = {name: row[name] for name in ("stream", "device", "start", "end", "quality", "revision")}
    return {**kept, **amounts, "unit": SHOWN[quantity][2]}


def _time(at: int, zone: str) -> str:
    from zoneinfo import ZoneInfo

    return datetime.fromtimestamp(at / 1e6, tz=UTC).astimezone(ZoneInfo(zone)).strftime(
        "%Y-%m-%dT%H:%M"
    )  # fmt: skip
