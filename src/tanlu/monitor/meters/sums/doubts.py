"""What of meters cannot simply be added up: power that goes both ways, one use counted twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any

import polars as pl

from tanlu.monitor.faults import finding_id, hint_of
from tanlu.monitor.meters.hours import HOUR_US
from tanlu.terms import schema

if TYPE_CHECKING:
    from tanlu.monitor.meters.definitions import Definition, Definitions

__all__ = ["below_zero", "twice"]

DAY_US = 24 * HOUR_US


def below_zero(readings: pl.DataFrame, of: Definition) -> pl.DataFrame:
    """Give a finding (TL398) of each meter and day (UTC) with power below zero that would be used.

    What is fed in is not taken from what is drawn: such spans are not known.
    """
    if of.role != "gauge" or of.kind is None:
        return schema("finding").empty()
    low = readings.filter(pl.col("value") < 0).group_by(
        "device", day=pl.col("at") // DAY_US
    ).agg(
        pl.len(), pl.col("value").min(), since=pl.col("at").min(), until=pl.col("at").max()
    )  # fmt: skip
    return _findings(
        {
            "finding_id": finding_id("meters", "below zero", of.stream, row["device"], row["day"]),
            "code": "TL398",
            "severity": "error",
            "subject": f"meter:{row['device']}",
            "column": of.stream,
            "value": f"{of.stream} {row['device']}, {row['value']:g} from {_when(row['since'])}",
            "count": row["len"],
            "evidence": _json(since=row["since"], until=row["until"]),
        }
        for row in low.sort("device", "day").iter_rows(named=True)
    )


def twice(channels: pl.DataFrame, told: Definitions) -> pl.DataFrame:
    """Give a finding (TL399) of each meter of which two streams of one kind become activities.

    Parameters
    ----------
    channels
        ``stream, device, first, last`` [us UTC] of what came at one time: a meter that went over
        from one stream to another sends them one after the other.
    """
    counted = {name: of for name, of in told.streams.items() if of.kind and not of.formula}
    what = {name: f"{of.kind} {of.quantity} {of.carrier}" for name, of in counted.items()}
    rows = channels.filter(pl.col("stream").is_in(list(counted))).with_columns(
        _what=pl.col("stream").replace_strict(what, default=None, return_dtype=pl.String)
    )
    alike = ["device", "_what"]
    many = rows.filter(pl.col("stream").n_unique().over(alike) > 1).sort(*alike, "stream")
    found = []
    for (device, _), some in many.group_by(alike, maintain_order=True):
        for one, other in combinations(some.iter_rows(named=True), 2):
            names = one["stream"], other["stream"]
            last, first = min(one["last"], other["last"]), max(one["first"], other["first"])
            if first < last + min(counted[name].step_us or HOUR_US for name in names):
                found.append(
                    {
                        "finding_id": finding_id("meters", "twice", device, *names),
                        "code": "TL399",
                        "severity": "warning",
                        "subject": f"meter:{device}",
                        "column": names[0],
                        "value": f"{device}: {names[0]}, {names[1]}",
                        "count": 2,
                        "evidence": _json(kind=counted[names[0]].kind, streams=list(names)),
                    }
                )
    return _findings(found)


def _findings(rows: Any) -> pl.DataFrame:
    made = [row | {"hint": hint_of(row["code"])} for row in rows]
    shape = schema("finding")
    return shape.fit(pl.DataFrame(made, schema_overrides={"count": pl.Int64})) if made else (
        shape.empty()
    )  # fmt: skip


def _json(**told: object) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def _when(at: int) -> str:
    return datetime.fromtimestamp(at / 1e6, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
