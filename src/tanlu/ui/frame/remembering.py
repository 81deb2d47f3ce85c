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
_TURN = threading.Lock()


def remembered(workspace: Any, key: tuple[object, ...], make: Callable[[], Made]) -> Made:
    """Give what ``make`` gives, computed once for this version of this ledger and this key.

    A ledger only grows, so what was computed of a version stays true; the oldest are let go.
    """
    whole = (workspace.id, str(workspace.path), workspace.version, *key)
    with _TURN:
        if whole in _KEPT:
            _KEPT.move_to_end(whole)
            found: Made = _KEPT[whole]
            return found
    made = make()
    with _TURN:
        _KEPT[whole] = made
        while len(_KEPT) > MOST:
            _KEPT.popitem(last=False)
    return made
