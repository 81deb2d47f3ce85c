"""设备 Devices of a park that are not there: what they read, what goes wrong, the truth."""

from tanlu.simulate.devices.comparing import compare, compare_gaps
from tanlu.simulate.devices.faults import labelled
from tanlu.simulate.devices.living import (
    GATEWAY,
    living_devices,
    living_readings,
    living_scans,
)
from tanlu.simulate.devices.park import definitions, registry
from tanlu.simulate.devices.wire import Wire, gaps, transmissions

__all__ = [
    "GATEWAY",
    "Wire",
    "compare",
    "compare_gaps",
    "definitions",
    "gaps",
    "labelled",
    "living_devices",
    "living_readings",
    "living_scans",
    "registry",
    "transmissions",
]
