"""输入 Positions of others come in: CSV, Parquet, NDJSON and GPX, by names that are well known."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanlu.track.inputs.beside import read_beside
    from tanlu.track.inputs.reading import Positions, file_form, read_positions, read_table

__all__ = ["Positions", "file_form", "read_beside", "read_positions", "read_table"]

_FILES = {
    "Positions": "reading", "file_form": "reading", "read_beside": "beside",
    "read_positions": "reading", "read_table": "reading",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a name when it is first used, so that the door stays light."""
    if name not in _FILES:
        raise AttributeError(name)
    found = getattr(import_module(f"tanlu.track.inputs.{_FILES[name]}"), name)
    globals()[name] = found
    return found
