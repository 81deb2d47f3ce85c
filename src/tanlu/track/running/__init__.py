"""运行 The whole way: positions fused, cut by mode, made into legs, batch by batch of devices."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.track.running.books import tracked_ledger
    from tanlu.track.running.judging import judged_faults
    from tanlu.track.running.keeping import Kept
    from tanlu.track.running.steps import Batch, tracked

__all__ = ["Batch", "Kept", "judged_faults", "tracked", "tracked_ledger"]

_FILES = {
    "Batch": "steps", "Kept": "keeping", "judged_faults": "judging", "tracked": "steps",
    "tracked_ledger": "books",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.track.running.{_FILES[name]}"), name)
    globals()[name] = found
    return found
