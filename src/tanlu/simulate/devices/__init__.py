"""设备 Devices of a park that are not there: what they read, what goes wrong, the truth."""

from tanlu.simulate.devices.faults import labelled
from tanlu.simulate.devices.park import definitions, registry

__all__ = ["definitions", "labelled", "registry"]
