"""Propose the legs of an order that names two places and a mode, but no distance.

Pre-carriage by road, hub, main carriage, hub, on-carriage by road, as ``chain.csv`` lists them:
by air on the great circle between the nearest adequate airports, by sea on the real network, on
land by great circle × circuity. Every leg carries the codes of what was assumed. The activity stays
as it was read; each leg becomes emission rows of it, with ``share_key`` the number of the leg.

Land mass rule: road and rail join two places only within one mass of ``landmass.csv``; what lies
over a sea without a fixed link is refused, not measured through the water.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account import prepare
from tanlu.account.overrides import NONE
from tanlu.account.rules import circuities, rows
from tanlu.account.unquantified import finding, no_findings

if TYPE_CHECKING:
    from tanlu.account.overrides import Overrides

__all__ = ["masses", "propose_chains"]

ENDS = ("origin", "destination")
VAGUE = ("country", "region", "subdivision", "province")
SIZES = {"airport": 2, "port": None, "rail": None}
NEAR_M = 1_000  # nearer than this a place is its own hub


class _Proposal(NamedTuple):
    legs: pl.DataFrame
    refused: pl.DataFrame


def propose_chains(
    batch: pl.DataFrame, overrides: Overrides = NONE
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the batch with proposed legs in place of orders, and findings on those refused.

    Parameters
    ----------
    batch
        Columns of an activity.
    overrides
        Airports, ports and circuities of a workspace's ``chain.toml``.

    Returns
    -------
    tuple
        Legs: the batch as ``prepare.whole`` gives it, an order replaced by its legs with
        ``share_key``, ``leg_no``, kind, places, distance and ``leg_codes``. Findings: TL510 for
        places that cannot be joined, TL511 for unknown places.
    """
    legs = prepare.whole(batch)
    modes = sorted({row["mode"] for row in rows("chain.csv")})
    ends = pl.all_horizontal(
        pl.col(end).is_not_null() | pl.col(f"{end}_lat_e7").is_not_null() for end in ENDS
    )
    open_ = pl.col("kind").is_in(modes) & pl.col("distance_m").is_null() & ends
    orders = legs.filter(open_)
    if not orders.height:
        return legs, no_findings()
    found = _located(orders, overrides)
    lost = found.filter(pl.any_horizontal(pl.col(f"{end}_lat_e7").is_null() for end in ENDS))
    known = found.join(lost.select("activity_id"), on="activity_id", how="anti")
    proposals = [
        _proposed(part, str(mode[0]), overrides)
        for mode, part in known.group_by("kind", maintain_order=True)
    ]
    refused = [each.refused for each in proposals if each.refused.height]
    if lost.height:
        refused.append(lost.with_columns(pl.lit("TL511").alias("code")).select(*legs.columns, "code"))
    return (
        pl.concat([legs.filter(~open_), *(each.legs.select(legs.columns) for each in proposals)]),
        pl.concat([no_findings(), *map(finding, refused)]),
    )


def _located(orders: pl.DataFrame, overrides: Overrides) -> pl.DataFrame:
    """Give the orders with place, country and position of both ends; distinct names only."""
    from tanlu.terms.place import locate

    names = pl.concat([orders[end] for end in ENDS]).drop_nulls().unique().sort()
    table = locate(names)
    told = pl.DataFrame({"_name": names}).hstack(
        table.select("kind", "country", "region", "lat_e7", "lon_e7")
    )
    for end in ENDS:
        column = pl.col(f"{end}_lat_e7")
        orders = orders.join(
            told.rename({name: f"_{end}_{name}" for name in told.columns if name != "_name"}),
            left_on=end,
            right_on="_name",
            how="left",
            maintain_order="left",
        ).with_columns(
            pl.col(f"{end}_lat_e7").fill_null(pl.col(f"_{end}_lat_e7").cast(pl.Int64)),
            pl.col(f"{end}_lon_e7").fill_null(pl.col(f"_{end}_lon_e7").cast(pl.Int64)),
            pl.col(f"_{end}_country").fill_null(pl.col(end).str.slice(0, 2)),
            (column.is_null() & pl.col(f"_{end}_kind").is_in(VAGUE)).alias(f"_{end}_vague"),
        )
    return orders


