"""tanlu track: from positions to legs, and how well that is done."""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tanlu.cli.console import Console
from tanlu.cli.tracking.evaluate import declare_evaluate, mode_word, sentence
from tanlu.errors import TanluError

if TYPE_CHECKING:
    import polars as pl

    from tanlu.terms import Progress
    from tanlu.track.inputs import Positions
    from tanlu.track.network import Network

__all__ = ["declare"]

Add = Callable[..., argparse.ArgumentParser]

SCHEMAS = {
    "fixes": "fix", "segments": "segment", "nodes": "node", "findings": "finding",
    "legs": "activity", "elements": "leg",
}  # fmt: skip
TABLES = ("fixes", "segments", "nodes", "rejected", "findings")
# of findings people are told so many; a program gets them all
SHOWN = 8
COUNTED = ("energy_j", "fuel_ml", "odometer_m")
READ = {"events": "event", "readings": "reading"}


def declare(add: Add, console: Console) -> None:
    """Declare the verb with its actions."""
    actions = add("track", "track_verb").add_subparsers(
        metavar="ACTION", required=True, title=console.word("track_actions")
    )
    made = add("run", "track_run", actions)
    made.add_argument(
        "positions", type=Path, nargs="*", metavar="POSITIONS", help=console.word("track_positions")
    )
    for name in READ:
        made.add_argument(
            f"--{name}", type=Path, metavar="FILE", help=console.word(f"track_{name}")
        )
    made.add_argument("--traction", type=Path, metavar="FILE", help=console.word("track_traction"))
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
    with tempfile.TemporaryDirectory(prefix="tanlu-track-") as folder:
        steps = _followed(asked, Path(folder))
        facts: dict[str, Any] = console.follow(steps)
    return facts


def _followed(asked: argparse.Namespace, folder: Path) -> Iterator[Progress]:
    """Read, track batch by batch, write each batch, and at the end the legs of all."""
    import polars as pl

    from tanlu.terms import Progress, schema
    from tanlu.track.inputs import read_positions
    from tanlu.track.legs import finished, loaded
    from tanlu.track.running import tracked

    _zone(asked.zone)
    held = [read_positions(file, folder, zone=asked.zone) for file in asked.positions]
    total = sum(each.rows for each in held)
    yield Progress("track", 0, total)
    events, readings, traction = (
        _table(path, name)
        for path, name in ((asked.events, "event"), (asked.readings, "reading"),
                           (asked.traction, "traction"))
    )  # fmt: skip
    devices = pl.concat([each.devices for each in held])["device"].unique().to_list()
    loads = loaded(events, devices)
    sink = _Sink(asked.out, folder)
    for name, table in SCHEMAS.items():
        sink.add(name, schema(table).empty())
    for each in held:
        refused = each.rejected.rename({"line": "source_line"})
        sink.add("rejected", refused.select("device", "code", "value", "source_line"))
    network, network_m = _network(asked.network), 0
    if network is not None:
        said = network.rejected.rename({"line": "source_line", "line_id": "value"})
        sink.add("network_rejected", said.select("code", "value", "why", "source_line"))
    parts, positions = [], sum(each.rejected.height for each in held)
    for batch in tracked(
        _batches(held), loads=loads, readings=readings, datum=asked.datum, motion=asked.motion,
        zone=asked.zone, traction=traction, network=None if network is None else network.graph,
    ):  # fmt: skip
        for name in TABLES:
            sink.add(name, getattr(batch, name))
        parts.append(batch.moving)
        positions += batch.positions
        network_m += batch.network_m
        yield Progress("track", positions, total)
    made = finished(parts, loads)
    sink.add("findings", made.findings)
    sink.add("legs", made.activities)
    sink.add("elements", made.elements)
    facts = sink.close()
    result = {
        "path": str(asked.out), "positions_in": total, **facts, "devices": len(devices),
        "findings": _codes(pl.read_parquet(asked.out / "findings.parquet")),
        "rejected": _codes(pl.read_parquet(asked.out / "rejected.parquet")),
        "activities": made.activities.height, **_sums(made.elements),
        **_over(network, network_m),
    }  # fmt: skip
    yield Progress("track", positions, total, result=result)


def _batches(held: list[Positions]) -> Iterator[pl.DataFrame]:
    """Give the rows of whole devices; a device that is in several files is one."""
    import polars as pl

    from tanlu.track.inputs import Positions as Held

    if len(held) == 1:
        yield from held[0].batches()
        return
    both = pl.concat([each.devices for each in held]).group_by("device").agg(pl.col("count").sum())
    whole = Held(0, held[0].rejected, [file for each in held for file in each.files],
                 both.sort("device"), {})  # fmt: skip
    yield from whole.batches()


class _Sink:
    """Tables that grow batch by batch and are one file each in the end."""

    def __init__(self, out: Path, folder: Path) -> None:
        self.out, self.folder = out, folder
        self.parts: dict[str, list[Path]] = {}
        self.rows: dict[str, int] = {}
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TanluError("TL004", value=out, why=error.strerror or str(error)) from error

    def add(self, name: str, rows: pl.DataFrame) -> None:
        """Keep the rows of a batch."""
        held = self.parts.setdefault(name, [])
        self.rows[name] = self.rows.get(name, 0) + rows.height
        path = self.folder / f"{name}-{len(held):06d}.parquet"
        rows.write_parquet(path)
        held.append(path)

    def close(self) -> dict[str, Any]:
        """Write each table as one file in the folder; give how many rows each has."""
        import polars as pl

        for name, held in self.parts.items():
            rows = pl.concat([pl.scan_parquet(path) for path in held], how="diagonal_relaxed")
            part = self.folder / f"{name}.parquet"
            rows.sink_parquet(part)
            shutil.move(part, self.out / f"{name}.parquet")
        return {f"rows_{name}": count for name, count in sorted(self.rows.items())}


def _zone(name: str) -> None:
    import zoneinfo

    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as error:
        raise TanluError("TL436", value=name, why="no IANA time zone has this name") from error


def _table(path: Path | None, name: str) -> pl.DataFrame | None:
    """Give a table of a file: events and readings as their schemas have them."""
    if path is None:
        return None
    from tanlu.terms import schema
    from tanlu.track.inputs import read_table

    wanted = {"traction": {"mode": "String", "country": "String", "energy_carrier": "String"}}
    rows = read_table(path).collect()
    needed = list(wanted.get(name, {})) or ["at", "device" if name == "reading" else "subject"]
    for column in needed:
        if column not in rows.columns:
            why = f"it does not tell {column}"
            raise TanluError("TL436", value=path, why=why)
    if name == "traction":
        return rows.select(needed)
    if name == "reading" and not {"stream", "value"} <= set(rows.columns):
        counted = [each for each in COUNTED if each in rows.columns]
        if not counted:
            raise TanluError("TL436", value=path, why="it does not tell stream, value")
        # one column for each counter is as good as one row for each
        rows = rows.unpivot(counted, index=["device", "at"], variable_name="stream")
    types = schema(name).dtypes()
    rows = rows.select(
        rows[column].cast(types[column], strict=False) for column in rows.columns if column in types
    )
    return rows if name == "reading" else schema(name).fit(rows)


def _codes(rows: pl.DataFrame) -> dict[str, int]:
    """Give how many rows have each code; what repeats another position has none."""
    found = rows["code"].fill_null("repeated").value_counts().sort("code")
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
