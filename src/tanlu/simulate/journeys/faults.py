"""Bad input on request: what goes wrong between a device and whoever reads it, each labelled.

Truth stays as it was; ``labels`` says which rows are wrong and how.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from tanlu.errors import TanluError
from tanlu.simulate.journeys.earth import gcj02

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from tanlu.simulate.journeys.records import Journeys

__all__ = ["FAULTS", "faulty"]

Random = np.random.Generator

_E7 = 1e7
_HOUR_US = 3_600_000_000
# the share of journeys that a fault strikes; with few journeys it strikes one at least
_SHARE = 0.15


def faulty(made: Journeys, faults: Collection[str], seed: int) -> Journeys:
    """Give journeys of which some have faults of the named kinds.

    Parameters
    ----------
    made
        Journeys without faults.
    faults
        Any of ``time_reversal`` (a block of fixes has a clock an hour or more behind),
        ``null_island`` (single fixes at 0, 0), ``teleport`` (a block lies 50 to 500 km off),
        ``mixed_datum`` (from a fix on places are GCJ-02; only within China),
        ``duplicated_device`` (fixes of another journey under this identity, at the same times),
        ``missing_leg`` (no fix of a whole leg), ``cyclic_aggregation`` (an event puts a vehicle
        into what it carries).
    seed
        Which journeys and rows.

    Returns
    -------
    Journeys
        Its ``labels`` has ``device, fault, first_seq, last_seq, start, end`` [µs], ``rows``;
        of a missing leg and of events the numbers are null. ``truth`` has the rows that still are
        true fixes of the device, by ``device, seq``.

    Raises
    ------
    TanluError
        TL904 for an unknown fault.
    """
    for fault in faults:
        if fault not in FAULTS:
            raise TanluError("TL904", value=fault, why=f"faults are {', '.join(FAULTS)}")
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, 904])))
    whole = made.positions.with_columns(pl.col("seq").alias("was"))
    parts = dict(zip(*_by_device(whole), strict=True))
    devices = list(parts)
    labels: list[dict[str, Any]] = []
    events = made.events
    free = devices  # a journey has one fault while there are enough of them
    # what changes the rows comes before what is told by their numbers
    for fault in [name for name in FAULTS if name in faults]:
        count = max(1, round(len(devices) * _SHARE))
        for device in _drawn(fault, made, free or devices, count, rng):
            free = [each for each in free if each != device]
            if fault == CYCLE:
                events, label = _cycled(events, device)
                labels.append({"device": device, "fault": fault, **label})
                continue
            struck = _STRIKES[fault](parts[device], made, device, rng)
            if struck is not None:
                parts[device], label = struck
                labels.append({"device": device, "fault": fault, **label})
    numbered = [_numbered(parts[device]) for device in devices]
    positions = pl.concat(numbered)
    was = positions.select("device", "was", "seq").drop_nulls("was")
    truth = (
        made.truth.rename({"seq": "was"})
        .join(was, on=["device", "was"], how="inner", maintain_order="left")
        .select(made.truth.columns)
    )
    told = _labels(labels, positions)
    rows = {**made.facts["rows"], "positions": positions.height, "truth": truth.height,
            "events": events.height}  # fmt: skip
    facts = {**made.facts, "faults": sorted(faults), "labels": told.height, "rows": rows}
    whole = positions.drop("was", "mark")
    return replace(made, positions=whole, truth=truth, events=events, labels=told, facts=facts)


def _by_device(frame: pl.DataFrame) -> tuple[list[str], list[pl.DataFrame]]:
    marked = frame.with_columns(pl.lit(None, pl.String).alias("mark"))
    groups = marked.partition_by("device", maintain_order=True)
    return [group["device"][0] for group in groups], groups


def _drawn(fault: str, made: Journeys, devices: list[str], count: int, rng: Random) -> list[str]:
    """Give the devices that a fault strikes: any, or those of which it can be seen."""
    able = devices
    if fault == "mixed_datum":
        inside = pl.col("country") == "CN"
        there = set(made.sections.filter(inside)["device"])
        able = [device for device in devices if device in there]
    if fault == "duplicated_device" and made.facts["n"] < 2:
        able = []
    if not able:
        return []
    return [able[n] for n in sorted(rng.permutation(len(able))[:count].tolist())]


def _numbered(part: pl.DataFrame) -> pl.DataFrame:
    return part.with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("seq"))


def _block(part: pl.DataFrame, rng: Random, low: int, high: int) -> tuple[int, int]:
    """Give first row and count of a block in the later three quarters of a part."""
    count = min(int(rng.integers(low, high + 1)), max(part.height // 3, 1))
    early = part.height // 4
    return int(rng.integers(early, max(part.height - count, early + 1))), count


def _mark(fault: str, first: int, count: int) -> pl.Expr:
    inside = pl.int_range(pl.len()).is_between(first, first + count - 1)
    return pl.when(inside).then(pl.lit(fault)).otherwise("mark").alias("mark")


Struck = tuple[pl.DataFrame, dict[str, Any]] | None


def _reversal(part: pl.DataFrame, made: Journeys, device: str, rng: Random) -> Struck:
    del made, device
    first, count = _block(part, rng, 15, 60)
    back = int(rng.uniform(1, 5) * _HOUR_US)
    inside = pl.int_range(pl.len()).is_between(first, first + count - 1)
    at = pl.when(inside).then(pl.col("at") - back).otherwise("at").alias("at")
    return part.with_columns(at, _mark("time_reversal", first, count)), {}


def _null(part: pl.DataFrame, made: Journeys, device: str, rng: Random) -> Struck:
    del made, device
    count = max(1, part.height // 500)
    rows = np.sort(rng.permutation(part.height)[:count])
    inside = pl.int_range(pl.len()).is_in(rows.tolist())
    zero = [pl.when(inside).then(0).otherwise(name).alias(name) for name in ("lat_e7", "lon_e7")]
    mark = pl.when(inside).then(pl.lit("null_island")).otherwise("mark").alias("mark")
    return part.with_columns(*zero, mark), {}


def _teleport(part: pl.DataFrame, made: Journeys, device: str, rng: Random) -> Struck:
    del made, device
    first, count = _block(part, rng, 1, 8)
    far, angle = rng.uniform(50e3, 500e3), rng.uniform(0, 2 * np.pi)
    lat = float(part["lat_e7"][first]) / _E7
    north = round(far * np.cos(angle) / 111_200 * _E7)
    east = round(far * np.sin(angle) / (111_200 * max(np.cos(np.deg2rad(lat)), 0.2)) * _E7)
    inside = pl.int_range(pl.len()).is_between(first, first + count - 1)
    moved = (
        pl.when(inside).then((pl.col("lat_e7") + north).clip(-899_999_999, 899_999_999))
        .otherwise("lat_e7").alias("lat_e7"),
        pl.when(inside).then((pl.col("lon_e7") + east + 1_800_000_000) % 3_600_000_000
                             - 1_800_000_000).otherwise("lon_e7").alias("lon_e7"),
    )  # fmt: skip
    return part.with_columns(*moved, _mark("teleport", first, count)), {}


def _datum(part: pl.DataFrame, made: Journeys, device: str, rng: Random) -> Struck:
    """Turn to GCJ-02 from a fix of a leg in China on."""
    inner = made.sections.filter(pl.col("device") == device, pl.col("country") == "CN")
    if inner.is_empty():
        return None
    row = inner.row(int(rng.integers(inner.height)), named=True)
    since = row["start"] + int(rng.uniform(0.2, 0.6) * (row["end"] - row["start"]))
    lat, lon = (part[name].to_numpy() / _E7 for name in ("lat_e7", "lon_e7"))
    told = gcj02(lat, lon)
    later = pl.col("at") >= since
    columns = [
        pl.when(later).then(pl.Series(np.round(each * _E7).astype(np.int64))).otherwise(name)
        .alias(name)
        for name, each in zip(("lat_e7", "lon_e7"), told, strict=True)
    ]  # fmt: skip
    mark = pl.when(later).then(pl.lit("mixed_datum")).otherwise("mark").alias("mark")
    return part.with_columns(*columns, mark), {}


def _duplicate(part: pl.DataFrame, made: Journeys, device: str, rng: Random) -> Struck:
    """Put fixes of another journey between those of this one, moved to its times."""
    others = made.positions["device"].unique(maintain_order=True).to_list()
    others.remove(device)
    other = made.positions.filter(device=others[int(rng.integers(len(others)))])
    first, count = _block(part, rng, 100, 400)
    since = int(part["at"].gather([first]).item())
    begun = int(rng.integers(max(other.height - count, 1)))
    taken = other.slice(begun, count)
    shift = since - int(taken["at"].gather([0]).item()) + 500_000
    foreign = taken.with_columns(
        pl.col("at") + shift, pl.lit(device).alias("device"), pl.lit(None, pl.Int64).alias("was"),
        pl.lit("duplicated_device").alias("mark"),
    )  # fmt: skip
    # in the order in which they arrive: rows of one clock stay in their order
    arrival = part.with_columns(pl.col("at").cum_max().alias("order"))
    came = foreign.with_columns(pl.col("at").alias("order"))
    both = pl.concat([arrival, came.select(arrival.columns)])
    return both.sort("order", maintain_order=True).drop("order"), {}


def _missing(part: pl.DataFrame, made: Journeys, device: str, rng: Random) -> Struck:
    """Take away all fixes of a leg."""
    legs = made.legs.filter(device=device)
    leg = legs.row(int(rng.integers(legs.height)), named=True)
    gone = pl.col("at").is_between(leg["start"], leg["end"]) & pl.col("mark").is_null()
    label = {"start": leg["start"], "end": leg["end"], "rows": part.filter(gone).height}
    return part.filter(~gone), label


def _cycled(events: pl.DataFrame, device: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Put the vehicle of a loading into the thing that was loaded, a second later."""
    loaded = (pl.col("device") == device) & (pl.col("action") == "add")
    one = events.filter(loaded & pl.col("parent").is_not_null()).head(1)
    at = int(one["at"].item()) + 1_000_000
    names, none = ("event_id", "event"), ("device", "mass_mg", "count")
    back = one.with_columns(
        pl.lit(at).alias("at"), subject="parent", parent="subject",
        **{name: pl.concat_str(pl.col(name), pl.lit("/back")) for name in names},
        **{name: pl.lit(None, events.schema[name]) for name in none},
    )  # fmt: skip
    both = pl.concat([events, back.select(events.columns)])
    return both, {"start": at, "end": at, "rows": 1}


