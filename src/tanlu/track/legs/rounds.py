"""Rounds: what a vehicle does from one empty bed to the next, with its empty way back."""

from __future__ import annotations

import polars as pl

from tanlu.track.legs.loads import ITSELF
from tanlu.track.legs.way.parts import hashed

__all__ = ["aboard", "toured"]

SAME_US = 600_000_000  # scans within ten minutes are of one stop
NEAR_M = 300  # a way aboard that is shorter than this is the inexactness of a scan
SHARE = 0.01
BY_ROAD = ("walk", "two_wheeler", "van", "truck")
LEG = ["device", "leg_no"]


def aboard(parts: pl.DataFrame, loads: pl.DataFrame, way: pl.DataFrame) -> pl.DataFrame:
    """Give each thing and part that it was carried on, with the way that it was aboard.

    Parameters
    ----------
    parts
        Schema ``leg``.
    loads
        As ``loads.carried`` gives them.
    way
        Fixes with ``way_m`` since the start of their leg, as ``chain.along`` gives them.

    Returns
    -------
    DataFrame
        ``leg_id``, columns of ``loads``, ``carried_m`` [m], ``whole`` (the entire part), ``begun``
        and ``ended`` [µs].
    """
    upto = pl.col("distance_m").cum_sum().over(LEG)
    rows = parts.select(
        "leg_id", *LEG, "start", "end", "distance_m", "fixes", _from=upto - pl.col("distance_m")
    ).join(loads, on="device", maintain_order="left")
    rows = rows.filter((pl.col("since") < pl.col("end")) & (pl.col("until") > pl.col("start")))
    rows = rows.with_columns(
        begun=pl.max_horizontal("since", "start"), ended=pl.min_horizontal("until", "end")
    )
    low, high = (_way_at(rows, way, name) for name in ("begun", "ended"))
    slack = pl.max_horizontal(pl.lit(float(NEAR_M)), pl.col("distance_m") * SHARE)
    rows = rows.with_columns(
        _low=(pl.when(pl.col("since") <= pl.col("start")).then(0.0).otherwise(low))
        .clip(0, pl.col("distance_m")),
        _high=(pl.when(pl.col("until") >= pl.col("end")).then("distance_m").otherwise(high))
        .clip(0, pl.col("distance_m")),
    )  # fmt: skip
    whole = (pl.col("_low") <= slack) & (pl.col("_high") >= pl.col("distance_m") - slack)
    half = pl.col("ended") - pl.col("begun") > (pl.col("end") - pl.col("start")) // 2
    carried = (pl.col("_high") - pl.col("_low")).round().cast(pl.Int64)
    rows = rows.with_columns(whole=whole & (half | (pl.col("distance_m") > 2 * NEAR_M)))
    return (
        rows.with_columns(
            carried_m=pl.when("whole").then("distance_m").otherwise(carried),
            begun=pl.when("whole").then("start").otherwise("begun"),
            ended=pl.when("whole").then("end").otherwise("ended"),
        )
        .filter(pl.col("whole") | (pl.col("carried_m") > slack))
        .drop("_from", "_low", "_high", "start", "end", "distance_m", "fixes", *LEG[1:])
    )


def _way_at(rows: pl.DataFrame, way: pl.DataFrame, name: str) -> pl.Series:
    """Give the way since the start of the part at a time, between two fixes by time [m]."""
    asked = rows.select(*LEG, "_from", at=pl.col(name)).with_row_index("_row").sort(*LEG, "at")
    if asked.is_empty():
        return pl.Series("_is", [], dtype=pl.Float64)
    # only what carried something is looked at
    held = way.join(asked.select(LEG).unique(), on=LEG, how="semi", maintain_order="left")
    held = held.select(*LEG, "at", "way_m", when="at").sort(*LEG, "at")
    before, after = (
        asked.join_asof(held, on="at", by=LEG, strategy=side, check_sortedness=False)
        for side in ("backward", "forward")
    )
    both = before.with_columns(_when=after["when"], _way=after["way_m"])
    gap = pl.col("_when") - pl.col("when")
    share = pl.when(gap > 0).then((pl.col("at") - pl.col("when")) / gap).otherwise(0.0)
    between = pl.col("way_m") + share * (pl.col("_way") - pl.col("way_m"))
    return both.with_columns(
        _is=pl.coalesce(between, "way_m", "_way") - pl.col("_from")
    ).sort("_row")["_is"]  # fmt: skip


