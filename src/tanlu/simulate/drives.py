"""Drives of vehicles with telemetry, and apart from them what each truly needed.

A part of the vehicles reports measured energy, some of them with a faulty meter; the rest reports
the drive alone. What learns from the first can be held to the truth of the second.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl

from tanlu.errors import TanluError
from tanlu.simulate.draw import CELLS, bits, cut, lognormal, shares, take
from tanlu.simulate.legs import hidden
from tanlu.simulate.motion import true_energy
from tanlu.simulate.stated import stated, table

__all__ = ["telemetry"]

_DAY_US = 86_400_000_000
_PPM = 1_000_000
_FAULTS = ("unit", "high", "low", "stuck")


def telemetry(
    vehicles: int, seed: int, *, drives: int = 80, start: date = date(2026, 1, 1)
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give drives of a year with their telemetry, and the truth apart.

    Parameters
    ----------
    vehicles
        How many, of all classes of ``data/telemetry.csv`` in their shares.
    seed
        The same seed gives the same bytes.
    drives
        Of each vehicle.

    Returns
    -------
    tuple
        Drives: columns of schema ``activity``, ``energy_j`` where the vehicle reports it, right or
        not. Truth: ``activity_id, energy_j`` [J], ``metered`` (the vehicle reports energy) and
        ``fault`` (unit, high, low, stuck, glitch or null).

    Raises
    ------
    TanluError
        TL901 when there is no vehicle or no drive.
    """
    if vehicles < 1 or drives < 1:
        raise TanluError("TL901", value=f"{vehicles:,} vehicles", why="at least one is needed")
    n = pl.int_range(vehicles * drives, dtype=pl.UInt64, eager=True)
    vehicle = n // drives
    bare = _drawn(n, vehicle, seed)
    bare = bare.with_columns(_effects(bare, n, vehicle, seed))
    true = (true_energy(bare) * bare["effect"] / _PPM).round().cast(pl.Int64)
    reported = _metered(true, n, vehicle, seed)
    names = _names(bare, vehicle, start)
    legs = names.with_columns(_told(bare, n, seed)).with_columns(reported["energy_j"])
    legs = legs.select(_COLUMNS)
    truth = legs.select("activity_id").with_columns(
        true.alias("energy_j"), reported["metered"], reported["fault"]
    )
    return legs, truth


_COLUMNS = (
    *("activity_id", "start", "end", "zone", "precision", "kind", "mass_mg", "distance_m"),
    *("distance_type", "energy_j", "vehicle_class", "energy_carrier", "temperature_class"),
    *("load_ppm", "empty_ppm", "ascent_m", "descent_m", "idle_us", "stops", "air_temperature_mc"),
    *("place", "operator", "vehicle"),
)


@cache
def _roles() -> pl.Series:
    return pl.Series(shares([float(row["share"]) for row in table("telemetry")]), dtype=pl.UInt32)


def _column(name: str, role: pl.Series) -> pl.Series:
    """Give a figure of ``telemetry.csv`` for the role of each drive."""
    return take(pl.Series([float(row[name]) for row in table("telemetry")]), role)


def _spread(sigma: float, drawn: pl.Series) -> pl.Series:
    """Give a multiplier [1] with median 1 from 12 bits."""
    return hidden(sigma, drawn.cast(pl.UInt64)).cast(pl.Float64) / _PPM