_STRIKES: dict[str, Callable[[pl.DataFrame, Journeys, str, Random], Struck]] = {
    "missing_leg": _missing,
    "mixed_datum": _datum,
    "null_island": _null,
    "teleport": _teleport,
    "time_reversal": _reversal,
    "duplicated_device": _duplicate,
}
CYCLE = "cyclic_aggregation"
FAULTS = (*_STRIKES, CYCLE)


def _labels(labels: list[dict[str, Any]], positions: pl.DataFrame) -> pl.DataFrame:
    """Give the labels with the numbers and times of their rows."""
    kinds = {
        "device": pl.String, "fault": pl.String, "start": pl.Int64, "end": pl.Int64,
        "rows": pl.Int64,
    }  # fmt: skip
    named = pl.DataFrame([{name: row.get(name) for name in kinds} for row in labels], schema=kinds)
    marked = positions.drop_nulls("mark").group_by("device", pl.col("mark").alias("fault")).agg(
        pl.col("seq").min().alias("first_seq"), pl.col("seq").max().alias("last_seq"),
        pl.col("at").min().alias("first"), pl.col("at").max().alias("last"),
        pl.len().cast(pl.Int64).alias("marked"),
    )  # fmt: skip
    return (
        named.join(marked, on=["device", "fault"], how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("start", "first").alias("start"), pl.coalesce("end", "last").alias("end"),
            pl.coalesce("rows", "marked").alias("rows"),
        )
        .filter(pl.col("rows") > 0)
        .select("device", "fault", "first_seq", "last_seq", "start", "end", "rows")
        .sort("device", "fault")
    )  # fmt: skip
