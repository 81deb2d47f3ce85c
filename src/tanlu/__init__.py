"""碳路 Tanlu measures, reports, verifies and tracks the carbon of every parcel, and cuts it.

``import tanlu`` loads nothing else; ``tanlu.account.quantify`` loads its room when it is named.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # typing itself is a tenth of what an interpreter takes to start
if TYPE_CHECKING:
    from typing import Any

__all__ = ["__version__"]

ROOMS = ("account", "factors", "monitor", "report", "simulate", "store", "terms", "verify")


def __getattr__(name: str) -> Any:
    """Load a room, or the version, when it is first named."""
    if name == "__version__":
        return import_module("tanlu.terms.about").VERSION
    if name in ROOMS:
        return import_module(f"tanlu.{name}")
    raise AttributeError(f"module 'tanlu' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*ROOMS, *__all__]