def _drawn(n: pl.Series, vehicle: pl.Series, seed: int) -> pl.DataFrame:
    """Give the drives as numbers: what was driven, how far, how fast, in which weather."""
    of, one, two = bits(vehicle, seed, 61), bits(n, seed, 62), bits(n, seed, 63)
    role = take(_roles(), cut(of, 0, 16))
    places = pl.Series([float(row["lat"]) for row in table("place")])
    place = cut(of, 16, 16) % places.len()
    cooled = cut(of, 32, 16).cast(pl.Float64) / CELLS < _column("cold_share", role)
    cold = cooled.cast(pl.UInt32) * (1 + cut(of, 48, 2).eq(0).cast(pl.UInt32))
    way = (_column("km_median", role) * 1000 * _spread(0.45, cut(one, 0, 12))).round()
    speed = _column("speed_kmh", role) / 3.6 * _spread(0.13, cut(one, 12, 12))
    load = _column("capacity_kg", role) * (0.08 + 0.9 * cut(one, 24, 8).cast(pl.Float64) / 256)
    stops = way / 1e5 * _column("stops_per_100km", role) * _spread(0.5, cut(one, 32, 12))
    hilly = take(pl.Series(lognormal(5_200, 0.55)), cut(bits(place.cast(pl.UInt64), 0, 64), 0, 12))
    ascent = way * hilly.cast(pl.Float64) / 1e6 * _spread(0.4, cut(one, 44, 12))
    level = (cut(one, 56, 8).cast(pl.Float64) - 127.5) / 128 * 0.25
    driving = (way / speed).round()
    day, minute = cut(two, 0, 16) % 365, 240 + cut(two, 16, 10)
    return pl.DataFrame(
        {
            "role": role, "place": place, "cold": cold, "distance_m": way.cast(pl.Int64),
            "driving_s": driving.cast(pl.Int64), "load_kg": load.round().cast(pl.Int64),
            "stops": stops.round().cast(pl.Int64), "ascent_m": ascent.round().cast(pl.Int64),
            "descent_m": (ascent * (1 + level)).round().cast(pl.Int64),
            "idle_s": (driving * _column("idle_share", role)
                       * _spread(0.6, cut(two, 28, 12))).round().cast(pl.Int64),
            "celsius": _celsius(take(places, place), day, minute, cut(two, 40, 12)),
            "day": day.cast(pl.Int64), "minute": minute.cast(pl.Int64),
            "driver": vehicle * 2 + cut(two, 52, 2).eq(0).cast(pl.UInt64),
        }
    )  # fmt: skip


def _celsius(lat: pl.Series, day: pl.Series, minute: pl.Series, drawn: pl.Series) -> pl.Series:
    """Give the air temperature: a triangle of the year and of the day round the mean of the place.

    Mean 26 degrees at 20 north less 0.75 a degree north, ±(0.6 of the degrees north less 8) over
    the year: assumption, near the climate of Guangzhou, Beijing and Harbin.
    """
    year = 1 - (day.cast(pl.Float64) - 200).abs().clip(0, 182.5) / 91.25
    noon = 1 - (minute.cast(pl.Float64) - 840).abs() / 360
    noise = (_spread(0.25, drawn) - 1) * 12
    return 26 - 0.75 * (lat - 20) + (0.6 * lat - 8) * year + 3 * noon + noise


