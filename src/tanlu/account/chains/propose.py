"""Propose the legs of an order that names two places and a mode, but no distance.

Pre-carriage by road, hub, main carriage, hub, on-carriage by road, as ``chain.csv`` lists them:
by air on the great circle between the nearest adequate airports, by sea on the real network, on
land by great circle × circuity. Every leg carries the codes of what was assumed. The activity stays
as it was read; each leg becomes emission rows of it, with ``share_key`` the number of the leg.

Land mass rule: road and rail join two places only within one mass of ``landmass.csv``; what lies
over a sea without a fixed link is refused, not measured through the water. Within a mass the
straight line may still cross a bay or an ocean: then the road goes round, the circuity does not
hold, and the leg says so; a line mostly over an ocean is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from tanlu.account.chains.decided import NONE
from tanlu.account.chains.ends import ENDS, located, lost
from tanlu.account.chains.hubs import NEAREST, with_hub
from tanlu.account.legs import prepare
from tanlu.account.rules import circuities, rows
from tanlu.account.unquantified import finding, no_findings

if TYPE_CHECKING:
    from tanlu.account.chains.decided import Overrides

__all__ = ["masses", "propose_chains"]

NEAR_M = 1_000  # nearer than this a place is its own hub
BAY_M = 200_000  # more than this over water and the circuity of roads does not hold
OCEAN_M = 2_000_000  # more than this and there is no such road
# why two places are not joined, by code
NO_WAY = "TL510"
WIDE = "TL516"
ONE_PLACE = "TL517"
NO_ROAD = "TL518"
KEYS = [f"{end}_{axis}_e7" for end in ENDS for axis in ("lat", "lon")]
OF_LANE = ("country", "land", "own", "own_kind")
LANE = [*KEYS, *(f"_{end}_{fact}" for end in ENDS for fact in OF_LANE)]


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
        ``share_key``, ``leg_no``, kind, places, distance and ``leg_codes``. Findings: TL510,
        TL516, TL517 or TL518 for places that cannot be joined, TL511 for unknown places.
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
    proposals = [
        _proposed(part, str(mode[0]), overrides)
        for mode, part in orders.group_by("kind", maintain_order=True)
    ]
    refused = [finding(each.refused) for each in proposals if each.refused.height]
    return (
        pl.concat([legs.filter(~open_), *(each.legs.select(legs.columns) for each in proposals)]),
        pl.concat([no_findings(), *refused]),
    )


def masses() -> dict[str, str]:
    """Give the land mass of each country that is not on Africa, Asia or Europe."""
    table = {}
    for row in rows("landmass.csv"):
        for country in row["countries"].split():
            table[country] = f"island.{country}" if row["mass"] == "island" else row["mass"]
    return table


def _mass(country: str) -> pl.Expr:
    return pl.col(country).replace_strict(masses(), default="afro-eurasia", return_dtype=pl.String)


def _proposed(orders: pl.DataFrame, mode: str, overrides: Overrides) -> _Proposal:
    """Give the legs of orders of one mode, as ``chain.csv`` lists them."""
    steps = [row for row in rows("chain.csv") if row["mode"] == mode]
    found = located(orders, mode)
    nowhere = lost(found)
    known = found.join(nowhere.select("activity_id"), on="activity_id", how="anti")
    lanes = known.select(LANE).unique(maintain_order=True)
    for end in ENDS:
        lanes = with_hub(lanes, end, steps[0]["hub"], overrides)
    lanes = _measured(lanes, steps, overrides)
    full = known.join(lanes, on=LANE, how="left", maintain_order="left", nulls_equal=True)
    named = [*orders.columns, "_value", "_hint", "code"]
    good = full.filter(pl.col("code").is_null())
    return _Proposal(
        pl.concat([_leg(good, step) for step in steps]),
        pl.concat(
            [
                _apart(full.filter(pl.col("code").is_not_null())).select(named),
                nowhere.with_columns(code=pl.lit("TL511")).select(named),
            ]
        ),
    )


def _apart(refused: pl.DataFrame) -> pl.DataFrame:
    """Name both places of each refused order; say where a whole country or region was the cause."""
    one_point = pl.all_horizontal(
        pl.col(f"origin_{axis}_e7") == pl.col(f"destination_{axis}_e7") for axis in ("lat", "lon")
    )
    wide = one_point & pl.any_horizontal(f"_{end}_vague" for end in ENDS)
    return refused.with_columns(
        pl.when((pl.col("code") == ONE_PLACE) & wide)
        .then(pl.lit(WIDE))
        .otherwise("code")
        .alias("code"),
        _value=pl.concat_str(*ENDS, separator=" – ", ignore_nulls=True),
        _hint=pl.lit(None, pl.String),
    )


def _measured(
    lanes: pl.DataFrame, steps: list[dict[str, str]], overrides: Overrides
) -> pl.DataFrame:
    """Give the lanes with the distance of each step and whether the lane must be refused."""
    wrong = []
    for step in steps:
        start, end = _ends(step)
        metres = _metres(lanes, step, start, end, overrides)
        name = f"_m{step['step']}"
        lanes = lanes.with_columns(metres.alias(name))
        if step["kind"] == step["mode"]:
            wrong.append((pl.col(name) == 0, ONE_PLACE))
        if step["way"]:
            wrong.append((pl.col(name).is_null(), NO_WAY))
        if step["way"] == "circuity":
            apart = (_mass(start.country) != _mass(end.country)).fill_null(value=False)
            wet = _wet(lanes, start, end, ~apart)
            lanes = lanes.with_columns(wet.alias(f"_w{step['step']}"))
            moved = pl.col(name) > 0
            wrong.append((apart & moved, NO_ROAD))
            wrong.append(((wet > OCEAN_M) & moved, NO_ROAD))
    code = pl.coalesce(pl.when(here).then(pl.lit(reason)) for here, reason in wrong)
    return lanes.with_columns(code.alias("code"))


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
        return _Point(f"_{end}_hub_lat", f"_{end}_hub_lon", f"_{end}_hub_country", f"_{end}_hub")
    return _Point(f"{end}_lat_e7", f"{end}_lon_e7", f"_{end}_country", end)


def _pairs(lanes: pl.DataFrame, start: _Point, end: _Point) -> pl.DataFrame:
    return lanes.select(
        origin_lat_e7=start.lat,
        origin_lon_e7=start.lon,
        destination_lat_e7=end.lat,
        destination_lon_e7=end.lon,
    )


def _wet(lanes: pl.DataFrame, start: _Point, end: _Point, joined: pl.Expr) -> pl.Series:
    """Give how much of a leg by land would lie over water [m], if it can and if that matters."""
    from tanlu.terms.place import great_circle_m, over_water_m

    pairs = _pairs(lanes, start, end)
    long = great_circle_m(*map(pl.col, pairs.columns)) > BAY_M
    matters = pairs.select(long).to_series() & lanes.select(joined).to_series()
    asked = pairs.select(pl.when(matters).then(name).alias(name) for name in pairs.columns)
    found: pl.Series = over_water_m(asked)
    return found


def _metres(
    lanes: pl.DataFrame, step: dict[str, str], start: _Point, end: _Point, overrides: Overrides
) -> pl.Expr | pl.Series:
    from tanlu.terms.place import great_circle_m, sea_route

    if not step["way"]:
        return pl.lit(None, pl.Int64)
    if step["way"] == "sea_route":
        told = overrides.sea()
        found: pl.Series = sea_route(
            _pairs(lanes, start, end),
            avoid=told.get("avoid", ()),
            through=told.get("through", ()),
        )["distance_m"]
        return found
    metres: pl.Expr = great_circle_m(*map(pl.col, (start.lat, start.lon, end.lat, end.lon)))
    if step["way"] == "great_circle":
        return metres
    table = {**circuities(), **overrides.circuities()}
    named = {
        place: value for (mode, place), value in table.items() if mode == step["kind"] and place
    }
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
    return _written(kept, step, start, end).with_columns(
        metres.alias("distance_m"), _codes(step, start, end).alias("leg_codes")
    )


def _codes(step: dict[str, str], start: _Point, end: _Point) -> pl.Expr:
    """Give what is assumed for one leg: by the step, by the hubs, by the places, by water."""
    own = step["codes"].split(";")
    said = [pl.lit(code) for code in own if code not in NEAREST.values()]
    if step["kind"] == step["mode"]:
        said += [pl.col(f"_{side}_hub_code") for side in ENDS if step["hub"]]
    at_place = [side for side in ENDS if side in (start.code, end.code)]
    near_hub = [side for side in ENDS if step["kind"] == step["mode"] and step["hub"]]
    for side in (*at_place, *near_hub):
        usual = pl.col(f"_{side}_hub_code") == "A-GATEWAY"
        vague = pl.col(f"_{side}_vague")
        felt = vague if side in at_place else vague & ~usual.fill_null(value=False)
        said.append(pl.when(felt).then(pl.lit("A-PLACE-CENTRE")))
    if step["way"] == "circuity":
        said.append(pl.when(pl.col(f"_w{step['step']}") > BAY_M).then(pl.lit("A-OVER-WATER")))
    told = pl.concat_list(said).list.drop_nulls().list.unique(maintain_order=True)
    return pl.when(told.list.len() > 0).then(told.list.join(";"))


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
