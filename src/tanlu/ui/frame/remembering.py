"""What a page computed once for a state of the ledger, kept for the next who looks."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

__all__ = ["remembered"]

MOST = 256
Made = TypeVar("Made")

_KEPT: OrderedDict[tuple[object, ...], Any] = OrderedDict()
_MAKING: dict[tuple[object, ...], threading.Lock] = {}
_TURN = threading.Lock()
_NOTHING = object()


def remembered(
    workspace: Any, key: tuple[object, ...], make: Callable[[], Made], *, books: bool = False
) -> Made:
    """Give what ``make`` gives, computed once for this version of this ledger and this key.

    A ledger only grows, so what was computed of a version stays true; the oldest are let go. Who
    asks while another computes the same waits for it and does not compute it again. ``books`` says
    that nothing of it is made of what devices tell: then it also stands while only that comes in.
    """
    version = workspace.manifest.settled if books else workspace.version
    whole = (workspace.id, str(workspace.path), version, *key)
    found: Made = _kept(whole)
    if found is not _NOTHING:
        return found
    with _TURN:
        making = _MAKING.setdefault(whole, threading.Lock())
    with making:
        found = _kept(whole)
        if found is not _NOTHING:
            return found
        try:
            made = make()
            with _TURN:
                _KEPT[whole] = made
                while len(_KEPT) > MOST:
                    _KEPT.popitem(last=False)
        finally:
            with _TURN:
                _MAKING.pop(whole, None)
    return made


def _kept(whole: tuple[object, ...]) -> Any:
    with _TURN:
        if whole not in _KEPT:
            return _NOTHING
        _KEPT.move_to_end(whole)
        return _KEPT[whole]
