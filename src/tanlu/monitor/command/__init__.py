"""指令 The one door for acting on devices: authorised, interlocked, logged, undone in time."""

from tanlu.monitor.command.desk import Desk, Driver, Outcome
from tanlu.monitor.command.newest import newest_readings, rehearsal
from tanlu.monitor.command.rules import Action, Grant, Interlock, Limit, Rules, Watched
from tanlu.monitor.command.simulated import FAULTS, SimulatedDevice, SimulatedDevices

__all__ = [
    "FAULTS",
    "Action",
    "Desk",
    "Driver",
    "Grant",
    "Interlock",
    "Limit",
    "Outcome",
    "Rules",
    "SimulatedDevice",
    "SimulatedDevices",
    "Watched",
    "newest_readings",
    "rehearsal",
]
