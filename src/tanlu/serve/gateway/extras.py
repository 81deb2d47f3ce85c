"""What a gateway needs beyond the base install, or how to get it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tanlu.errors import TanluError

__all__ = ["extra"]


def extra(name: str, module: str) -> Any:
    """Give a module of an extra.

    Raises
    ------
    TanluError
        TL466 when the extra is not installed.
    """
    try:
        return import_module(module)
    except ImportError as error:
        raise TanluError("TL466", value=module.partition(".")[0], extra=name) from error
