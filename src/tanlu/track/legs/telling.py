"""Elements as activities: one for each thing carried, and one for the energy that was measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.terms import schema
from tanlu.track.legs.kinds import kind_of_class, kinds
from tanlu.track.legs.way.parts import hashed
from tanlu.track.legs.way.places import gcd, there_at

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["energies", "identified", "lent", "rounds", "settled", "told_class", "transports"]

SURE_PPM = 900_000  # below this the class that somebody told wins over the mode
SCANNED_US = 3_600_000_000
BRIDGED = 0.05  # of the way: from here on an outage counts as an assumption
NAMES = ("waybill", "consignment", "shipment")
LABELS = (
    *("leg_id", "segment_id", "mode", "mode_ppm", "lower_m", "upper_m", "bridged_m", "sfd_m"),
    *("gcd_m", "crossing", "border_m", "gauge_mm", "sigma_mm", "load_mg", "also", "chosen"),
)


def told_class(rows: pl.DataFrame) -> pl.DataFrame:
    """Give the rows with ``kind``, ``vehicle_class`` and ``_usual``: nobody told the class.

    A class that somebody told holds where it is of the kind that the mode is of, or where the mode
    is not sure; else the mode holds, and a finding says so.
    """
    modes = kinds()
    kind = rows["mode"].replace_strict(
        {name: each.kind for name, each in modes.items()}, return_dtype=pl.String
    )
    usual = rows["mode"].replace_strict(
        {name: each.vehicle_class for name, each in modes.items()}, return_dtype=pl.String
    )
    told = rows["vehicle_class"].unique().drop_nulls().to_list()
    of_class = rows["vehicle_class"].replace_strict(
        {name: kind_of_class(name) for name in told}, default=None, return_dtype=pl.String
    )
    holds = of_class.is_not_null() & ((of_class == kind) | (rows["mode_ppm"] < SURE_PPM))
    return rows.with_columns(
        kind=pl.select(pl.when(holds).then(of_class).otherwise(kind)).to_series(),
        vehicle_class=pl.select(
            pl.when(holds).then(rows["vehicle_class"]).otherwise(usual)
        ).to_series(),
        _class="vehicle_class",
        _usual=~holds.fill_null(value=False),
        _against=(of_class.is_not_null() & ~holds).fill_null(value=False),
    )


def transports(parts: pl.DataFrame, carried: pl.DataFrame, fixes: pl.DataFrame) -> pl.DataFrame:
    """Give an activity for each part and thing carried on it; empty and unknown loads too."""
    own = carried.drop("device").rename(
        {"count": "_count", "origin": "_from", "destination": "_to"}
    )
    rows = parts.filter(~pl.col("_drops") | pl.col("_things").is_null()).join(
        own, on="leg_id", how="left", maintain_order="left"
    )
    # what another device tells of is not told once more, and neither is its empty way back
    alone = pl.col("_things").is_null() & ~pl.col("_beside")
    rows = rows.filter(pl.col("subject").is_not_null() | alone)
    # a place that was scanned names an end that no terminal is near to
    here = {"origin": ("_from", "since", "start"), "destination": ("_to", "until", "end")}
    rows = rows.with_columns(
        pl.coalesce(
            name,
            pl.when((pl.col(scan) - pl.col(end)).abs() <= SCANNED_US).then(said),
        ).alias(name)
        for name, (said, scan, end) in here.items()
    )
    rows = told_class(rows)
    part = ~pl.col("whole").fill_null(value=True)
    rows = rows.with_columns(
        start=pl.when(part).then("begun").otherwise("start"),
        end=pl.when(part).then("ended").otherwise("end"),
    )
    rows = _ends(rows, fixes, rows["whole"].not_().fill_null(value=False))
    share = pl.when(part).then(pl.col("carried_m") / pl.col("distance_m").clip(1)).otherwise(1.0)
    whole = pl.coalesce("carried_m", "distance_m")
    return rows.with_columns(
        distance_m=whole, distance_type=pl.lit("actual"),
        mass_mg=pl.when("_empty").then(0).otherwise("mass_mg"), count="_count",
        empty_ppm=pl.when("_empty").then(1_000_000).otherwise("_empty_ppm"),
        **{
            name: (pl.col(name) * share).round().cast(pl.Int64)
            for name in ("idle_us", "stops", "ascent_m", "descent_m", "lower_m", "upper_m")
        },
    )  # fmt: skip


def rounds(parts: pl.DataFrame, loads: pl.DataFrame, fixes: pl.DataFrame) -> pl.DataFrame:
    """Give one activity for each thing of a round with several stops, by great circle.

    A round is shared by mass and direct distance, whatever the order of its stops and the way that
    was driven (ISO 14083:2023 annex G); mode and class are those of most of the way.
    """
    toured = parts.filter("_drops")
    if not toured.height:
        return transports(toured.clear(), _no_loads(), fixes)
    most = (
        toured.sort("distance_m", descending=True)
        .unique(["device", "_tour"], keep="first", maintain_order=True)
        .drop("start", "end", "origin", "destination", "leg_no")
    )
    spans = toured.group_by("device", "_tour").agg(
        _begun=pl.col("start").min(), _ended=pl.col("end").max(),
        leg_no=pl.col("leg_no").min(), _all_bridged=pl.col("bridged_m").sum(),
        _all_ways=pl.col("distance_m").sum(),
    )  # fmt: skip
    rows = loads.join(most, on=["device", "_tour"]).join(spans, on=["device", "_tour"])
    rows = rows.with_columns(
        start=pl.max_horizontal("since", "_begun"), end=pl.min_horizontal("until", "_ended"),
        bridged_m=(pl.col("_all_bridged") / pl.col("_all_ways").clip(1) * pl.col("distance_m"))
        .round().cast(pl.Int64),
    ).filter(pl.col("start") < pl.col("end"))  # fmt: skip
    rows = told_class(_ends(rows, fixes, pl.Series([True] * rows.height, dtype=pl.Boolean)))
    empty = pl.lit(None, pl.Int64)
    rows = rows.with_columns(
        distance_type=pl.lit("gcd"), empty_ppm="_empty_ppm", crossing=pl.lit(None, pl.String),
        **dict.fromkeys(("idle_us", "stops", "ascent_m", "descent_m"), empty),
        **dict.fromkeys(("lower_m", "upper_m", "border_m", "sfd_m"), empty),
    )  # fmt: skip
    return rows.with_columns(distance_m=gcd(), _tour_m="_all_ways")


def _no_loads() -> pl.DataFrame:
    from tanlu.track.legs.loads import CARRIED

    more = {"leg_id": pl.String, "begun": pl.Int64, "ended": pl.Int64}
    return pl.DataFrame(schema={**CARRIED, **more, "carried_m": pl.Int64, "whole": pl.Boolean})


def _ends(rows: pl.DataFrame, fixes: pl.DataFrame, moved: pl.Series) -> pl.DataFrame:
    """Put the place of the device at start and end where a thing came or went on the way."""
    if not moved.any():
        return rows
    for end, time in (("origin", "start"), ("destination", "end")):
        found = there_at(rows.select("device", at=pl.col(time)), fixes)
        rows = rows.with_columns(
            pl.when(moved).then(found[axis]).otherwise(f"{end}_{axis}").alias(f"{end}_{axis}")
            for axis in ("lat_e7", "lon_e7")
        )
    return rows


def energies(parts: pl.DataFrame) -> pl.DataFrame:
    """Give an activity for the energy of each part; its round shares it, so no leg has it twice."""
    rows = parts.filter(
        (pl.col("energy_j").is_not_null() | pl.col("volume_ml").is_not_null())
        & (pl.col("energy_carrier") != "none")
    )
    power = pl.col("energy_carrier") == "electricity"
    return rows.with_columns(
        kind=pl.when(power).then(pl.lit("energy.electricity")).otherwise(pl.lit("energy.fuel")),
        volume_ml=pl.when(pl.col("energy_j").is_null()).then("volume_ml"),
        energy_carrier=pl.when(~power).then("energy_carrier"),
        mass_mg=pl.lit(None, pl.Int64), distance_m=pl.lit(None, pl.Int64),
        distance_type=pl.lit(None, pl.String), subject=pl.lit(None, pl.String),
    )  # fmt: skip


def lent(used: pl.DataFrame, moves: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Give the energy of devices that only went along to the rounds of those that tell for them.

    A trailer that cools has a counter of its own: what carries tells of the goods, and the energy
    of both is theirs. Without this its round would have nothing that takes a share.
    """
    beside = evidence.filter(pl.col("also").is_not_null()).select(
        "subject", _by="device", source_device=pl.col("also").str.split(",")
    ).explode("source_device").unique()  # fmt: skip
    orphans = used.join(moves.select("round").unique(), on="round", how="anti")
    if not beside.height or not orphans.height:
        return used
    theirs = moves.select("subject", "start", "end", _by="source_device", _round="round")
    shared = pl.min_horizontal("end", "end_to") - pl.max_horizontal("start", "start_to")
    lender = (
        orphans.select("source_device", "round", "start", "end")
        .join(beside, on="source_device")
        .join(theirs, on=["_by", "subject"], suffix="_to")
        .with_columns(_shared=shared)
        .filter(pl.col("_shared") > 0)
        .sort(["_shared", "_round"], descending=[True, False])
        .unique("round", keep="first", maintain_order=True)
        .select("round", "_round")
    )
    return (
        used.join(lender, on="round", how="left", maintain_order="left")
        .with_columns(round=pl.coalesce("_round", "round"))
        .drop("_round")
    )


