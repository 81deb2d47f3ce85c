"""Legs as elements of a chain: cut at borders, with distances, energy and what happened within."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import polars as pl

from tanlu.terms import schema
from tanlu.track.legs.kinds import kinds
from tanlu.track.legs.way.borders import crossed, gauges
from tanlu.track.legs.way.chain import along, chained
from tanlu.track.legs.way.energy import between, counted
from tanlu.track.legs.way.places import gcd
from tanlu.track.legs.way.routing import daf, filled, sfd
from tanlu.track.legs.way.spread import spread

if TYPE_CHECKING:
    from tanlu.track.legs.records import Moves

__all__ = ["elements", "hashed", "measured"]

KEYS = ["device", "leg_no"]
# amounts of a leg that its parts share along the way
ALONG = ("lower_m", "upper_m", "bridged_m", "idle_us", "stops", "ascent_m", "descent_m", "fixes")
ENDS = ("lat_e7", "lon_e7")
# of fixes along their way
NEEDED = ("device", "at", "lat_e7", "lon_e7", "sigma_mm", "way_mm")
TIME = 2**62


def elements(
    moved: Moves,
    fixes: pl.DataFrame,
    *,
    energy: pl.DataFrame | None = None,
    traction: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Give the legs of devices, cut where they cross a border, with metres and energy by country.

    Parameters
    ----------
    moved
        Segments and nodes.
    fixes
        Schema ``fix``.
    energy
        Cumulative readings: ``device``, ``at``, ``stream`` (``energy_j``) and ``value``, or
        ``energy_j`` as a column [J].
    traction
        The operator's own table ``mode, country, energy_carrier``; what it does not name has the
        usual carrier of the mode.

    Returns
    -------
    DataFrame
        Schema ``leg``, in order of device, leg and part. Parts of a leg have together exactly its
        distance, and legs that of their segments.
    """
    return measured(moved, fixes, energy=energy, traction=traction)[0]


