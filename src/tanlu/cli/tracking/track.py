"""tanlu track: from positions to legs, and how well that is done."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.declaring import Add
from tanlu.cli.tracking.evaluate import declare_evaluate, first_use, mode_word, sentence
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

    from tanlu.terms import Progress
    from tanlu.track.inputs import Positions
    from tanlu.track.network import Network

__all__ = ["declare"]

# of findings people are told so many; a program gets them all
SHOWN = 8
BESIDE = {"events": "event", "readings": "reading", "traction": "traction"}


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    actions = add("track", "track_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("track_actions")
    )
    made = add("run", "track_run", actions)
    made.add_argument(
        "positions", type=Path, nargs="*", metavar="POSITIONS", help=console.word("track_positions")
    )
    for name in BESIDE:
        made.add_argument(
            f"--{name}", type=Path, metavar="FILE", help=console.word(f"track_{name}")
        )
    made.add_argument("--network", type=Path, metavar="FILE", help=console.word("track_network"))
    made.add_argument("--out", type=Path, metavar="DIR", help=console.word("track_out"))
    made.add_argument(
        "--datum", choices=("wgs84", "gcj02", "bd09"), default="wgs84",
        help=console.word("track_datum"),
    )  # fmt: skip
    made.add_argument(
        "--motion", choices=("full", "one"), default="full", help=console.word("track_motion")
    )
    made.add_argument("--zone", default="UTC", help=console.word("track_zone"))
    made.set_defaults(run=run)
    declare_evaluate(add, actions, console)


def run(asked: argparse.Namespace, console: Console) -> int:
    """Track the positions of files into a folder, or those of the ledger into it."""
    begun = time.perf_counter()
    if bool(asked.positions) != bool(asked.out):
        raise TanluError("TL001", value=console.word("track_either"))
    try:
        first_use(console)
        facts = _files(asked, console) if asked.positions else _ledger(asked, console)
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value=error.name, extra="track") from error
    facts["wall_s"] = round(time.perf_counter() - begun, 3)
    _tell(facts, console)
    console.result(facts)
    return 0


def _ledger(asked: argparse.Namespace, console: Console) -> dict[str, Any]:
    from tanlu.store import open_workspace
    from tanlu.track.running import tracked_ledger

    workspace = open_workspace(asked.ledger)
    network = _network(asked.network)
    steps = tracked_ledger(workspace, datum=asked.datum, motion=asked.motion, network=network)
    facts: dict[str, Any] = console.follow(steps)
    facts |= _over(network, facts.pop("network_m"))
    return {"ledger": str(asked.ledger), "positions_in": facts["positions"], **facts}


def _network(path: Path | None) -> Network | None:
    if path is None:
        return None
    from tanlu.track.network import read_network

    return read_network(path)


def _unused(network: Network | None) -> dict[str, pl.DataFrame]:
    """Give the lines of a network that could not be used, as a table of their own."""
    if network is None:
        return {}
    said = network.rejected.rename({"line": "source_line", "line_id": "value"})
    return {"network_rejected": said.select("code", "value", "why", "source_line")}


def _over(network: Network | None, metres: int) -> dict[str, Any]:
    """Give what is told of a network; nothing where none was given."""
    if network is None:
        return {}
    refused = network.rejected
    return {
        "network": {
            "lines": network.lines, "used": network.lines - refused.height,
            "rejected": refused.height, "edges": network.graph.edges, "network_m": str(metres),
            "sha256": network.hash,
            "first": refused.head(SHOWN).select("line", "line_id", "why").to_dicts(),
        }
    }  # fmt: skip


def _files(asked: argparse.Namespace, console: Console) -> dict[str, Any]:
    facts: dict[str, Any] = console.follow(_followed(asked))
    return facts


def _followed(asked: argparse.Namespace) -> Iterator[Progress]:
    """Read, track portion by portion, keep each, and at the end make the legs of all."""
    import polars as pl

    from tanlu.terms import Progress
    from tanlu.track.inputs import read_positions
    from tanlu.track.legs import finished, loaded
    from tanlu.track.running import Kept, tracked

    _zone(asked.zone)
    kept = Kept(asked.out, _told(asked))
    try:
        held = [read_positions(file, kept.folder, zone=asked.zone) for file in asked.positions]
        total = sum(each.rows for each in held)
        refused = pl.concat(each.rejected for each in held)
        done = kept.positions + refused.height
        yield Progress("track", done, total)
        told = {name: _beside(asked, name) for name in BESIDE}
        events, readings, traction = (told[name][0] for name in BESIDE)
        devices = pl.concat([each.devices for each in held])["device"].unique().to_list()
        rows = pl.scan_parquet([file for each in held for file in each.files])
        loads = loaded(
            events, devices, positions=rows.filter(pl.col("code").is_null()), energy=readings
        )
        network = _network(asked.network)
        for batch in tracked(
            _batches(held, kept.until), loads=loads, readings=readings, datum=asked.datum,
            motion=asked.motion, zone=asked.zone, traction=traction,
            network=None if network is None else network.graph,
        ):  # fmt: skip
            kept.add(batch)
            done += batch.positions
            yield Progress("track", done, total)
        made = finished(kept.moving(), loads)
        counts = kept.close({
            "rejected": refused.select("device", "code", "value", source_line="line"),
            "findings": pl.concat([made.findings, *(each for _, each in told.values())]),
            "legs": made.activities, "elements": made.elements, **_unused(network),
        })  # fmt: skip
    except BaseException:
        kept.leave()
        raise
    rows_of = {f"rows_{name}": count for name, count in sorted(counts.items())}
    result = {
        "path": str(asked.out), "positions_in": total, **rows_of, "devices": len(devices),
        "findings": _codes(asked.out / "findings.parquet"),
        "rejected": _codes(asked.out / "rejected.parquet"),
        "activities": made.activities.height, **_sums(made.elements),
        **_over(network, kept.network_m),
    }  # fmt: skip
    yield Progress("track", done, total, result=result)


def _told(asked: argparse.Namespace) -> dict[str, Any]:
    """Give what a run rests on: what was begun with another file or option is begun anew."""
    from tanlu.terms import VERSION

    files = [*asked.positions, asked.events, asked.readings, asked.traction, asked.network]
    stats = [(str(each.resolve()), each.stat()) for each in files if each and each.exists()]
    return {
        "version": VERSION, "datum": asked.datum, "motion": asked.motion,
        "zone": asked.zone, "files": [[name, one.st_size, one.st_mtime_ns] for name, one in stats],
        "asked": [str(each) for each in files],
    }  # fmt: skip


def _beside(asked: argparse.Namespace, name: str) -> tuple[pl.DataFrame | None, pl.DataFrame]:
    """Read a file beside positions; what of it cannot be used is a finding."""
    from tanlu.terms import schema
    from tanlu.track.inputs import read_beside

    path: Path | None = getattr(asked, name)
    if path is None:
        return None, schema("finding").empty()
    return read_beside(path, BESIDE[name], zone=asked.zone)


def _batches(held: list[Positions], after: str | None) -> Iterator[pl.DataFrame]:
    """Give the rows of whole devices; a device that is in several files is one."""
    import polars as pl

    from tanlu.track.inputs import Positions as Held

    if len(held) == 1:
        yield from held[0].batches(after=after)
        return
    both = pl.concat([each.devices for each in held]).group_by("device").agg(pl.col("count").sum())
    whole = Held(0, held[0].rejected, [file for each in held for file in each.files],
                 both.sort("device"), {})  # fmt: skip
    yield from whole.batches(after=after)


def _zone(name: str) -> None:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise TanluError("TL436", value=name, why="no IANA time zone has this name") from error


def _codes(file: Path) -> dict[str, int]:
    """Give how many rows have each code; what repeats another position has none."""
    import polars as pl

    code = pl.col("code").fill_null("repeated")
    found = pl.scan_parquet(file).group_by(code).len().sort("code").collect()
    return dict(found.iter_rows())


def _sums(elements: pl.DataFrame) -> dict[str, Any]:
    import polars as pl

    by_mode = elements.group_by("mode").agg(pl.col("distance_m").sum()).sort("mode")
    countries = elements["country"].drop_nulls().unique().sort().to_list()
    return {
        "distance_m": str(elements["distance_m"].sum()),
        "modes": {mode: str(metres) for mode, metres in by_mode.iter_rows()},
        "countries": countries,
        "crossings": elements.filter(pl.col("part") > 1).height,
    }


def _tell(facts: dict[str, Any], console: Console) -> None:
    if "path" in facts:
        used, refused = facts["rows_fixes"], sum(facts["rejected"].values())
        console.say("track_used", rows=facts["positions_in"], used=used, rejected=refused)
        for code, count in facts["rejected"].items():
            console.say("track_rejected", count=count, text=_rejected(code, console))
        console.tell_table(
            [
                [f"  {mode_word(mode, console)}", f"{int(metres) / 1000:,.1f} km"]
                for mode, metres in facts["modes"].items()
            ]
        )
        console.say("track_written", **facts)
    else:
        console.say(
            "track_used", rows=facts["positions_in"], used=facts["fixes"],
            rejected=facts["rejected"],
        )  # fmt: skip
        console.say("track_kept", **facts)
        if facts["settled"]:
            console.say("track_settled", **facts)
    if "network" in facts:
        _tell_network(facts["network"], console)
    for code, count in list(facts["findings"].items())[:SHOWN]:
        console.say("track_found", code=code, count=count, text=sentence(code, console))
    console.say("track_next" if "path" in facts else "track_next_ledger", **facts)


def _tell_network(told: dict[str, Any], console: Console) -> None:
    console.say("track_over", **{**told, "km": int(told["network_m"]) / 1000})
    for row in told["first"]:
        value = f"{row['line']}: {row['line_id']}"
        console.tell("  " + TanluError("TL446", value=value, why=row["why"]).say(console.language))


def _rejected(code: str, console: Console) -> str:
    if code == "repeated":
        return console.word("track_repeated")
    return f"[{code}] {sentence(code, console)}"
