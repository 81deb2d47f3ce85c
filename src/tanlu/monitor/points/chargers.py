"""What a charge point tells of its meters (OCPP 1.6 and 2.0.1), as rows of streams."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import polars as pl

__all__ = ["MEASURANDS", "PASSED", "sampled"]

# measurand: stream, unit when none is told (OCPP 1.6 7.31, OCPP 2.0.1 appendix 3.36); amounts of
# intervals are in the register, which begins and ends each charge of 1.6: both would count twice
MEASURANDS = {
    "Energy.Active.Import.Register": ("charge_wh", "Wh"),
    "Energy.Active.Export.Register": ("energy_export_wh", "Wh"),
    "Power.Active.Import": ("power_w", "W"),
    "Current.Import": ("current_a", "A"),
    "Voltage": ("voltage_v", "V"),
    "SoC": ("soc_percent", "Percent"),
    "Temperature": ("temperature_c", "Celsius"),
}
# understood, but nothing that is counted, or apart from the sum that is
PASSED = ("a single phase", "signed data", "another measurand", "not at the outlet")
UNITS = {"Wh": 1.0, "kWh": 1000.0, "W": 1.0, "kW": 1000.0, "A": 1.0, "V": 1.0, "Percent": 1.0,
         "Celsius": 1.0, "Celcius": 1.0}  # fmt: skip
PHASES = ("L1", "L2", "L3")
OF_VEHICLE = ("SoC", "Temperature")
COLUMNS = {"device": pl.String, "stream": pl.String, "at": pl.Int64, "value": pl.Float64}


def sampled(
    device: str, told: Sequence[Mapping[str, Any]]
) -> tuple[pl.DataFrame, list[tuple[Mapping[str, Any], str]]]:
    """Give the rows of sampled values, and what was not understood with its reason.

    Parameters
    ----------
    device
        The charge point with its connector.
    told
        Meter values with the keys of the Python library ``ocpp``: timestamp and sampled_value.

    Returns
    -------
    tuple
        Columns ``device, stream, at`` [us UTC]``, value``; and pairs of a value and why not.
        Values of single phases are passed over with their reason where their sum is told too, for
        both together would count twice; energy and power that are told by phases alone are added.
    """
    rows: list[tuple[str, str, int, float]] = []
    refused: list[tuple[Mapping[str, Any], str]] = []
    for each in told:
        at = _at(each.get("timestamp"))
        some = each.get("sampled_value", ())
        for one in (*some, *_sums(some)):
            found = _row(one) if at is not None else "no time that can be read"
            if isinstance(found, str):
                refused.append(({"timestamp": each.get("timestamp"), **one}, found))
            elif at is not None:
                rows.append((device, found[0], at, found[1]))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row"), refused


def _sums(some: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Give the sums of what is told of phases alone: of L1 by itself, or of all three."""
    whole = {_quantity(one) for one in some if not one.get("phase")}
    parts: dict[tuple[object, ...], dict[str, Mapping[str, Any]]] = {}
    for one in some:
        phase = str(one.get("phase") or "").removesuffix("-N")
        if phase in PHASES and _name(one).startswith(("Energy.", "Power.Active.")):
            parts.setdefault(_quantity(one), {})[phase] = one
    found: list[Mapping[str, Any]] = []
    for quantity, told in parts.items():
        units = {(one.get("unit"), str(one.get("unit_of_measure"))) for one in told.values()}
        if quantity in whole or set(told) not in ({"L1"}, set(PHASES)) or len(units) != 1:
            continue
        try:
            value = sum(Decimal(str(one["value"])) for one in told.values())
        except (KeyError, ArithmeticError):
            continue
        found.append({**told["L1"], "phase": None, "value": float(value)})
    return found


def _name(one: Mapping[str, Any]) -> str:
    return str(one.get("measurand") or "Energy.Active.Import.Register")


def _quantity(one: Mapping[str, Any]) -> tuple[object, ...]:
    return _name(one), one.get("location"), one.get("context"), one.get("format")


def _row(one: Mapping[str, Any]) -> tuple[str, float] | str:
    name = _name(one)
    if name not in MEASURANDS:
        return "another measurand"
    if one.get("phase"):
        return "a single phase"
    if one.get("format") == "SignedData":
        return "signed data"
    # what a vehicle says of its energy would be a second reading of what the charger measured
    places = ("Outlet", "EV") if name in OF_VEHICLE else ("Outlet",)
    if one.get("location", "Outlet") not in places:
        return "not at the outlet"
    stream, usual = MEASURANDS[name]
    factor = _factor(one, usual)
    try:
        value = float(one["value"])
    except (KeyError, TypeError, ValueError, OverflowError):
        return "no number"
    if factor is None:
        return "unknown unit"
    return (stream, value * factor) if math.isfinite(value * factor) else "no number"


def _factor(one: Mapping[str, Any], usual: str) -> float | None:
    """Give what the value is multiplied with: the unit of 1.6, unit and multiplier of 2.0.1."""
    of = one.get("unit_of_measure") or {}
    unit, power = one.get("unit") or of.get("unit") or usual, of.get("multiplier", 0)
    if unit not in UNITS or not isinstance(power, int) or abs(power) > 12:
        return None
    return float(UNITS[unit] * 10.0**power)


def _at(text: object) -> int | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    if found.tzinfo is None:
        return None
    since = found - datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
