"""Devices that are not there: lights, a cooled room, a charger, with the faults of real ones.

For tests, and to try rules before a device is wired. The physics is small on purpose: a lamp draws
what its level says, a room follows its surroundings and a cooler with a thermostat, a battery takes
less the fuller it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["FAULTS", "SimulatedDevice", "SimulatedDevices"]

FAULTS = ("", "mute", "deaf", "late", "refuse", "other")

LAMP_W = 1_000.0
# a room of 200 kWh/K behind walls of 4 kW/K: 50 h; its cooler takes 60 kW of heat, COP 3
ROOM_J_PER_K = 200 * 3.6e6
WALL_W_PER_K = 4_000.0
COOLER_W = 60_000.0
COP = 3.0
OUTSIDE_C = 32.0
BATTERY_J = 60 * 3.6e6
CAR_MOST_W = 11_000.0
TAPER_FROM = 0.8


@dataclass
class SimulatedDevice:
    """One device: what it is set to, and its own state.

    ``faults`` says for each call what goes wrong: ``mute`` does not answer and does nothing,
    ``deaf`` does it and does not answer, ``late`` does it with the next call, ``refuse`` says no,
    ``other`` sets half of what was asked.
    """

    values: dict[str, float] = field(default_factory=dict)
    faults: Iterator[str] = field(default_factory=lambda: iter(()))
    temperature_c: float = 24.0
    energy_j: float = 0.0
    charge_j: float = 0.3 * BATTERY_J
    late: dict[str, float] = field(default_factory=dict)
    # every value that it ever took, and why: the truth against which a log is held
    history: list[tuple[str, float]] = field(default_factory=list)

    def send(self, action: str, value: float) -> None:
        """Take a value, or do what the next fault says."""
        self._late()
        match next(self.faults, ""):
            case "mute":
                raise TimeoutError("no answer")
            case "late":
                self.late[action] = value
                raise TimeoutError("no answer yet")
            case "refuse":
                raise PermissionError("the device refuses")
            case "other":
                self._take(action, value / 2)
            case "deaf":
                self._take(action, value)
                raise TimeoutError("no answer")
            case _:
                self._take(action, value)

    def read(self, action: str) -> float:
        """Give the value that is set."""
        self._late()
        if next(self.faults, "") in ("mute", "deaf"):
            raise TimeoutError("no answer")
        return self.values.get(action, 0.0)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._late()
        power = self.power_w
        if "cooling_set_point" in self.values:
            heat = WALL_W_PER_K * (OUTSIDE_C - self.temperature_c) - power * COP
            change = heat * seconds / ROOM_J_PER_K
            self.temperature_c += math.copysign(min(abs(change), 5.0), change)
        if "charging_limit" in self.values:
            self.charge_j = min(self.charge_j + power * seconds, BATTERY_J)
        self.energy_j += power * seconds

    @property
    def power_w(self) -> float:
        """Electricity that it draws now [W]."""
        power = LAMP_W * self.values.get("light_level", 0.0) / 100
        if self.temperature_c > self.values.get("cooling_set_point", math.inf):
            power += COOLER_W / COP
        if "charging_limit" in self.values:
            empty = (1 - self.charge_j / BATTERY_J) / (1 - TAPER_FROM)
            most = CAR_MOST_W * min(1.0, empty)
            power += min(self.values["charging_limit"], most)
        return power

    def _take(self, action: str, value: float) -> None:
        self.values[action] = value
        self.history.append((action, value))

    def _late(self) -> None:
        for action, value in self.late.items():
            self._take(action, value)
        self.late.clear()


class SimulatedDevices:
    """A driver that reaches simulated devices; one that is not known answers nothing."""

    def __init__(self, devices: dict[str, SimulatedDevice]) -> None:
        self.devices = devices

    def send(self, device: str, action: str, value: float) -> None:
        """Set a value."""
        self._of(device).send(action, value)

    def read(self, device: str, action: str) -> float:
        """Give the value that is set."""
        return self._of(device).read(action)

    def advance(self, seconds: float) -> None:
        """Let time pass for all."""
        for device in self.devices.values():
            device.advance(seconds)

    def readings(self, at: int) -> pl.DataFrame:
        """Give what their sensors say at a time [us UTC]: ``device, stream, at, value``."""
        rows = [
            {"device": name, "stream": stream, "at": at, "value": float(value)}
            for name, device in self.devices.items()
            for stream, value in _sensed(device)
        ]
        types = {"device": pl.String, "stream": pl.String, "at": pl.Int64, "value": pl.Float64}
        return pl.DataFrame(rows, schema=types)

    def _of(self, device: str) -> SimulatedDevice:
        if device not in self.devices:
            raise ConnectionError("no such device answers")
        return self.devices[device]


def _sensed(device: SimulatedDevice) -> Iterable[tuple[str, float]]:
    yield "power_w", device.power_w
    yield "energy_wh", device.energy_j / 3600
    if "cooling_set_point" in device.values:
        yield "temperature_c", device.temperature_c
    if "charging_limit" in device.values:
        yield "soc_percent", 100 * device.charge_j / BATTERY_J