def masses() -> dict[str, str]:
    """Give the land mass of each country that is not on Africa, Asia or Europe."""
    table = {}
    for row in rows("landmass.csv"):
        for country in row["countries"].split():
            table[country] = f"island.{country}" if row["mass"] == "island" else row["mass"]
    return table


def _mass(country: str) -> pl.Expr:
    return pl.col(country).replace_strict(
        masses(), default="afro-eurasia", return_dtype=pl.String
    )


def _proposed(orders: pl.DataFrame, mode: str, overrides: Overrides) -> _Proposal:
    """Give the legs of orders of one mode, as ``chain.csv`` lists them."""
    steps = [row for row in rows("chain.csv") if row["mode"] == mode]
    hub = steps[0]["hub"]
    keys = [f"{end}_{axis}_e7" for end in ENDS for axis in ("lat", "lon")]
    lanes = orders.select(*keys, *(f"_{end}_country" for end in ENDS)).unique(maintain_order=True)
    for end in ENDS:
        lanes = _with_hub(lanes, end, hub, overrides)
    lanes = _measured(lanes, steps, overrides)
    columns = [*keys, *(f"_{end}_country" for end in ENDS)]
    full = orders.join(lanes, on=columns, how="left", maintain_order="left", nulls_equal=True)
    refused = full.filter(pl.col("_refused"))
    good = full.filter(~pl.col("_refused"))
    legs = [_leg(good, step) for step in steps]
    code = refused.select(
        *(name for name in orders.columns if not name.startswith("_")),
        pl.lit("TL510").alias("code"),
    )
    return _Proposal(pl.concat(legs), code)


def _with_hub(lanes: pl.DataFrame, end: str, hub: str, overrides: Overrides) -> pl.DataFrame:
    """Give the lanes with the hub of one end; without hubs it is the place itself."""
    here = lanes.select(lat_e7=f"{end}_lat_e7", lon_e7=f"{end}_lon_e7")
    if not hub:
        return lanes.with_columns(
            here["lat_e7"].alias(f"_{end}_hub_lat"),
            here["lon_e7"].alias(f"_{end}_hub_lon"),
            pl.lit(None, pl.String).alias(f"_{end}_hub"),
            pl.col(f"_{end}_country").alias(f"_{end}_hub_country"),
        )
    from tanlu.terms.place import nearest

    found = nearest(here, hub, size=SIZES[hub])
    own = overrides.hubs(hub, lanes[f"_{end}_country"])
    return lanes.with_columns(
        pl.coalesce(own["lat_e7"], found["lat_e7"].cast(pl.Int64)).alias(f"_{end}_hub_lat"),
        pl.coalesce(own["lon_e7"], found["lon_e7"].cast(pl.Int64)).alias(f"_{end}_hub_lon"),
        pl.coalesce(own["code"], found["code"]).alias(f"_{end}_hub"),
        pl.coalesce(own["country"], found["country"]).alias(f"_{end}_hub_country"),
    )


def _measured(lanes: pl.DataFrame, steps: list[dict[str, str]], overrides: Overrides) -> pl.DataFrame:
    """Give the lanes with the distance of each step and whether the lane must be refused."""
    wrong = [pl.lit(value=False)]
    for step in steps:
        start, end = _ends(step)
        metres = _metres(lanes, step, start, end, overrides)
        name = f"_m{step['step']}"
        lanes = lanes.with_columns(metres.alias(name))
        if step["way"]:
            wrong.append(pl.col(name).is_null())
        if step["way"] == "circuity":
            apart = _mass(start.country) != _mass(end.country)
            wrong.append(apart.fill_null(value=False) & (pl.col(name) > 0))
        if step["kind"] == step["mode"]:
            wrong.append(pl.col(name) == 0)
    return lanes.with_columns(pl.any_horizontal(wrong).fill_null(value=True).alias("_refused"))