def settled(
    rows: pl.DataFrame, *, zone: str, vehicles: pl.DataFrame | None, energy: bool = False
) -> pl.DataFrame:
    """Give rows as the schema ``activity`` has them, without identity and number in the chain."""
    for name in ("subject", "_tour_m", "carried_m"):
        if name not in rows.columns:
            rows = rows.with_columns(pl.lit(None).alias(name))
    named = pl.col("subject").str.extract(rf"^(?:{'|'.join(NAMES)}):(.+)$")
    rows = rows.with_columns(
        zone=pl.lit(zone), precision=pl.lit("instant"), place="country",
        consignment=pl.coalesce(named, "subject"),
        subject=pl.col("subject").cast(pl.String),
        source_device="device", assumptions=_codes(energy=energy),
        quality=_quality(), labels=pl.Series(_labels(rows), dtype=pl.String),
        # an instant has no length, an activity has
        end=pl.max_horizontal("end", pl.col("start") + 1),
    )  # fmt: skip
    if vehicles is not None:
        told = vehicles.select("device", "vehicle").unique("device", keep="last")
        rows = rows.join(told, on="device", how="left", maintain_order="left")
    if energy:
        rows = rows.drop("idle_us", "stops", "ascent_m", "descent_m", "vehicle_class", strict=False)
    else:
        # energy is told once, as an activity of its own
        rows = rows.drop("energy_j", "volume_ml", "energy_carrier", strict=False)
    wanted = schema("activity").dtypes()
    kept = [pl.col(name).cast(wanted[name]) for name in rows.columns if name in wanted]
    return schema("activity").fit(rows.select(kept))


