"""Readings of an analyser as gas per hour: standard conditions, moisture, oxygen, mass.

Standard conditions are 273.15 K and 101 325 Pa (Regulation (EU) 2018/2066 article 3); HJ 75-2017
asks for dry gas beside. Concentration and flow must be of the same gas: both dry, both at the
oxygen that is really there.
"""

from __future__ import annotations

import polars as pl

__all__ = ["COLUMNS", "MOLAR_G", "at_oxygen", "hours", "normal_volume"]

ZERO_K = 273.15
PRESSURE_PA = 101_325.0
MOLAR_L = 22.414  # litres of a mole of ideal gas at standard conditions
# g/mol: IUPAC standard atomic weights, abridged 2021
MOLAR_G = {"co2": 44.009, "co2_bio": 44.009, "ch4": 16.043, "ch4_bio": 16.043, "n2o": 44.013}
AIR_OXYGEN = 0.21
COLUMNS = {
    "source": pl.String, "gas": pl.String, "start": pl.Int64, "running": pl.Int64,
    "points": pl.Int64, "points_possible": pl.Int64, "conc_ppm": pl.Float64,
    "conc_mg_m3": pl.Float64, "conc_basis": pl.String, "conc_oxygen": pl.Float64,
    "flow_m3": pl.Float64, "temperature_c": pl.Float64, "pressure_pa": pl.Float64,
    "moisture": pl.Float64, "oxygen": pl.Float64,
}  # fmt: skip


def normal_volume(
    volume: pl.Expr, temperature_c: pl.Expr, pressure_pa: pl.Expr, moisture: pl.Expr
) -> pl.Expr:
    """Give dry volume at standard conditions [Nm³] of wet volume as it flows [m³].

    ``V_n = V · 273.15 / (273.15 + T) · P / 101325 · (1 − x_w)``, the gas law.
    """
    warm = ZERO_K / (temperature_c + ZERO_K)
    return volume * warm * (pressure_pa / PRESSURE_PA) * (1 - moisture)


def at_oxygen(
    concentration: pl.Expr, oxygen: pl.Expr, reference: pl.Expr, air: float = AIR_OXYGEN
) -> pl.Expr:
    """Give a concentration at a reference oxygen [same unit]: ``C · (O_air − O_ref)/(O_air − O₂)``.

    Shares of volume, dry. 21 % in air: GB 13271-2014 5.2 and Directive 2010/75/EU annex VI part 7.
    """
    return concentration * (air - reference) / (air - oxygen)


def hours(readings: pl.DataFrame, *, air: float = AIR_OXYGEN) -> pl.DataFrame:
    """Give dry concentration [g/Nm³] and dry flow [Nm³] of each hour of each source and gas.

    Parameters
    ----------
    readings
        One row an hour: ``source, gas`` (co2, co2_bio, ch4, ch4_bio, n2o), ``start`` [µs UTC],
        ``running`` (1 or 0), ``points`` of ``points_possible`` valid readings, the concentration
        as ``conc_ppm`` [volume] or ``conc_mg_m3`` [at standard conditions] on ``conc_basis`` (dry
        or wet; what says neither is no concentration), at ``conc_oxygen`` where the analyser
        already refers it to one, ``flow_m3`` [m³ wet, as it flows], ``temperature_c``,
        ``pressure_pa`` [absolute], ``moisture`` and ``oxygen`` [shares of volume]. Absent columns
        are null.
    air
        Share of oxygen in air.

    Returns
    -------
    DataFrame
        The columns of ``readings`` with conc_g_nm3 and flow_nm3, null where a value is missing, is
        not finite or cannot be (a share outside 0 to 1, a pressure or concentration below zero).
    """
    have = set(readings.columns)
    rows = readings.select(
        *(pl.col(n).cast(t) if n in have else pl.lit(None, t).alias(n) for n, t in COLUMNS.items()),
    )
    share = {name: _within(pl.col(name), 0, 1) for name in ("moisture", "oxygen", "conc_oxygen")}
    molar = pl.col("gas").replace_strict(MOLAR_G, default=None, return_dtype=pl.Float64)
    told = pl.coalesce(
        _within(pl.col("conc_mg_m3"), 0) / 1000,
        _within(pl.col("conc_ppm"), 0, 1e6) * 1e-6 * molar / MOLAR_L * 1000,
    )
    basis = pl.col("conc_basis")
    # a wet concentration taken for a dry one would be too small: nothing is guessed
    dry = (
        pl.when(basis == "wet").then(told / (1 - share["moisture"])).when(basis == "dry").then(told)
    )
    # an analyser that refers to an oxygen is brought back to the one that is there
    real = pl.when(pl.col("conc_oxygen").is_null()).then(dry).otherwise(
        at_oxygen(dry, share["conc_oxygen"], share["oxygen"], air)
    )  # fmt: skip
    flow = normal_volume(
        _within(pl.col("flow_m3"), 0), _within(pl.col("temperature_c"), -100, 2000),
        _within(pl.col("pressure_pa"), 1), share["moisture"],
    )  # fmt: skip
    return rows.with_columns(
        _within(real, 0).alias("conc_g_nm3"), _within(flow, 0).alias("flow_nm3")
    )


def _within(value: pl.Expr, least: float, most: float = 1e12) -> pl.Expr:
    return pl.when(value.is_between(least, most)).then(value)
