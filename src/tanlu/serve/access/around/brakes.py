"""Against guessing: who was wrong often waits longer each time, by name and by address."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from tanlu.errors import TanluError
from tanlu.serve.api.origin import address

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

__all__ = ["Brakes"]


class _Rule(NamedTuple):
    """How many slips are free before the wait begins to double, and the longest wait [s]."""

    free: int
    longest_s: float


# one name from one address; one name from anywhere; one address with any name
RULES = (_Rule(5, 300.0), _Rule(50, 30.0), _Rule(40, 300.0))
# after so long without a slip all is forgotten [s]
FORGET_S = 3600.0
MOST = 20_000


class _Slips(NamedTuple):
    often: int
    last_s: float


class Brakes:
    """Counts who was wrong, in the memory of this process.

    An attempt counts as a slip when it begins, so that many at once are no way round; it is taken
    back when it was right. The wait is asked before anything is looked up: it is the same for
    names that there are and names that there are not. Whoever guesses at a name from elsewhere
    makes its owner wait for half a minute at most.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._slips: OrderedDict[str, _Slips] = OrderedDict()
        self._turn = threading.Lock()

    def attempt(self, request: Request, name: str) -> None:
        """Count an attempt, or refuse who must still wait.

        Raises
        ------
        TanluError
            TL477 with how long.
        """
        now, keys = self.clock(), _keys(request, name)
        with self._turn:
            left = max(self._left(*each, now) for each in zip(keys, RULES, strict=True))
            if left <= 0:
                for key in keys:
                    before = self._slips.pop(key, _Slips(0, now))
                    often = 0 if now - before.last_s > FORGET_S else before.often
                    self._slips[key] = _Slips(often + 1, now)
                while len(self._slips) > MOST:
                    self._slips.popitem(last=False)
        if left > 0:
            raise TanluError("TL477", after_s=math.ceil(left))

    def right(self, request: Request, name: str) -> None:
        """Take an attempt back that was right; the name from this address is free again."""
        pair, *rest = _keys(request, name)
        with self._turn:
            self._slips.pop(pair, None)
            for key in rest:
                before = self._slips.get(key)
                if before is not None:
                    self._slips[key] = before._replace(often=max(0, before.often - 1))

    def _left(self, key: str, rule: _Rule, now: float) -> float:
        slips = self._slips.get(key)
        if slips is None or slips.often < rule.free or now - slips.last_s > FORGET_S:
            return 0.0
        wait = min(rule.longest_s, 2.0 ** min(slips.often - rule.free, 20))
        return slips.last_s + wait - now


def _keys(request: Request, name: str) -> tuple[str, str, str]:
    place = address(request)
    return f"{name} from {place}", f"name {name}", f"address {place}"
