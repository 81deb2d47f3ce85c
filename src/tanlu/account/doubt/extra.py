"""The libraries of the extra ``tanlu[account]``, or a clear word that they are absent."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tanlu.errors import TanluError

__all__ = ["numbers"]


def numbers(name: str) -> Any:
    """Give a module of numpy or scipy.

    Raises
    ------
    TanluError
        TL002 where the extra is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise TanluError("TL002", value=name, extra="account") from error
