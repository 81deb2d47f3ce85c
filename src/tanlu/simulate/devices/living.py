"""Parks that live: what each device reads at an instant of the clock, whenever one asks.

Everything is a function of the time, so that a rehearsal that begins anew goes on where the clock
is. The parts of a park make its balance: the grid gives what sun and batteries do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from tanlu.simulate.draw import bits
from tanlu.simulate.stated import table

__all__ = ["GATEWAY", "living_devices", "living_readings", "living_scans"]

GATEWAY = "demo-gateway"
DAY_S = 86_400
BEAT_US = 2_000_000
# share of the state of charge by hour of the sun: filled at noon, emptied in the evening
CHARGE_HOURS = (0.0, 10.0, 15.0, 17.5, 22.0, 24.0)
CHARGE = (0.22, 0.22, 0.92, 0.92, 0.22, 0.22)
STORED_H = 2.4  # a battery holds so many hours of its power
PREFIX = {"agv": "agv", "base": "load", "charger": "ev", "sensor": "room"}
STEPS = ("receiving", "sorting", "loading", "departing", "arriving", "unloading")
COLUMNS = {
    "device": pl.String, "type": pl.String, "place": pl.String, "heartbeat_us": pl.Int64,
    "scope": pl.String,
}  # fmt: skip
Array = np.ndarray[Any, Any]


class _Lot:
    """The devices of one kind in one park."""

    def __init__(self, row: dict[str, str]) -> None:
        self.park, self.what = row["park"], row["what"]
        self.lon, self.size = float(row["lon"]), float(row["size"])
        self.k = np.arange(int(row["count"])) + 1.0
        prefix = PREFIX.get(self.what, self.what)
        self.names = [f"{self.park}-{prefix}-{int(k)}" for k in self.k]

    def hour(self, second: float) -> float:
        """Give the hour of the sun at the park, from 0 to 24."""
        return (second / 3600 + self.lon / 15) % 24


def _lots() -> list[_Lot]:
    return [_Lot(row) for row in table("devices/living")]


def living_devices() -> pl.DataFrame:
    """Give the devices of the living parks: ``device, type, place, heartbeat_us``, and a gateway.

    The gateway may send for all of them.
    """
    rows: list[tuple[str, str, str | None, int | None, str | None]] = [
        (name, lot.what, f"{lot.park}/{name.removeprefix(lot.park + '-')}", BEAT_US, None)
        for lot in _lots()
        if lot.what != "base"
        for name in lot.names
    ]
    parks = sorted({lot.park for lot in _lots()})
    rows += [(f"{park}-grid", "grid", f"{park}/grid", BEAT_US, None) for park in parks]
    rows += [(f"{park}-scanner", "reader", f"{park}/scanner", None, None) for park in parks]
    rows.append((GATEWAY, "gateway", None, None, " ".join(f"{park}-*" for park in parks)))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def living_readings(at_us: int) -> dict[str, pl.DataFrame]:
    """Give what all devices read at a time [us UTC], by stream: ``device, at, value``."""
    second = at_us / 1e6
    told: dict[str, dict[str, float]] = {}
    grid: dict[str, float] = {}
    for lot in _lots():
        found = _SIGNALS[lot.what](lot, second)
        for stream, values in found.items():
            if lot.what != "base":
                told.setdefault(stream, {}).update(zip(lot.names, values.tolist(), strict=True))
        if "power_w" in found:
            sign = -1.0 if lot.what in ("pv", "storage") else 1.0
            grid[lot.park] = grid.get(lot.park, 0.0) + sign * float(found["power_w"].sum())
    told["power_w"].update({f"{park}-grid": watts for park, watts in grid.items()})
    return {stream: _rows(values, at_us) for stream, values in told.items()}


def living_scans(at_us: int, subjects: list[str], *, many: int) -> pl.DataFrame:
    """Give scans of shipments within the second that ends at a time, rows of stream ``scan``."""
    parks = sorted({lot.park for lot in _lots()})
    key = pl.Series([at_us // 1_000_000 * 64 + n for n in range(many)], dtype=pl.UInt64)
    drawn = bits(key, 7, 151)
    which = (drawn % len(subjects)).to_list()
    steps = [STEPS[n] for n in ((drawn // 4096) % len(STEPS)).to_list()]
    where = [parks[n] for n in ((drawn // 65536) % len(parks)).to_list()]
    return pl.DataFrame({
        "device": [f"{park}-scanner" for park in where],
        "at": [at_us - (many - 1 - n) * (1_000_000 // max(1, many)) for n in range(many)],
        "type": ["object"] * many, "action": ["observe"] * many,
        "subject": [subjects[n] for n in which], "step": steps,
        "place": [f"{park}/dock-{n % 8 + 1}" for n, park in enumerate(where)],
    })  # fmt: skip


def _rows(values: dict[str, float], at_us: int) -> pl.DataFrame:
    return pl.DataFrame({"device": list(values), "value": list(values.values())}).select(
        "device",
        pl.lit(at_us, pl.Int64).alias("at"),
        "value",
    )


def _wander(lot: _Lot, second: float, slow: float = 1.0) -> Array:
    """Give numbers that wander between -1 and 1, of each device its own."""
    t = second / slow
    waves = (
        np.sin(t / 617 + 1.7 * lot.k) + np.sin(t / 251 + 2.3 * lot.k) + np.sin(t / 89 + 0.9 * lot.k)
    )
    return np.asarray(waves / 3.0)


def _busy(lot: _Lot, second: float, block_s: int, share: float) -> tuple[Array, Array]:
    """Tell for blocks of time which are in use, and how far each is in its block, 0 to 1."""
    shifted = second + lot.k * 911.0
    block = np.floor(shifted / block_s)
    key = pl.Series((block * 4096 + lot.k).astype(np.uint64))
    drawn = (bits(key, len(lot.park), 152) % 1000).to_numpy()
    return drawn < share * 1000, shifted / block_s - block


def _day(hour: float) -> float:
    """Give how much goes on at an hour: two peaks, quiet before dawn."""
    morning = np.exp(-((hour - 10.5) ** 2) / 8)
    evening = np.exp(-((hour - 20.0) ** 2) / 10)
    return float(0.38 + 0.5 * morning + 0.45 * evening)


def _pv(lot: _Lot, second: float) -> dict[str, Array]:
    height = np.sin(np.pi * (lot.hour(second) - 6.0) / 12.0)
    sky = 0.78 + 0.22 * _wander(lot, second, 2.0)
    made = lot.size * 1000 * 0.86 * max(0.0, float(height)) ** 1.2 * np.clip(sky, 0.2, 1.0)
    return {"power_w": np.round(made)}


def _storage(lot: _Lot, second: float) -> dict[str, Array]:
    hour = lot.hour(second)
    share = float(np.interp(hour, CHARGE_HOURS, CHARGE))
    slope = float(np.interp((hour + 0.01) % 24, CHARGE_HOURS, CHARGE)) - share
    # the power is what the state of charge loses, so that both tell the same
    power = -slope / 0.01 * STORED_H * lot.size * 1000 * np.ones_like(lot.k)
    soc = 100 * share + 1.5 * np.sin(lot.k)
    return {"power_w": np.round(power), "soc_percent": np.round(soc, 2)}


def _chiller(lot: _Lot, second: float) -> dict[str, Array]:
    warm = 0.45 + 0.2 * np.sin(np.pi * (lot.hour(second) - 9.0) / 12.0)
    return {"power_w": np.round(lot.size * 1000 * np.clip(warm + 0.2 * _wander(lot, second), 0, 1))}


def _charger(lot: _Lot, second: float) -> dict[str, Array]:
    busy, part = _busy(lot, second, 2700, 0.75 * _day(lot.hour(second)))
    # full power at first, less and less in the last third
    taper = np.clip((1.0 - part) * 3.0, 0.15, 1.0)
    return {
        "power_w": np.round(lot.size * 1000 * busy * taper * (0.96 + 0.04 * _wander(lot, second)))
    }


def _agv(lot: _Lot, second: float) -> dict[str, Array]:
    turn = ((second + lot.k * 421.0) / 4200.0) % 1.0
    charging = turn > 0.75
    soc = np.where(charging, 25 + 70 * (turn - 0.75) / 0.25, 95 - 70 * turn / 0.75)
    power = lot.size * 1000 * charging
    return {"power_w": np.round(power), "soc_percent": np.round(soc, 2)}


def _dock(lot: _Lot, second: float) -> dict[str, Array]:
    busy, _ = _busy(lot, second, 1800, _day(lot.hour(second)))
    return {"door_open": busy.astype(float)}


def _room(lot: _Lot, second: float) -> dict[str, Array]:
    return {"temperature_c": np.round(lot.size + 0.8 * _wander(lot, second), 2)}


def _sorter(lot: _Lot, second: float) -> dict[str, Array]:
    # the sum of a rate that is always above zero, so that the register never goes back
    turn = 2 * np.pi / DAY_S
    passed = second + 0.7 / turn * (1 - np.cos(turn * second + lot.k))
    return {"parcel_total": np.floor(lot.size / 3600 * passed) % 1e12}


def _base(lot: _Lot, second: float) -> dict[str, Array]:
    share = 0.3 + 0.6 * _day(lot.hour(second)) + 0.03 * _wander(lot, second, 0.3)
    return {"power_w": np.round(lot.size * 1000 * share)}


_SIGNALS = {
    "pv": _pv, "storage": _storage, "chiller": _chiller, "charger": _charger, "agv": _agv,
    "dock": _dock, "sensor": _room, "sorter": _sorter, "base": _base,
}  # fmt: skip