def _codes(*, energy: bool) -> pl.Expr:
    moved = pl.col("distance_m") > 0
    usual = {name: kind.energy_carrier for name, kind in kinds().items()}
    flags: dict[str, pl.Expr] = {
        "A-TRACK-FILLED": (pl.col("fixes") == 0) & pl.col("sigma_mm").is_null(),
        "A-TRACK-MODE": pl.col("mode_ppm") < SURE_PPM,
        "A-TRACK-BORDER": pl.col("border_m").is_not_null() & pl.col("crossing").is_null(),
    }
    if energy:
        same = pl.col("energy_carrier").fill_null("electricity") == pl.col("mode").replace_strict(
            usual, return_dtype=pl.String
        )
        flags["A-TRACK-CARRIER"] = same & ~pl.col("_traction")
    else:
        flags["A-TRACK-CLASS"] = pl.col("_usual")
        flags["A-TRACK-GAP"] = moved & (pl.col("bridged_m") > BRIDGED * pl.col("distance_m"))
    said = [
        pl.when(flag.fill_null(value=False)).then(pl.lit(code))
        for code, flag in sorted(flags.items())
    ]
    return pl.concat_str(said, separator=";", ignore_nulls=True).replace("", None)


def _quality() -> pl.Expr:
    """Give 2 for a measured way, 3 where mode or much of it is not sure, 4 for a routed one."""
    routed = (pl.col("fixes") == 0) & pl.col("sigma_mm").is_null()
    doubtful = (pl.col("mode_ppm") < SURE_PPM) | (
        pl.col("bridged_m") > pl.col("distance_m") // 5
    ).fill_null(value=False)
    return pl.when(routed).then(4).when(doubtful).then(3).otherwise(2).cast(pl.Int64)


def _labels(rows: pl.DataFrame) -> Iterable[str]:
    """Give the evidence of each row as canonical JSON; what is not known is left out."""
    names = [name for name in LABELS if name in rows.columns]
    for row in rows.select(names).iter_rows(named=True):
        told: dict[str, Any] = {f"track.{k}": str(v) for k, v in row.items() if v is not None}
        yield json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def identified(activities: pl.DataFrame) -> pl.DataFrame:
    """Give the activities with their identity: the hash of all that they say."""
    names = tuple(
        name for name in schema("activity").names if name not in ("activity_id", "supersedes")
    )
    ids = pl.Series([f"TRK{each}" for each in hashed(activities, names)], dtype=pl.String)
    return activities.with_columns(activity_id=ids)