def _effects(bare: pl.DataFrame, n: pl.Series, vehicle: pl.Series, seed: int) -> pl.Series:
    """Give the hidden multiplier [ppm] of vehicle, driver and weather."""
    found = hidden(stated("telemetry_vehicle_sigma"), bits(vehicle, seed, 65))
    found = found * hidden(stated("telemetry_driver_sigma"), bits(bare["driver"], seed, 66)) // _PPM
    sky = hidden(stated("telemetry_weather_sigma"), bits(n, seed, 67))
    return (found * sky // _PPM).alias("effect")


def _metered(true: pl.Series, n: pl.Series, vehicle: pl.Series, seed: int) -> pl.DataFrame:
    """Give what meters say [J]: near the truth, but for faulty ones and wild single values."""
    of, one = bits(vehicle, seed, 68), bits(n, seed, 69)
    metered = cut(of, 0, 16) < round(stated("telemetry_metered_share") * CELLS)
    faulty = cut(of, 16, 16) < round(stated("telemetry_faulty_share") * CELLS)
    glitch = cut(one, 0, 16) < round(stated("telemetry_glitch_share") * CELLS)
    bias = hidden(stated("telemetry_meter_bias"), cut(of, 32, 12).cast(pl.UInt64))
    noise = round(stated("telemetry_meter_noise") * _PPM)
    off = (cut(one, 16, 24).cast(pl.Int64) % (2 * noise + 1)) - noise
    frame = pl.DataFrame({
        "true": true, "sound": true.cast(pl.Float64) * bias / _PPM * (_PPM + off) / _PPM,
        "metered": metered, "faulty": faulty, "glitch": glitch,
        "which": (cut(of, 44, 2)).cast(pl.Int64), "wild": _spread(1.6, cut(one, 40, 12)),
    })  # fmt: skip
    # a counter in kWh read as MJ; one that counts too much or too little; one that stands still
    factors = pl.col("which").replace_strict(
        [0, 1, 2, 3], [1 / 3.6, 1.5, 0.6, 0.0], return_dtype=pl.Float64
    )
    fault = pl.col("which").replace_strict([0, 1, 2, 3], list(_FAULTS), return_dtype=pl.String)
    value = (
        pl.when("faulty").then(pl.col("sound") * factors)
        .when("glitch").then(pl.col("sound") * pl.col("wild")).otherwise("sound")
    )  # fmt: skip
    said = pl.when("faulty").then(fault).when("glitch").then(pl.lit("glitch"))
    return frame.select(
        pl.when("metered").then(value.round().cast(pl.Int64)).alias("energy_j"), "metered",
        pl.when("metered").then(said).alias("fault"),
    )  # fmt: skip


def _names(bare: pl.DataFrame, vehicle: pl.Series, start: date) -> pl.DataFrame:
    """Give what identifies a drive, its class, place and times."""
    told, codes = table("telemetry"), pl.Series([row["code"] for row in table("place")])
    first = (start - date(1970, 1, 1)).days * _DAY_US - 8 * 3_600_000_000  # midnight in Shanghai
    wanted = first + bare["day"] * _DAY_US + bare["minute"] * 60_000_000
    lasting = (bare["driving_s"] + bare["idle_s"]) * 1_000_000
    begin = _queued(vehicle, wanted, lasting)
    number = (vehicle + 10**6).cast(pl.String)
    drive = pl.int_range(bare.height, eager=True).cast(pl.String)
    return pl.DataFrame(
        {
            "activity_id": pl.select(pl.lit("D") + drive).to_series(), "start": begin,
            "end": begin + lasting,
            **{
                name: take(pl.Series([row[name] for row in told]), bare["role"])
                for name in ("vehicle_class", "energy_carrier")
            },
            "temperature_class": take(pl.Series(["ambient", "chilled", "frozen"]), bare["cold"]),
            "place": take(codes, bare["place"]), "vehicle": ("W" + number),
        }
    ).with_columns(
        zone=pl.lit("Asia/Shanghai"), precision=pl.lit("instant"), kind=pl.lit("transport.road"),
        distance_type=pl.lit("actual"), empty_ppm=pl.lit(0, pl.Int64),
        operator=pl.lit("TANLU-EXPRESS"),
    )  # fmt: skip


def _queued(vehicle: pl.Series, wanted: pl.Series, lasting: pl.Series) -> pl.Series:
    """Give when each drive begins: as wanted, or once its vehicle is back from the one before.

    A queue with one server: begin = max over j <= i of (wanted of j + what lasts from j to i - 1).
    """
    rows = pl.DataFrame({"vehicle": vehicle, "wanted": wanted, "lasting": lasting})
    before = (pl.col("lasting").cum_sum() - pl.col("lasting")).over("vehicle")
    return (
        rows.with_row_index("row")
        .sort("vehicle", "wanted", "row")
        .with_columns(before.alias("before"))
        .with_columns(late=(pl.col("wanted") - pl.col("before")).cum_max().over("vehicle"))
        .sort("row")
        .select((pl.col("before") + pl.col("late")).alias("start"))
        .to_series()
    )


def _told(bare: pl.DataFrame, n: pl.Series, seed: int) -> list[pl.Series]:
    """Give what the telemetry tells of a drive; some drives do not tell ascent or temperature."""
    capacity = _column("capacity_kg", bare["role"])
    silent = cut(bits(n, seed, 70), 0, 16) < round(stated("telemetry_silent_share") * CELLS)
    told = bare.with_columns(
        mass_mg=pl.col("load_kg") * 1_000_000,
        idle_us=pl.col("idle_s") * 1_000_000,
        load_ppm=(bare["load_kg"] / capacity * _PPM).round().cast(pl.Int64),
        air_temperature_mc=(pl.col("celsius") * 1000).round().cast(pl.Int64),
        silent=silent,
        high=(cut(bits(n, seed, 70), 16, 1) == 1),
    ).with_columns(
        pl.when(~(pl.col("silent") & pl.col("high"))).then(pl.col("ascent_m", "descent_m")),
        pl.when(~(pl.col("silent") & ~pl.col("high"))).then("air_temperature_mc"),
    )
    names = ("mass_mg", "distance_m", "load_ppm", "ascent_m", "descent_m", "idle_us", "stops",
             "air_temperature_mc")  # fmt: skip
    return [told[name] for name in names]
