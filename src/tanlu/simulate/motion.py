"""True energy of a drive: longitudinal physics with figures that no column shows.

What learns from the telemetry has other figures (or none): the truth here has an air density and
tyres that follow the temperature, an engine with drag at every load (Willans line), battery
heating, and a cooling unit that works against the weather.
"""

from __future__ import annotations

import polars as pl

from tanlu.simulate.stated import table

__all__ = ["HIDDEN", "true_energy"]

# parameters of a role that the truth needs and the telemetry does not tell
HIDDEN = (
    *("tare_kg", "cda_m2", "crr_ppm", "efficiency", "drag_w", "recuperation", "auxiliary_w"),
    *("idle_w", "cold_w"),
)
_G = 9.80665  # standard gravity, CGPM 1901
_RHO = 1.225  # air at 15 degrees Celsius, ISO 2533
_ROTATING = 1.06  # wheels and engine turn too: assumption
_CHARGING = 0.89  # grid to battery to inverter: assumption
_CRUISE = 1.18  # speed between stops over the mean of driving: assumption
_LITTLE = 0.02  # of rolling and air a vehicle always needs, however long the descent: assumption


def true_energy(drives: pl.DataFrame) -> pl.Series:
    """Give the energy [J] of each drive before driver, vehicle and weather, as float64.

    Parameters
    ----------
    drives
        Columns ``role, load_kg, distance_m, driving_s, idle_s, stops, ascent_m, descent_m,
        celsius, cold`` (0 ambient, 1 chilled, 2 frozen) [kg, m, s, 1, m, m, degC].

    Notes
    -----
    wheel = (m g c_r + ½ ρ C_d A v²) d + m g (h↑ - k h↓) + n ½ m v²; fuel = wheel / η + drag t, for
    batteries wheel less what is recuperated, over η and charging.
    """
    told = table("telemetry")
    made = drives.with_columns(
        drives["role"].replace_strict(
            list(range(len(told))), [float(row[name]) for row in told], return_dtype=pl.Float64
        ).alias(name)
        for name in HIDDEN
    ).with_columns(electric=drives["role"].is_in([
        k for k, row in enumerate(told) if row["energy_carrier"] == "electricity"
    ]))  # fmt: skip
    made = made.with_columns(
        mass=pl.col("tare_kg") + pl.col("load_kg"),
        speed=pl.col("distance_m") / pl.col("driving_s"),
        warmth=(pl.col("celsius") - 15) / 100,
    )
    return made.with_columns(_wheel()).select(_tank().alias("energy_j")).to_series()


def _wheel() -> list[pl.Expr]:
    mass, way, speed = pl.col("mass"), pl.col("distance_m"), pl.col("speed")
    tyres = pl.col("crr_ppm") / 1e6 * (1 - 0.5 * pl.col("warmth"))
    air = _RHO * 288.15 / (273.15 + pl.col("celsius")) / 2 * pl.col("cda_m2")
    cruise = speed * _CRUISE
    kinetic = mass * _ROTATING * cruise * cruise / 2 * pl.col("stops")
    resisted = mass * _G * tyres * way + air * (cruise * cruise * 0.93) * way
    # a lorry keeps most of a gentle descent as speed, little of a steep one
    steep = (pl.col("descent_m") / way * 40).clip(0, 1)
    kept = pl.when("electric").then(0.9 - 0.25 * steep).otherwise(0.85 - 0.55 * steep)
    hills = mass * _G * (pl.col("ascent_m") - kept * pl.col("descent_m"))
    braked = kinetic * (1 - pl.col("recuperation"))
    wheel = pl.max_horizontal(resisted + hills + braked, resisted * _LITTLE)
    return [wheel.alias("wheel")]


def _tank() -> pl.Expr:
    time = pl.col("driving_s") + pl.col("idle_s")
    cold = (-pl.col("warmth")).clip(0)
    # cabin and battery are heated and cooled
    comfort = 1 + 2.2 * cold * pl.when("electric").then(1.6).otherwise(0.2)
    comfort = comfort + 0.9 * (pl.col("warmth") - 0.08).clip(0)
    reach = pl.col("cold").replace_strict([0, 1, 2], [0.0, 4.0, -20.0], return_dtype=pl.Float64)
    lift = ((pl.col("celsius") - reach) / 30).clip(0.15)
    cooling = pl.when(pl.col("cold") > 0).then(pl.col("cold_w") * lift).otherwise(0.0) * time
    parked = pl.col("idle_w") * pl.col("idle_s")
    board = pl.col("auxiliary_w") * comfort * time
    fuel = pl.col("wheel") / pl.col("efficiency") + pl.col("drag_w") * pl.col("driving_s")
    fuel = fuel * (1 + 0.25 * cold / (1 + pl.col("distance_m") / 20_000)) + parked + board / 0.4
    power = pl.col("wheel") / pl.col("efficiency") + pl.col("drag_w") * pl.col("driving_s")
    power = (power * (1 + 0.35 * cold) + parked + board + cooling) / _CHARGING
    return pl.when("electric").then(power).otherwise(fuel + cooling)
