"""The legs of every order: trunk with its feeder, sorting, regional run, last mile, and back.

``chain`` works in numbers; ``dress`` turns numbers into the columns that an operator hands over.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from tanlu.simulate.draw import CELLS, QUANTILES, bits, cut, lognormal, take, thousandths
from tanlu.simulate.orders import PLACES, at, waybills
from tanlu.simulate.stated import LOADS, MODES, empty_of, lanes, load_of, rate_ppm, stated, table

if TYPE_CHECKING:
    from tanlu.simulate.network import Plan

__all__ = ["chain", "dress", "roles", "vehicle_names"]

_SPEED_KMH = (60, 50, 600, 12, 25)  # road, rail, air, river, sea with stops: assumption
_PER_ROUND = 60  # parcels of a last-mile round
_DAYS = 1024


@cache
def roles() -> dict[str, int]:
    """Give the index of each role of ``fleet.csv``."""
    return {row["role"]: k for k, row in enumerate(table("fleet"))}


def chain(made: Plan, orders: pl.DataFrame, number: int) -> pl.DataFrame:
    """Give all legs of a batch of orders as numbers, stage by stage.

    Columns: ``n, back, leg_no, role, source, target`` (places), ``distance_m, mass_g, items,
    goods, cold, start, end`` [minutes since the start], ``round``, ``trip`` (64 bits of the
    round), ``park``.
    """
    drawn = {k: bits(orders["n"], made.seed, k) for k in (11, 12, 13)}
    home = take(_park_place(), orders["park"])
    day = orders["minute"] // 1440
    base = day.min()
    first_day = base if isinstance(base, int) else 0
    rounds = _Rounds(made, number, first_day)
    trunk = _trunk(orders, home, day, drawn[11], rounds)
    feeder = _feeder(orders, home, day, drawn[11], rounds)
    sorting = _sorting(orders, trunk)
    regional = _regional(orders, sorting, drawn[12], rounds)
    last = _last(made, orders, regional, drawn[13], rounds)
    back = _back(orders, home, last, drawn, rounds)
    return pl.concat([feeder, trunk, sorting, regional, last.filter(~orders["walk"]), *back])


class _Rounds:
    """Names the trips: one number per batch, role, places, day and slot."""

    def __init__(self, made: Plan, number: int, first_day: int) -> None:
        self.seed = made.seed
        self.number = number
        self.first_day = first_day

    def name(
        self, role: pl.Series, source: pl.Series, target: pl.Series, day: pl.Series, slot: pl.Series
    ) -> tuple[pl.Series, pl.Series]:
        """Give the number of the round and its 64 bits."""
        wide = pl.Int64
        name = ((role.cast(wide) + self.number * 16) * 64 + source.cast(wide)) * 64
        name = (name + target.cast(wide)) * _DAYS + (day.cast(wide) - self.first_day)
        name = name * 256 + slot.cast(wide)
        return name, bits(name.cast(pl.UInt64), self.seed, 21)


def _stage(orders: pl.DataFrame, **columns: pl.Series | int) -> pl.DataFrame:
    given = {"back": 0, **columns}
    kept = orders.select("n", "mass_g", "items", "goods", "cold", "park")
    frame = kept.with_columns(
        *(
            (value if isinstance(value, pl.Series) else pl.lit(value)).cast(pl.Int64).alias(name)
            for name, value in given.items()
            if name != "trip"
        )
    )
    trip = given.get("trip")
    bare = trip if isinstance(trip, pl.Series) else bits(orders["n"], 0, 22)
    return frame.with_columns(bare.alias("trip")).select(_COLUMNS)


_COLUMNS = [
    "n", "back", "leg_no", "role", "source", "target", "distance_m", "mass_g", "items",
    "goods", "cold", "start", "end", "round", "trip", "park",
]  # fmt: skip


@cache
def _park_place() -> pl.Series:
    codes = [row["code"] for row in table("place")]
    return pl.Series([codes.index(row["province"]) for row in table("park")], dtype=pl.UInt32)


@cache
def _trunk_km() -> pl.Series:
    """Metres by lane and mode: great circle times the stated circuity; air keeps the circle."""
    factors = [stated(f"{mode}_circuity") for mode in ("road", "rail")]
    factors += [1.0, stated("inland_circuity"), stated("sea_circuity")]
    metres = [round(km * factor * 10) * 100 for km, _ in lanes() for factor in factors]
    return pl.Series(metres, dtype=pl.Int64)


def _trunk(
    orders: pl.DataFrame, home: pl.Series, day: pl.Series, drawn: pl.Series, rounds: _Rounds
) -> pl.DataFrame:
    known = roles()
    mode = orders["mode"]
    green = cut(drawn, 0, 8)
    # on the road: 6 % hydrogen on lanes of the park in the north, 20 % LNG, else diesel
    road = pl.select(
        pl.when(orders["cold"] > 0)
        .then(known["trunk_diesel"])
        .when((orders["park"] == 0) & (green < 15))
        .then(known["trunk_hydrogen"])
        .when(green < 66)
        .then(known["trunk_lng"])
        .otherwise(known["trunk_diesel"])
    ).to_series()
    other = pl.Series([known[k] for k in ("trunk_diesel", "rail", "air", "inland", "sea")])
    role = pl.select(pl.when(mode == 0).then(road).otherwise(take(other, mode))).to_series()
    leaves = day + 1
    name, trip = rounds.name(role, home, orders["place"], leaves, cut(drawn, 8, 1))
    metres = take(_trunk_km(), orders["lane"] * 5 + mode)
    # a trip is 3 % longer or shorter than the stated way
    metres = metres * (970 + cut(trip, 0, 6).cast(pl.Int64)) // 1000
    # what needs a feeder leaves after six in the morning
    start = leaves * 1440 + (mode > 0).cast(pl.Int64) * 360 + cut(trip, 8, 8).cast(pl.Int64)
    speed = take(pl.Series(_SPEED_KMH, dtype=pl.Int64), mode)
    return _stage(
        orders, leg_no=(mode > 0).cast(pl.Int64) + 1, role=role, source=home,
        target=orders["place"], distance_m=metres, start=start, round=name, trip=trip,
        end=start + 60 + metres * 60 // (speed * 1000),
    )  # fmt: skip


def _feeder(
    orders: pl.DataFrame, home: pl.Series, day: pl.Series, drawn: pl.Series, rounds: _Rounds
) -> pl.DataFrame:
    """Give the road to the rail yard, the airport or the port, 15 to 78 km, a fixed way each."""
    far = orders["mode"] > 0
    some, home, day, drawn = (
        orders.filter(far),
        home.filter(far),
        day.filter(far),
        drawn.filter(far),
    )
    role = pl.repeat(roles()["feeder"], some.height, eager=True, dtype=pl.Int64)
    name, trip = rounds.name(role, home, some["mode"], day + 1, cut(drawn, 8, 1))
    metres = (15 + (some["park"] * 5 + some["mode"]).cast(pl.Int64) * 9 % 64) * 1000
    start = (day + 1) * 1440 + 60 + cut(trip, 8, 6).cast(pl.Int64)
    return _stage(
        some, leg_no=1, role=role, source=home, target=home, distance_m=metres, start=start,
        end=start + 30 + metres // 500, round=name, trip=trip,
    )  # fmt: skip


def _sorting(orders: pl.DataFrame, trunk: pl.DataFrame) -> pl.DataFrame:
    known = roles()
    role = pl.select(
        pl.when(orders["cold"] > 0).then(known["transfer"]).otherwise(known["sorting"])
    ).to_series()
    return _stage(
        orders, leg_no=trunk["leg_no"] + 1, role=role, source=orders["place"], round=-1,
        target=orders["place"], distance_m=-1, start=trunk["end"], end=trunk["end"] + 60,
    )  # fmt: skip


@cache
def _regional_km() -> pl.Series:
    return pl.Series(lognormal(stated("regional_km_median") * 1000, 0.55), dtype=pl.Int64)


@cache
def _last_km() -> pl.Series:
    return pl.Series(lognormal(stated("last_km_median") * 1000, 0.6), dtype=pl.Int64)


def _regional(
    orders: pl.DataFrame, sorting: pl.DataFrame, drawn: pl.Series, rounds: _Rounds
) -> pl.DataFrame:
    known = roles()
    slot = cut(drawn, 0, 3)
    electric = (slot < 3) & (orders["cold"] == 0)
    role = pl.select(
        pl.when(electric).then(known["regional_electric"]).otherwise(known["regional_diesel"])
    ).to_series()
    day = sorting["end"] // 1440 + 1
    name, trip = rounds.name(role, orders["place"], orders["place"], day, slot)
    metres = take(_regional_km(), cut(trip, 16, 12))
    start = day * 1440 + 240 + slot.cast(pl.Int64) * 20
    return _stage(
        orders, leg_no=sorting["leg_no"] + 1, role=role, source=orders["place"], start=start,
        target=orders["place"], distance_m=metres, round=name, trip=trip,
        end=start + 20 + metres // 700,
    )  # fmt: skip


def _last(
    made: Plan, orders: pl.DataFrame, regional: pl.DataFrame, drawn: pl.Series, rounds: _Rounds
) -> pl.DataFrame:
    known = roles()
    chance = cut(drawn, 0, 8)
    # 58 % tricycles, 22 % electric vans, 17 % diesel vans, 3 % robots; large goods only in vans
    small = pl.Series(
        [known["last_trike"]] * 149 + [known["last_evan"]] * 56 + [known["last_van"]] * 43
        + [known["last_robot"]] * 8
    )  # fmt: skip
    role = pl.select(
        pl.when(orders["mass_g"] > 25_000)
        .then(pl.when(chance < 128).then(known["last_evan"]).otherwise(known["last_van"]))
        .otherwise(take(small, chance))
    ).to_series()
    # what arrives before 9 h goes out the same day
    day = (regional["end"] + 900) // 1440
    slots = take(_slots(made), orders["place"])
    slot = cut(drawn, 8, 16) % slots
    name, trip = rounds.name(role, orders["place"], orders["place"], day, slot)
    start = day * 1440 + 540 + cut(trip, 8, 8).cast(pl.Int64)
    return _stage(
        orders, leg_no=regional["leg_no"] + 1, role=role, source=orders["place"], round=name,
        target=orders["place"], distance_m=take(_last_km(), cut(drawn, 24, 12)), start=start,
        end=start + 180, trip=trip,
    )  # fmt: skip


def _slots(made: Plan) -> pl.Series:
    """Give rounds by place and day so that about 60 parcels share one, at least 1, at most 255."""
    places = table("place")
    weights = [float(row["population_10k"]) * float(row["demand_index"]) for row in places]
    daily = min(50_000, made.orders / made.days)  # a batch holds no more of a day
    found = [
        min(255, max(1, round(weight / sum(weights) * daily / _PER_ROUND))) for weight in weights
    ]
    return pl.Series(found, dtype=pl.UInt32)


def _back(
    orders: pl.DataFrame, home: pl.Series, last: pl.DataFrame, drawn: dict[int, pl.Series],
    rounds: _Rounds,
) -> list[pl.DataFrame]:  # fmt: skip
    """Give the way back of a returned order, five days later: tricycle, regional truck, trunk."""
    known = roles()
    back = orders["back"]
    some, home, last = orders.filter(back), home.filter(back), last.filter(back)
    day = last["end"] // 1440 + 5
    found = []
    metres = (last["distance_m"], take(_regional_km(), cut(drawn[12].filter(back), 20, 12)),
              take(_trunk_km(), some["lane"] * 5))  # fmt: skip
    for k, role in enumerate(("last_trike", "regional_diesel", "trunk_diesel")):
        fixed = pl.repeat(known[role], some.height, eager=True, dtype=pl.Int64)
        target = some["place"] if k < 2 else home
        # slot 200 and above: rounds of returns are apart from those of deliveries
        slot = pl.repeat(200 + k, some.height, eager=True, dtype=pl.Int64)
        name, trip = rounds.name(fixed, some["place"], target, day + k, slot)
        start = (day + k) * 1440 + 480 + cut(trip, 8, 8).cast(pl.Int64)
        found.append(
            _stage(
                some,
                back=1,
                leg_no=k + 1,
                role=fixed,
                source=some["place"],
                target=target,
                distance_m=metres[k],
                start=start,
                end=start + 60 + metres[k] // 1000,
                round=name,
                trip=trip,
            )
        )
    return found


def dress(made: Plan, bare: pl.DataFrame) -> pl.DataFrame:
    """Give the legs as an operator writes them: texts, kilograms, kilometres, local times.

    Columns: ``waybill, shipment, consignment, leg_no, mode, vehicle_class, energy_carrier,
    mass_kg, distance_km, distance_type, load_factor, empty_share, temperature, origin,
    destination, place, start, end, operator, payer, round, vehicle, items, goods, stage``; the
    last is told of returns alone.
    """
    fleet, trip, role = table("fleet"), bare["trip"], bare["role"]
    goods_name = pl.Series([row["zh"] for row in table("goods")])
    code = pl.Series([row["code"] for row in table("place")])
    bill = waybills(bare["n"])
    bill = pl.select(pl.when(bare["back"] == 1).then(bill + "R").otherwise(bill)).to_series()
    steps = (role * (LOADS * LOADS)).cast(pl.UInt32) + cut(trip, 32, 8)
    told = cut(trip, 40, 16) < round(stated("load_known_share") * CELLS)
    trunk = role <= roles()["feeder"]
    frame = pl.DataFrame(
        {
            "waybill": bill,
            "leg_no": bare["leg_no"],
            "mass_kg": thousandths(bare["mass_g"]),
            "load": take(_loads(), steps),
            "empty": take(_empties(), steps),
            "told": told & trunk,
            "moves": bare["distance_m"] >= 0,
            "back": bare["back"] == 1,
            "metres": thousandths(bare["distance_m"]),
            "kind": take(_distance_types(), cut(trip, 56, 8) + role.cast(pl.UInt32) * 256),
            "start": at(made, bare["start"]),
            "end": at(made, bare["end"]),
            "round": _round_names(bare),
            "vehicle": vehicle_names(made, bare),
            "items": bare["items"],
            "goods": take(goods_name, bare["goods"]),
            "origin": take(code, bare["source"]),
            "destination": take(code, bare["target"]),
            "temperature": take(pl.Series(["ambient", "chilled", "frozen"]), bare["cold"]),
            "operator": take(_operators(), (role * PLACES + bare["source"]).cast(pl.UInt32)),
            **{
                key: take(pl.Series([row[key] for row in fleet]), role)
                for key in ("mode", "vehicle_class", "energy_carrier")
            },
        }
    )
    return frame.select(
        "waybill", pl.col("waybill").alias("shipment"), pl.col("waybill").alias("consignment"),
        "leg_no", "mode", "vehicle_class", "energy_carrier", "mass_kg",
        pl.when("moves").then("metres").alias("distance_km"),
        pl.when("moves").then("kind").alias("distance_type"),
        pl.when("told").then("load").alias("load_factor"),
        pl.when("told").then("empty").alias("empty_share"),
        "temperature", "origin", "destination", pl.col("origin").alias("place"), "start", "end",
        "operator", pl.lit("TANLU-MALL").alias("payer"), "round", "vehicle", "items", "goods",
        pl.when("back").then(pl.lit("returns")).alias("stage"),
    )  # fmt: skip


@cache
def _loads() -> pl.Series:
    return pl.Series(
        [load_of(row, k // LOADS) for row in table("fleet") for k in range(LOADS * LOADS)]
    )


@cache
def _empties() -> pl.Series:
    return pl.Series(
        [empty_of(row, k % LOADS) for row in table("fleet") for k in range(LOADS * LOADS)]
    )


@cache
def _distance_types() -> pl.Series:
    """By role and 8 bits: 70 % of road kilometres are actual; air gives great circles."""
    kinds = {"air": ["gcd"] * 256, "rail": ["actual"] * 256, "sea": ["sfd"] * 256}
    mixed = ["actual"] * 179 + ["sfd"] * 77
    return pl.Series([k for row in table("fleet") for k in kinds.get(row["mode"], mixed)])


@cache
def _operators() -> pl.Series:
    """By role and place: own fleet for the last miles, a carrier a region for trunks."""
    names = []
    for row in table("fleet"):
        own = row["role"].startswith(("last", "sorting", "transfer", "regional"))
        names += [
            "TANLU-EXPRESS" if own else f"CARRIER-{place['region'].upper()}"
            for place in table("place")
        ]
    return pl.Series(names)


def _round_names(bare: pl.DataFrame) -> pl.Series:
    letters = "TTTTTTTTRRLLLLSS"
    letter = take(pl.Series(list(letters)), bare["role"])
    return pl.select(
        pl.when(bare["round"] >= 0).then(letter + bare["round"].cast(pl.String))
    ).to_series()


def vehicle_names(made: Plan, bare: pl.DataFrame) -> pl.Series:
    """Give the vehicle of each leg, null where none drives; no vehicle drives two rounds at once.

    Where the vehicle of the crew is still under way, one of the same make goes in its place: the
    number of the place is the day of its turn, its rank among the rounds of that day, and the
    batch, as far as batches share days. Any batch can still be made alone.
    """
    _, vehicle = crew(made, bare)
    driven = pl.DataFrame(
        {"round": bare["round"], "role": bare["role"], "vehicle": vehicle, "start": bare["start"]}
    ).with_columns(day=pl.col("start") // 1440)
    turn = take(_turns(), bare["role"].cast(pl.UInt32))
    ranks = (
        driven.filter(pl.col("round") >= 0)
        .unique("round", maintain_order=True)
        .with_columns((pl.col("round").rank("ordinal").over("vehicle", "day") - 1).alias("rank"))
        .select("round", pl.col("rank").cast(pl.Int64))
    )
    rank = driven.join(ranks, on="round", how="left", maintain_order="left")["rank"]
    together = _sharing(made)
    batch = bare["round"] // (256 * _DAYS * 64 * 64) // 16 % together
    place = (rank * together + batch) * turn + driven["day"] % turn
    name = pl.lit("V") + (vehicle + 10**7).cast(pl.String)
    return pl.select(
        pl.when(bare["round"] >= 0).then(
            name
            + pl.when(place > 0).then(pl.lit("-") + place.cast(pl.String)).otherwise(pl.lit(""))
        )
    ).to_series()


@cache
def _turns() -> pl.Series:
    """Give for each role the days after which a vehicle is back, however long its way."""
    ways = _trunk_km().to_list()
    longest = {mode: max(ways[k::5]) * 103 // 100 for k, mode in enumerate(MODES)}
    found = []
    for row in table("fleet"):
        minutes = 1439
        if row["role"].startswith("trunk") or row["mode"] in MODES[1:]:
            speed = _SPEED_KMH[MODES.index(row["mode"])]
            # out at the latest at 12 h 15 of the day, with an hour to load
            minutes = 735 + 60 + longest[row["mode"]] * 60 // (speed * 1000)
        found.append(minutes // 1440 + 1)
    return pl.Series(found, dtype=pl.Int64)


def _sharing(made: Plan) -> int:
    """Give how many batches in a row may have rounds on the same day; 1 where there is one batch.

    What is ordered on a day is under way for a month at most; a peak has three times its orders.
    """
    if made.batches == 1:
        return 1
    return 2 + -(-31 * 3 * made.orders // (made.days * 50_000))


def crew(made: Plan, bare: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Give driver and vehicle of each leg as numbers that a trip shares; 1.4 drivers a vehicle."""
    role = bare["role"].cast(pl.UInt32)
    sizes = [int(row["fleet"]) for row in table("fleet")]
    size = take(pl.Series(sizes, dtype=pl.UInt64), role)
    drivers = take(pl.Series([s * 7 // 5 + 1 for s in sizes], dtype=pl.UInt64), role)
    base = role.cast(pl.UInt64) * 100_000
    vehicle = base + bits(bare["trip"], made.seed, 31) % size
    return base + bits(bare["trip"], made.seed, 32) % drivers, vehicle


def rates(bare: pl.DataFrame) -> pl.Series:
    """Give the energy per work [J/(kg m), ppm] of each leg at the load of its trip."""
    steps = (bare["role"] * (LOADS * LOADS)).cast(pl.UInt32) + cut(bare["trip"], 32, 8)
    return take(pl.Series(rate_ppm(), dtype=pl.Int64), steps)


def hidden(sigma: float, drawn: pl.Series) -> pl.Series:
    """Give a multiplier [ppm] with median 1 and the given sigma of ln, from 12 bits."""
    return take(pl.Series(lognormal(1e6, sigma), dtype=pl.Int64), drawn % QUANTILES)