class _Point(NamedTuple):
    lat: str
    lon: str
    country: str
    code: str


def _ends(step: dict[str, str]) -> tuple[_Point, _Point]:
    """Give the columns of both ends of a step: steps 1 and 2 lie at the origin."""
    first = _point("origin", step["from"])
    last = _point("destination", step["to"])
    if step["from"] == "place" and step["to"] == "hub":
        last = _point("origin", "hub")
    if step["from"] == "hub" and step["to"] == "place":
        first = _point("destination", "hub")
    if not step["way"]:
        side = "origin" if int(step["step"]) < 3 else "destination"
        first = last = _point(side, "hub")
    return first, last


def _point(end: str, what: str) -> _Point:
    if what == "hub":
        return _Point(
            f"_{end}_hub_lat", f"_{end}_hub_lon", f"_{end}_hub_country", f"_{end}_hub"
        )
    return _Point(f"{end}_lat_e7", f"{end}_lon_e7", f"_{end}_country", end)


def _metres(
    lanes: pl.DataFrame, step: dict[str, str], start: _Point, end: _Point, overrides: Overrides
) -> pl.Expr | pl.Series:
    from tanlu.terms.place import great_circle_m, sea_route

    if not step["way"]:
        return pl.lit(None, pl.Int64)
    if step["way"] == "sea_route":
        pairs = lanes.select(
            origin_lat_e7=start.lat,
            origin_lon_e7=start.lon,
            destination_lat_e7=end.lat,
            destination_lon_e7=end.lon,
        )
        return sea_route(pairs)["distance_m"]
    metres = great_circle_m(*map(pl.col, (start.lat, start.lon, end.lat, end.lon)))
    if step["way"] == "great_circle":
        return metres
    table = {**circuities(), **overrides.circuities()}
    named = {place: value for (mode, place), value in table.items() if mode == step["kind"] and place}
    factor = pl.col(start.country).replace_strict(
        named, default=table[step["kind"], ""], return_dtype=pl.Float64
    )
    near = pl.lit(NEAR_M if step["hub"] and step["kind"] != step["mode"] else 0)
    longer = (metres.cast(pl.Float64) * factor + 0.5).floor().cast(pl.Int64)
    return pl.when(metres < near).then(0).otherwise(longer)


def _leg(orders: pl.DataFrame, step: dict[str, str]) -> pl.DataFrame:
    """Give one leg of each order; a leg of no length is left out."""
    start, end = _ends(step)
    metres = pl.col(f"_m{step['step']}")
    kept = orders.filter(metres > 0) if step["way"] else orders
    vague = [
        pl.when(pl.col(f"_{side}_vague")).then(pl.lit("A-PLACE-CENTRE"))
        for side in ENDS
        if step["kind"] == step["mode"]
    ]
    return _written(kept, step, start, end).with_columns(
        metres.alias("distance_m"),
        pl.concat_str(pl.lit(step["codes"]), *vague, separator=";", ignore_nulls=True).alias(
            "leg_codes"
        ),
    )


def _written(
    orders: pl.DataFrame, step: dict[str, str], start: _Point, end: _Point
) -> pl.DataFrame:
    main = step["kind"] == step["mode"]
    type_: dict[str, Any] = {"great_circle": "gcd", "": None}
    own = [] if main else ["vehicle_class", "energy_carrier", "load_ppm", "empty_ppm"]
    return orders.with_columns(
        *(pl.lit(None, orders.schema[name]).alias(name) for name in own),
        pl.lit(step["kind"]).alias("kind"),
        pl.lit(step["step"]).alias("share_key"),
        pl.lit(int(step["step"]), pl.Int64).alias("leg_no"),
        pl.lit(type_.get(step["way"], "sfd"), pl.String).alias("distance_type"),
        pl.col(start.code).alias("origin"),
        pl.col(end.code).alias("destination"),
        pl.col(start.country).alias("place"),
    )