def toured(
    parts: pl.DataFrame,
    loads: pl.DataFrame,
    carried: pl.DataFrame,
    told: pl.DataFrame | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the parts with their mean load and round, and the loads with their round.

    A round begins where something is loaded into an empty vehicle and ends where that happens
    again, so the empty way back belongs to it (ISO 14083:2023 annex G: empty trips belong to the
    round); what is empty before the first load belongs to the first round. A round is *shared*
    when things were loaded or unloaded at several stops or a part of it was empty; else each part
    is its own.

    Parameters
    ----------
    parts
        Schema ``leg``.
    loads
        All that was aboard, by whichever device it is told.
    carried
        As ``aboard`` gives it for ``loads``.
    told
        Of the loads those that their own device tells of; all, if not given.

    Returns
    -------
    tuple
        Parts with ``load_mg``, ``round``, ``_drops`` (several stops, all by road), ``_empty_ppm``
        of the round, ``_beside`` (other devices tell of all that it carried); what is told with
        ``_tour`` and ``round``.
    """
    told = loads if told is None else told
    mass = carried.group_by("leg_id").agg(
        _kgm=(pl.col("mass_mg") * pl.col("carried_m")).cast(pl.Float64).sum(),
        _unknown=pl.col("mass_mg").is_null().any(),
        _things=pl.len(),
    )
    tours = _tours(loads)
    # a thing that is tracked carries nothing by that
    known = loads.filter(pl.col("depth") > ITSELF)["device"].unique()
    parts = parts.join(mass, on="leg_id", how="left", maintain_order="left").with_columns(
        _told=pl.col("device").is_in(known.implode()), _mid=(pl.col("start") + pl.col("end")) // 2
    )
    mean = (pl.col("_kgm") / pl.col("distance_m").clip(1)).round().cast(pl.Int64)
    parts = parts.with_columns(
        load_mg=pl.when(pl.col("_things").is_not_null() & ~pl.col("_unknown"))
        .then(mean)
        .when(pl.col("_told") & pl.col("_things").is_null())
        .then(0),
        _empty=pl.col("_told") & pl.col("_things").is_null(),
    )
    parts = _placed(parts, tours, "_mid")
    loads = _placed(loads, tours, "since")
    stops = (
        loads.group_by("device", "_tour")
        .agg(_drops=_stops("since") + _stops("until") > 2)
    )  # fmt: skip
    own = ["device", "_tour"]
    parts = parts.join(stops, on=own, how="left", maintain_order="left").with_columns(
        _empty_m=pl.when("_empty").then("distance_m").otherwise(0).sum().over(own),
        _all_m=pl.col("distance_m").sum().over(own),
        _road=pl.col("mode").is_in(BY_ROAD).all().over(own),
        _same=(pl.col("mode").n_unique() == 1).over(own),
        _drops=pl.col("_drops").fill_null(value=False),
    )
    # what went on by another mode went on by another vehicle: no round of one
    one = (pl.col("_road") | pl.col("_same")) & pl.col("_tour").is_not_null()
    shared = one & (pl.col("_drops") | (pl.col("_empty_m") > 0))
    names = pl.Series("_name", hashed(parts, ("device", "_tour")))
    parts = parts.with_columns(
        round=pl.when(shared)
        .then(pl.lit("TRK") + names)
        .otherwise(pl.lit("TRK") + pl.col("leg_id")),
        _drops=pl.col("_drops") & pl.col("_road"),
        _empty_ppm=pl.when(shared & (pl.col("_all_m") > 0)).then(
            pl.col("_empty_m") * 1_000_000 // pl.col("_all_m").clip(1)
        ),
    )
    told = _placed(told, tours, "since")
    mine = told.select(*own, _mine=pl.lit(value=True)).unique()
    parts = parts.join(mine, on=own, how="left", maintain_order="left").with_columns(
        _beside=pl.col("_tour").is_not_null() & pl.col("_mine").is_null()
    )
    return parts.drop("_mine"), told


def _stops(name: str) -> pl.Expr:
    """Give at how many times, ten minutes or more apart, things were scanned."""
    times = pl.col(name).sort()
    return (times.diff() > SAME_US).sum() + 1


def _tours(loads: pl.DataFrame) -> pl.DataFrame:
    """Give ``device`` and ``_tour``, when each empty vehicle began to be loaded [µs]."""
    turns = pl.concat(
        loads.select("device", at=pl.col(name), sign=pl.lit(sign, pl.Int64))
        for name, sign in (("until", -1), ("since", 1))
    ).sort("device", "at", "sign")
    before = pl.col("sign").cum_sum().over("device") - pl.col("sign")
    return (
        turns.filter((before == 0) & (pl.col("sign") > 0))
        .select("device", _tour="at")
        .unique()
        .sort("device", "_tour")
    )


def _placed(rows: pl.DataFrame, tours: pl.DataFrame, name: str) -> pl.DataFrame:
    """Give the rows with the tour that they lie in; what is before the first is of the first."""
    asked = rows.with_row_index("_row").sort("device", name)
    found = asked.join_asof(
        tours.with_columns(_at="_tour"), left_on=name, right_on="_at", by="device",
        check_sortedness=False,
    )  # fmt: skip
    first = tours.group_by("device").agg(_first=pl.col("_tour").min())
    return (
        found.join(first, on="device", how="left", maintain_order="left")
        .with_columns(_tour=pl.coalesce("_tour", "_first"))
        .sort("_row")
        .drop("_row", "_first", "_at", strict=False)
    )
