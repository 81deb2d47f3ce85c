"""仿真 A living network with known truth: every order, leg and litre made from a seed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.simulate.dirt import Dirt
    from tanlu.simulate.drives import telemetry
    from tanlu.simulate.files import write_park, write_telemetry
    from tanlu.simulate.network import Plan, batch, park, plan
    from tanlu.simulate.sites import sites
    from tanlu.simulate.stated import table

__all__ = [
    "Dirt",
    "Plan",
    "batch",
    "park",
    "plan",
    "sites",
    "table",
    "telemetry",
    "write_park",
    "write_telemetry",
]

_FILES = {
    "Dirt": "dirt",
    "Plan": "network",
    "batch": "network",
    "park": "network",
    "plan": "network",
    "sites": "sites",
    "table": "stated",
    "telemetry": "drives",
    "write_park": "files",
    "write_telemetry": "files",
}


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.simulate.{_FILES[name]}"), name)
    globals()[name] = found
    return found
