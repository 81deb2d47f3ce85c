"""Which measured drives are sound enough to learn from, and what is left out, counted."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

__all__ = ["Sound", "sound"]

# robust standard deviations beyond which a value is no chance: one in 100,000 of a normal
FAR = 4.5
# of the vehicles' medians: meters that err all the time
FAR_VEHICLE = 3.5
NORMAL = 1.4826  # from the median absolute deviation to the standard deviation of a normal


class Sound(NamedTuple):
    """Drives to learn from, and how many legs and vehicles are left out for what."""

    drives: pl.DataFrame
    left_out: dict[str, int]
    faulty: list[str]


def sound(drives: pl.DataFrame) -> Sound:
    """Give the drives of one class whose meters are plausible, with ``ratio``.

    Parameters
    ----------
    drives
        Columns metered_j, physics_j, vehicle. A meter is held to the physics of its own drive: a
        vehicle whose median ratio lies ``FAR_VEHICLE`` robust deviations from that of the class
        errs all the time, a leg ``FAR`` from its vehicle's median errs once.

    Returns
    -------
    Sound
        ``ratio`` of the drives is ln(metered / physics). ``left_out``: ``no_features`` legs without
        physics, ``no_vehicle``, ``not_positive``, ``vehicles`` and ``vehicle_legs``, ``legs``.
        ``faulty`` names the vehicles whose meter errs all the time.
    """
    left = {}
    for name, holds in (
        ("no_features", pl.col("physics_j").is_not_null()),
        ("no_vehicle", pl.col("vehicle").is_not_null()),
        ("not_positive", pl.col("metered_j") > 0),
    ):
        kept = drives.filter(holds)
        left[name] = drives.height - kept.height
        drives = kept
    told = drives.with_columns((pl.col("metered_j") / pl.col("physics_j")).log().alias("ratio"))
    medians = told.group_by("vehicle").agg(pl.col("ratio").median().alias("_of"), pl.len())
    far = _far(medians["_of"], FAR_VEHICLE)
    wild = medians.filter(far)
    rest = told.join(medians.filter(~far), on="vehicle", how="inner", maintain_order="left")
    apart = rest["ratio"] - rest["_of"]
    wide = FAR * max(NORMAL * float(apart.abs().median() or 0.0), 0.02)  # type: ignore[arg-type]
    kept = rest.filter(apart.abs() <= wide)
    left |= {
        "vehicles": wild.height,
        "vehicle_legs": told.height - rest.height,
        "legs": rest.height - kept.height,
    }
    return Sound(kept.drop("_of", "len"), left, wild["vehicle"].sort().to_list())


def _far(values: pl.Series, most: float) -> pl.Series:
    middle = values.median()
    if middle is None:
        return pl.Series([], dtype=pl.Boolean)
    apart = (values - middle).abs()
    # vehicles never differ by less than a few per cent
    width = max(NORMAL * float(apart.median() or 0.0), 0.03)  # type: ignore[arg-type]
    return apart > most * width
