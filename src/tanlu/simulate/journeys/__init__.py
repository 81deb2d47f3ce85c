"""行程 Multimodal journeys with known truth: what a device told, and what was so."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.simulate.journeys.faults import FAULTS, faulty
    from tanlu.simulate.journeys.noise import CONDITIONS, Noise, under
    from tanlu.simulate.journeys.records import (
        Journeys,
        journeys,
        simulated,
        write_journeys,
        written,
    )

__all__ = [
    "CONDITIONS",
    "FAULTS",
    "Journeys",
    "Noise",
    "faulty",
    "journeys",
    "simulated",
    "under",
    "write_journeys",
    "written",
]

_FILES = {
    "CONDITIONS": "noise",
    "FAULTS": "faults",
    "faulty": "faults",
    "Journeys": "records",
    "Noise": "noise",
    "journeys": "records",
    "simulated": "records",
    "under": "noise",
    "write_journeys": "records",
    "written": "records",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.simulate.journeys.{_FILES[name]}"), name)
    globals()[name] = found
    return found
