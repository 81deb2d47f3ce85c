"""How many of the labelled faults of simulated journeys are told, and what is told without one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from tanlu.errors import TanluError
from tanlu.track.legs import finished, loaded
from tanlu.track.running.steps import tracked

__all__ = ["CODES", "judged_faults"]

# the findings that tell of each fault
CODES = {
    "time_reversal": ("TL402",), "null_island": ("TL401",), "teleport": ("TL403",),
    "mixed_datum": ("TL405",), "duplicated_device": ("TL404",), "missing_leg": ("TL408", "TL412"),
    "cyclic_aggregation": ("TL418",),
}  # fmt: skip
# of these a finding counts the rows that were put aside, as labels count the rows that are wrong
COUNTED = ("time_reversal", "null_island", "teleport", "mixed_datum", "duplicated_device")


def judged_faults(folder: Path | str) -> dict[str, Any]:
    """Give for each fault how many labels have a finding, and how many findings have no label.

    Parameters
    ----------
    folder
        As ``tanlu simulate journeys --faults`` writes it.

    Returns
    -------
    dict
        By fault ``labels``, ``found`` [devices], ``rows`` labelled and ``told`` [1], ``alarms``:
        devices that have the finding and not this label, ``clean``: those of them without any.
        Empty where nothing is labelled.

    Raises
    ------
    TanluError
        TL004 for a folder that is none of these.
    """
    file = Path(folder) / "truth" / "faults.parquet"
    if not file.is_file():
        return {}
    labels = _read(file)
    if not labels.height:
        return {}
    said = _said(Path(folder))
    some = labels["device"].unique()
    found = {}
    for fault, codes in CODES.items():
        mine = labels.filter(fault=fault)
        told = (
            said.filter(pl.col("code").is_in(codes)).group_by("device").agg(pl.col("count").sum())
        )
        hit = mine.join(told, on="device")
        alarms = told.join(mine, on="device", how="anti")["device"]
        found[fault] = {
            "labels": mine.height, "found": hit.height, "rows": int(mine["rows"].sum()),
            "told": int(hit["count"].sum()) if fault in COUNTED else None,
            "alarms": alarms.len(), "clean": int((~alarms.is_in(some.implode())).sum()),
        }  # fmt: skip
    return found


def _said(folder: Path) -> pl.DataFrame:
    """Give ``code``, ``device`` and ``count`` of what the tracker finds in a folder."""
    positions, events, readings = (
        _read(folder / f"{name}.parquet") for name in ("positions", "events", "readings")
    )
    every = positions["device"].unique().sort()
    loads = loaded(events, every.to_list(), positions=positions.lazy(), energy=readings)
    rows = positions.sort("device", "at", "seq")
    batches = list(tracked([rows], loads=loads, readings=readings))
    parts = [each.moving for each in batches]
    found = pl.concat([*(each.findings for each in batches), finished(parts, loads).findings])
    things = events.select("subject", _of="device").drop_nulls().unique("subject")
    named = found.with_columns(device=pl.col("subject").str.strip_prefix("device:"))
    return (
        named.join(things, on="subject", how="left")
        .with_columns(device=pl.coalesce("_of", "device"))
        .filter(pl.col("device").is_in(every.implode()))
        .group_by("code", "device")
        .agg(pl.col("count").sum())
    )


def _read(file: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(file)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TanluError("TL004", value=file, why=str(error).split("\n", maxsplit=1)[0]) from error
