"""From hours to activities: what is new, what supersedes another, what no longer holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from tanlu.monitor.meters.definitions import Definition, Definitions
    from tanlu.store import Workspace

__all__ = ["given", "retractions", "revised", "rows", "written"]

# meter:STREAM:HOUR:rREVISION:DEVICE, so that identities of one stream lie in the order of time
IDENTITY = r"^meter:(?<stream>.+?):(?<hour>\d{8}T\d{4}Z):r(?<revision>\d+):(?<device>.+)$"
STAMP = "%Y%m%dT%H%MZ"
MEASURED, ESTIMATED = 1, 3
GONE = "the hour is not known any more"
# what makes another revision when it differs
CONTENT = ("start", "end", "kind", "amount", "carrier", "place", "operator", "quality", "labels")


def given(
    hours: pl.DataFrame, of: Definition, told: Definitions, zone: str, at: str | None = None
) -> pl.DataFrame:
    """Give the hours of a stream as activities without a revision yet, in columns of ours.

    An hour with an estimate is given only where the stream declares the method; one that is not
    known never is. Place and operator are those of the meter, or of the device ``at``.
    """
    allowed = ["measured", "estimated"] if of.linear else ["measured"]
    kept = hours.filter(pl.col("quality").is_in(allowed), pl.col("amount").is_not_null())
    kept = _placed(kept, told, at).with_columns(
        stream=pl.lit(of.stream),
        kind=pl.lit(of.kind, pl.String),
        carrier=pl.lit(of.carrier, pl.String),
        zone=pl.lit(zone),
        labels=_bounds(),
        quality=pl.when(pl.col("quality") == "measured").then(MEASURED).otherwise(ESTIMATED),
    )
    return kept.with_columns(pl.col("quality").cast(pl.Int64))


def _bounds() -> pl.Expr:
    """Give the interval of an estimate as canonical JSON."""
    text = pl.concat_str(
        pl.lit('{"lower":"'), pl.col("lower").cast(pl.String), pl.lit('","upper":"'),
        pl.col("upper").cast(pl.String), pl.lit('"}'),
    )  # fmt: skip
    return pl.when(pl.col("quality") == "estimated").then(text)


def _placed(hours: pl.DataFrame, told: Definitions, at: str | None) -> pl.DataFrame:
    """Add where the meter is and in whose custody, as told for that hour."""
    lines = told.devices.select("device", "since", "place", operator="custodian")
    if not lines.height:
        none = pl.lit(None, pl.String)
        return hours.with_columns(place=none, operator=none)
    lines = lines.sort("since", maintain_order=True)
    first = lines.unique("device", keep="first", maintain_order=True)
    lines = pl.concat([first.with_columns(since=pl.lit(-(2**62))), lines])
    named = pl.col("device") if at is None else pl.lit(at)
    return (
        hours.with_columns(_at=named)
        .sort("start")
        .join_asof(
            lines.rename({"device": "_at"}), left_on="start", right_on="since", by="_at",
            check_sortedness=False,
        )
        .drop("since", "_at")
    )  # fmt: skip


def written(
    workspace: Workspace, stream: str, between: tuple[int, int], *, current: bool
) -> pl.DataFrame:
    """Give the activities of a stream's hours that a ledger has, with their revision.

    With ``current`` false also those that were superseded or retracted, identities only.
    """
    names = ("energy_j", "volume_ml", "mass_mg", "distance_m", "count")
    content = ("start", "end", "kind", *names, "energy_carrier", "place", "operator", "quality")
    columns = ["activity_id", *content, "labels"] if current else ["activity_id", "start", "end"]
    rows = workspace.scan("activity", between=between, raw=not current, columns=columns)
    rows = rows.filter(pl.col("activity_id").str.starts_with(f"meter:{stream}:"))
    found = rows.collect(engine="streaming")
    part = pl.col("activity_id").str.extract_groups(IDENTITY).struct
    stamp = part.field("hour").str.to_datetime(STAMP, time_unit="us").to_physical()
    found = found.with_columns(
        device=part.field("device"),
        hour=stamp,
        revision=part.field("revision").cast(pl.Int64),
        _stream=part.field("stream"),
    )
    # the name of a stream may be the beginning of another's
    found = found.filter(pl.col("_stream") == stream).drop("_stream")
    if not current:
        return found.select("activity_id", "device", "hour", "revision")
    found = found.rename({"energy_carrier": "carrier"})
    return found.with_columns(amount=pl.coalesce(names)).drop(names)


def revised(
    workspace: Workspace, hours: pl.DataFrame, seen: pl.DataFrame, of: Definition,
    *, all_of: tuple[pl.Series, int, int] | None = None,
) -> tuple[pl.DataFrame, pl.Series]:  # fmt: skip
    """Give the activities to write, and the identities of those that no longer hold.

    Parameters
    ----------
    hours
        As `given` gives them.
    seen
        ``device, hour`` of all hours that were looked at: one that is there no more is retracted.
    all_of
        Devices and a time of which nothing but ``hours`` holds.
    """
    none = pl.Series("activity_id", [], dtype=pl.String)
    if not seen.height and all_of is None:
        empty = hours.clear().with_columns(
            revision=pl.lit(0, pl.Int64), supersedes=pl.lit(None, pl.String)
        )
        return empty, none
    lows = [seen["hour"].min(), all_of[1] if all_of else None]
    highs = [seen["hour"].max(), all_of[2] if all_of else None]
    low = min(int(each) for each in lows if each is not None)  # type: ignore[arg-type]
    high = max(int(each) for each in highs if each is not None)  # type: ignore[arg-type]
    time = (low, high + 2 * 3_600_000_000)
    now = written(workspace, of.stream, time, current=True)
    ever = written(workspace, of.stream, time, current=False)
    keys = ["device", "hour"]
    last = ever.group_by(keys).agg(pl.col("revision").max().alias("_last"))
    old = now.select(*keys, pl.col("activity_id").alias("_old"),
                     *(pl.col(name).alias(f"{name}_was") for name in CONTENT))  # fmt: skip
    both = hours.join(old, on=keys, how="left").join(last, on=keys, how="left")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_was")) for name in CONTENT)
    new = both.filter(pl.col("_old").is_null() | differs)
    new = new.with_columns(revision=pl.col("_last").fill_null(-1) + 1, supersedes="_old")
    looked = seen.select(keys).unique()
    gone = now.join(looked, on=keys, how="semi")
    if all_of is not None:
        wide = now.filter(
            pl.col("device").is_in(all_of[0].implode()),
            pl.col("hour").is_between(all_of[1], all_of[2], closed="left"),
        )
        gone = pl.concat([gone, wide]).unique("activity_id")
    gone = gone.join(hours.select(keys), on=keys, how="anti")
    return new.select(*hours.columns, "revision", "supersedes"), gone["activity_id"]


def rows(new: pl.DataFrame, of: Definition) -> pl.DataFrame:
    """Give activities of the schema ``activity``."""
    stamp = pl.col("hour").cast(pl.Datetime("us")).dt.strftime(STAMP)
    identity = pl.concat_str(
        pl.lit(f"meter:{of.stream}:"), stamp, pl.lit(":r"), pl.col("revision").cast(pl.String),
        pl.lit(":"), "device",
    )  # fmt: skip
    return new.select(
        "start", "end", "zone", "kind", "place", "operator", "quality", "labels", "supersedes",
        activity_id=identity,
        precision=pl.lit("hour"),
        subject=pl.concat_str(pl.lit("meter:"), "device"),
        energy_carrier="carrier",
        source_device="device",
        source_seq="seq",
        **{of.quantity: pl.col("amount")},
    )  # fmt: skip


def retractions(ids: pl.Series) -> pl.DataFrame:
    """Give the rows that take activities back."""
    return ids.alias("id").to_frame().with_columns(
        key=pl.lit("activity_id"), of=pl.lit("activity"), reason=pl.lit(GONE)
    )  # fmt: skip