def measured(
    moved: Moves,
    fixes: pl.DataFrame,
    *,
    energy: pl.DataFrame | None = None,
    traction: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the elements and the fixes along them with ``way_m``; see ``elements``."""
    segments = chained(moved)
    way = along(segments, fixes.select(NEEDED))
    if not segments.height:
        return schema("leg").empty(), way
    cuts, starts = crossed(way)
    parts = _ended(_cut(_whole(segments, way), cuts, starts), moved.nodes)
    parts = parts.with_columns(
        gcd_m=gcd(), gauge_mm=gauges(parts), energy_carrier=pl.Series(_carrier(parts, traction))
    )
    parts = parts.with_columns(sfd_m=sfd(parts))
    parts = parts.with_columns(daf_ppm=daf())
    parts = filled(parts.drop("_whole", "_until"))
    parts = parts.with_columns(
        _counted(parts, energy, "energy_j"),
        _counted(parts, energy, "fuel_ml").alias("volume_ml"),
        leg_id=pl.Series(hashed(parts, ("device", "_begun", "part")), dtype=pl.String),
    )
    kept = [name for name in schema("leg").names if name in parts.columns]
    return schema("leg").fit(parts.select(kept)), way


def hashed(rows: pl.DataFrame, names: tuple[str, ...]) -> list[str]:
    """Give a stable name of each row from some of its columns: 128 bits of SHA-256."""
    texts = rows.select(
        pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in names], separator="|")
    ).to_series()
    return [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]


def _whole(segments: pl.DataFrame, way: pl.DataFrame) -> pl.DataFrame:
    """Give one row for each leg, with the sums of its segments and the time it stands between."""
    sigma = way.group_by(KEYS).agg(sigma_mm=pl.col("sigma_mm").mean().round().cast(pl.Int64))
    weight = pl.col("distance_m").clip(1)
    whole = segments.group_by(KEYS, maintain_order=True).agg(
        pl.col("mode").first(),
        mode_ppm=((pl.col("mode_ppm") * weight).sum() // weight.sum()),
        segment_id=pl.col("segment_id").first(),
        start=pl.col("start").first(),
        end=pl.col("end").last(),
        stops=pl.col("stops").sum() + pl.len().cast(pl.Int64) - 1,
        idle_us=pl.col("idle_us").sum()
        + (pl.col("start").shift(-1) - pl.col("end")).fill_null(0).sum(),
        **{
            name: pl.col(name).sum()
            for name in ("distance_m", "lower_m", "upper_m", "bridged_m", "fixes")
        },
        **{
            name: pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum())
            for name in ("ascent_m", "descent_m")
        },
        **{f"origin_{axis}": pl.col(f"origin_{axis}").first() for axis in ENDS},
        **{f"destination_{axis}": pl.col(f"destination_{axis}").last() for axis in ENDS},
    )
    return whole.join(sigma, on=KEYS, how="left", maintain_order="left")


def _cut(whole: pl.DataFrame, cuts: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    """Give the parts of legs between their cuts, all amounts shared along the way."""
    begins = whole.join(starts, on=KEYS, how="left", maintain_order="left").select(
        *KEYS, "country", at="start", way_m=pl.lit(0.0),
        **{axis: pl.col(f"origin_{axis}") for axis in ENDS},
    )  # fmt: skip
    rows = pl.concat([begins, cuts], how="diagonal").sort(*KEYS, "way_m")
    own = whole.rename({"start": "_begun"})
    parts = rows.join(own, on=KEYS, how="left", maintain_order="left")
    after = pl.col("way_m").shift(-1).over(KEYS)
    parts = parts.with_columns(
        part=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over(KEYS),
        _whole="distance_m",
        _until=pl.coalesce(after.round(0, mode="half_away_from_zero").cast(pl.Int64), "distance_m"),
        start="at",
        end=pl.coalesce(pl.col("at").shift(-1).over(KEYS), "end"),
        gauge_mm=pl.coalesce("gauge_mm", pl.col("gauge_before_mm").shift(-1).over(KEYS)),
        **{f"origin_{axis}": pl.col(axis) for axis in ENDS},
        **{
            f"destination_{axis}": pl.coalesce(
                pl.col(axis).shift(-1).over(KEYS), f"destination_{axis}"
            )
            for axis in ENDS
        },
        origin="crossing",
        destination=pl.col("crossing").shift(-1).over(KEYS),
    )
    before = pl.col("_until").shift(fill_value=0).over(KEYS)
    return parts.with_columns(
        (pl.col("_until") - before).alias("distance_m"),
        *(spread(name, "_until", "_whole", KEYS) for name in ALONG),
    )


def _ended(parts: pl.DataFrame, nodes: pl.DataFrame) -> pl.DataFrame:
    """Give the parts with the codes of the nodes at which their legs begin and end."""
    named = nodes.filter(pl.col("place").is_not_null()).select(
        "device", "place", _at=(pl.col("arrival") + pl.col("departure")) // 2,
        _long=pl.col("departure") - pl.col("arrival"),
    ).sort("device", "_at")  # fmt: skip
    reach = 600_000_000 + pl.col("_long") // 2
    for end, time in (("origin", "start"), ("destination", "end")):
        found = (
            parts.select("device", at=pl.col(time))
            .with_row_index("_row")
            .sort("device", "at")
            .join_asof(
                named, left_on="at", right_on="_at", by="device", strategy="nearest",
                check_sortedness=False,
            )
            .with_columns(
                place=pl.when((pl.col("at") - pl.col("_at")).abs() <= reach).then("place")
            )
            .sort("_row")
        )  # fmt: skip
        parts = parts.with_columns(pl.coalesce(end, found["place"]).alias(end))
    return parts


def _carrier(parts: pl.DataFrame, traction: pl.DataFrame | None) -> pl.Series:
    usual = parts["mode"].replace_strict(
        {name: kind.energy_carrier for name, kind in kinds().items()}, return_dtype=pl.String
    )
    if traction is None:
        return usual
    keys = ["mode", "country"]
    told = parts.select(keys).join(
        traction.select(*keys, _told="energy_carrier").unique(keys, keep="last"),
        on=keys, how="left", maintain_order="left", nulls_equal=True,
    )["_told"]  # fmt: skip
    return pl.select(pl.coalesce(told, usual)).to_series()


def _counted(parts: pl.DataFrame, readings: pl.DataFrame | None, stream: str) -> pl.Series:
    """Give what was counted in parts, whole units: what lies between legs is parted midway."""
    total = counted(readings, stream)
    if not total.height:
        return pl.Series(stream, [None] * parts.height, dtype=pl.Int64)
    before = pl.col("end").shift().over("device")
    first = pl.col("leg_no") != pl.col("leg_no").shift().over("device")
    low = pl.when(before.is_null()).then(-TIME).when(first).then(
        (before + pl.col("start")) // 2
    ).otherwise("start")  # fmt: skip
    spans = parts.select("device", "start", "end", low=low)
    spans = spans.with_columns(high=pl.col("low").shift(-1).over("device").fill_null(TIME))
    upto = pl.Series(between(total, spans))
    # cumulative sums are rounded, not shares: together they are the whole to the joule
    summed = parts.select("device").with_columns(_value=upto, _known=upto.is_not_null())
    grown = pl.col("_value").fill_null(0.0).cum_sum().over("device")
    whole = summed.with_columns(_whole=grown.round(0, mode="half_away_from_zero").cast(pl.Int64))
    gain = pl.col("_whole") - pl.col("_whole").shift(fill_value=0).over("device")
    return whole.select(pl.when("_known").then(gain).alias(stream)).to_series()
