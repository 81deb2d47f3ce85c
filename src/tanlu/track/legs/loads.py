"""What a device carried and when: scans of loading and unloading, boxes within boxes, resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["BY_SCAN", "CARRIED", "ITSELF", "Loads", "carried", "edges", "nothing"]

FOREVER = 2**62
NESTED = 8  # a thing in a box in a bag on a pallet in a container on a wagon, and two to spare
ON = ("loading", "packing", "entering_exiting", "urn:epcglobal:cbv:bizstep:loading")
OFF = ("unloading", "unpacking", "urn:epcglobal:cbv:bizstep:unloading")
CARRIED = {
    "device": pl.String, "subject": pl.String, "parent": pl.String, "since": pl.Int64,
    "until": pl.Int64, "mass_mg": pl.Int64, "count": pl.Int64, "vehicle_class": pl.String,
    "origin": pl.String, "destination": pl.String, "scanned": pl.Int64, "depth": pl.Int64,
}  # fmt: skip
# of a thing that several devices carried which went along, and why this one was believed
EVIDENCE = {
    "device": pl.String, "subject": pl.String, "since": pl.Int64, "until": pl.Int64,
    "also": pl.String, "chosen": pl.String,
}  # fmt: skip
ITSELF, BY_SCAN = -1, 100  # depths: a thing that is a device; a device that only saw the scan
SPAN = ["device", "subject", "parent", "since", "until"]
THING = ("subject", "parent")


class Loads(NamedTuple):
    """What was carried when, and scans that cannot be so.

    ``rows`` (columns ``CARRIED``; ``scanned``: when the thing came into its parent, ``depth``: how
    many things the parent lies in); ``adrift``: loads of no tracked device; ``early``: unloaded
    before any loading; ``circular``: things that lie in themselves; ``told``: the rows of which
    activities are made, no thing on two devices at one time; ``evidence``, ``apart``, ``beside``:
    see ``choosing.chosen``.
    """

    rows: pl.DataFrame
    adrift: pl.DataFrame
    early: pl.DataFrame
    circular: pl.DataFrame
    told: pl.DataFrame
    evidence: pl.DataFrame
    apart: pl.DataFrame
    beside: pl.DataFrame


def edges(events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give from when to when each thing lay in another, and unloadings before any loading.

    Parameters
    ----------
    events
        Schema ``event``. An addition or the step *loading* begins, a deletion or the step
        *unloading* ends; a repeated scan changes nothing.
    """
    action, step = (pl.col(name).str.to_lowercase() for name in ("action", "step"))
    adds = (action == "add") | (action.is_null() & step.is_in(ON))
    ends = (action == "delete") | (action.is_null() & step.is_in(OFF))
    sign = pl.when(adds).then(1).when(ends).then(-1)
    rows = (
        events.filter((pl.col("type") == "aggregation") | step.is_in([*ON, *OFF]))
        .with_columns(
            sign=sign,
            parent=pl.coalesce("parent", pl.concat_str(pl.lit("device:"), "device")),
            vehicle_class=pl.col("labels").str.json_path_match("$.vehicle_class"),
        )
        .filter(
            pl.col("sign").is_not_null()
            & pl.col("parent").is_not_null()
            & (pl.col("role").is_null() | pl.col("role").is_in(["child", "object"]))
        )
        .with_columns(told=pl.lit(value=True))
    )
    # of scans at one time a thing is unloaded before it is loaded anew
    rows = pl.concat([rows, _emptied(events, rows)]).sort(
        "subject", "parent", "at", "sign", "event_id"
    )
    before = pl.col("sign").shift().over(THING)
    early = rows.filter((pl.col("sign") < 0) & before.is_null() & pl.col("told")).drop("told")
    turns = rows.filter(pl.col("sign") != before.fill_null(-1))
    after = {
        name: pl.col(name).shift(-1).over(THING) for name in ("at", "place", "mass_mg", "count")
    }
    pairs = turns.with_columns(
        until=after["at"].fill_null(FOREVER),
        destination=after["place"],
        mass_mg=pl.coalesce("mass_mg", after["mass_mg"]),
        count=pl.coalesce("count", after["count"]),
    ).filter(pl.col("sign") > 0)
    return pairs.select(
        "subject", "parent", "device", "until", "mass_mg", "count", "vehicle_class", "destination",
        since="at", origin="place",
    ), early  # fmt: skip


def _emptied(events: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Give an unloading of each thing whose carrier was emptied: a deletion names no child.

    EPCIS 2.0 7.4.3: without children, all that was in the parent is out.
    """
    named = events.filter(pl.col("role") == "child").select("event").unique()
    emptied = events.filter(
        pl.col("type") == "aggregation", pl.col("role") == "parent",
        pl.col("action").str.to_lowercase() == "delete",
    ).join(named, on="event", how="anti")  # fmt: skip
    ends = emptied.select(*("at", "event_id", "place"), parent="subject")
    things = rows.select(*THING).unique().join(ends, on="parent")
    out = things.with_columns(sign=pl.lit(-1), told=pl.lit(value=False))
    return pl.concat([rows.clear(), out], how="diagonal")


def carried(events: pl.DataFrame, devices: Collection[str]) -> Loads:
    """Give what tracked devices carried: the innermost things, each with the time it was aboard.

    Parameters
    ----------
    events
        Schema ``event``.
    devices
        Devices that are tracked. A thing is aboard where its scan names such a device, or its
        parent is called as one (``truck-7``, ``device:truck-7``, ``vehicle:truck-7``); what lies in
        it, directly or not, is aboard for as long as both hold.
    """
    pairs, early = edges(events)
    known = pl.DataFrame({"device": sorted(devices)}, schema={"device": pl.String})
    names = pl.concat(
        known.select("device", parent=pl.lit(prefix) + pl.col("device"))
        for prefix in ("", "device:", "vehicle:")
    )
    inner = pairs["subject"].unique()
    named = pl.lit(0, pl.Int64)
    by_name = pairs.drop("device").join(names, on="parent").with_columns(
        scanned="since", depth=named
    )  # fmt: skip
    by_scan = pairs.join(known, on="device", how="semi").filter(
        ~pl.col("parent").is_in(inner.implode())
    ).with_columns(scanned="since", depth=named + BY_SCAN)  # fmt: skip
    level = _once(pl.concat([by_name, by_scan], how="diagonal").select(list(CARRIED)))
    rows, held = [level], pairs.drop("device")
    for _ in range(NESTED):
        level = _within(level, held)
        if not level.height:
            break
        rows.append(level)
    everything = pl.concat(rows)
    leaves = _leaves(everything)
    leaves = pl.concat([leaves, _themselves(leaves, names)]).sort(
        "device", "since", "subject", "parent"
    )
    outer = pairs.filter(~pl.col("parent").is_in(inner.implode()))
    adrift = outer.join(everything, on=["subject", "parent"], how="anti")
    return _alone(leaves)._replace(adrift=adrift, early=early, circular=_circular(pairs))


def nothing() -> Loads:
    """Give the loads of devices of which nobody told anything."""
    return _alone(pl.DataFrame(schema=CARRIED))


def _alone(rows: pl.DataFrame) -> Loads:
    """Give loads that are told as they are, before it is asked which device tells of a thing."""
    none = pl.DataFrame(schema=CARRIED)
    apart = pl.DataFrame(schema={"subject": pl.String, "value": pl.String})
    beside = pl.DataFrame(schema={"device": pl.String, "value": pl.String, "count": pl.Int64})
    return Loads(rows, none, none, none, rows, pl.DataFrame(schema=EVIDENCE), apart, beside)


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Leave one of rows that tell the same by the name of a device and by its scan."""
    return rows.sort(*SPAN, "depth").unique(SPAN, keep="first", maintain_order=True)


def _themselves(leaves: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Give a row of its own for a thing that is tracked while it lies on another device."""
    own = names.select(subject="parent", _own="device")
    return (
        leaves.join(own, on="subject")
        .filter(pl.col("_own") != pl.col("device"))
        .with_columns(device="_own", depth=pl.lit(ITSELF, pl.Int64))
        .select(list(CARRIED))
        .unique()
    )


def _circular(pairs: pl.DataFrame) -> pl.DataFrame:
    """Give the things that lie in themselves, ``subject``, on whatever they lie."""
    rest = pairs.select("subject", "parent", "since", "until")
    for _ in range(NESTED):
        before = rest.height
        rest = rest.join(rest.select(parent="subject").unique(), on="parent", how="semi").join(
            rest.select(subject="parent").unique(), on="subject", how="semi"
        )
        if rest.height == before:
            break
    walk, found = rest.rename({"parent": "at"}), [pairs.clear().select("subject")]
    for _ in range(NESTED):
        found.append(walk.filter(pl.col("at") == pl.col("subject")).select("subject"))
        walk = (
            walk.filter(pl.col("at") != pl.col("subject"))
            .join(rest, left_on="at", right_on="subject", suffix="_b")
            .select(
                "subject", at="parent", since=pl.max_horizontal("since", "since_b"),
                until=pl.min_horizontal("until", "until_b"),
            )
            .filter(pl.col("since") < pl.col("until"))
            .unique()
        )  # fmt: skip
    return pl.concat(found).unique().sort("subject")


def _within(level: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Give what lies in the things of a level, while both the thing and they are aboard."""
    outer = level.select(
        "device", pl.col("vehicle_class").alias("_class"), _in="subject", _since="since",
        _until="until", _origin="origin", _destination="destination", _depth="depth",
    )  # fmt: skip
    return (
        pairs.join(outer, left_on="parent", right_on="_in")
        .with_columns(
            origin=pl.when(pl.col("since") >= pl.col("_since")).then("origin").otherwise("_origin"),
            destination=pl.when(pl.col("until") <= pl.col("_until"))
            .then("destination")
            .otherwise("_destination"),
            scanned="since",
            depth=pl.col("_depth") + 1,
            since=pl.max_horizontal("since", "_since"),
            until=pl.min_horizontal("until", "_until"),
            vehicle_class=pl.coalesce("_class", "vehicle_class"),
        )
        .filter(pl.col("since") < pl.col("until"))
        .select(list(CARRIED))
    )


def _leaves(rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out a thing while others lie in it: their mass is told one by one."""
    inside = rows.select("device", parent="parent", _since="since", _until="until")
    both = rows.with_row_index("_row").join(
        inside, left_on=["device", "subject"], right_on=["device", "parent"]
    )
    holds = both.filter(
        (pl.col("_since") < pl.col("until")) & (pl.col("_until") > pl.col("since"))
    )["_row"].unique()
    return rows.with_row_index("_row").filter(~pl.col("_row").is_in(holds.implode())).drop("_row")
