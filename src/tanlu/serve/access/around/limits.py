"""How often somebody may ask: a bucket that fills again, for each who asks and each address."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from starlette.datastructures import MutableHeaders

from tanlu.errors import TanluError
from tanlu.serve.api.origin import address

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Limits", "Rate", "Telling"]

MOST = 50_000


class Rate(NamedTuple):
    """How many requests at once, and how many a second in the long run."""

    burst: int
    per_s: float


class _Bucket(NamedTuple):
    left: float
    at_s: float


# who is known, who is not, and the ways in
KNOWN, UNKNOWN, ENTRANCE = Rate(2000, 200.0), Rate(1000, 100.0), Rate(120, 2.0)


class Limits:
    """Counts requests in the memory of this process.

    Who is known is counted wherever he comes from, who is not by his address; a wrong token counts
    for the address.
    """

    def __init__(
        self,
        *,
        known: Rate = KNOWN,
        unknown: Rate = UNKNOWN,
        entrance: Rate = ENTRANCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.known, self.unknown, self.entrance = known, unknown, entrance
        self.clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._turn = threading.Lock()

    def __call__(self, request: Request) -> None:
        """Count a request, or refuse it.

        Raises
        ------
        TanluError
            TL477 with how long to wait.
        """
        principal = request.state.principal
        if request.url.path.startswith("/auth/"):
            key, rate = f"entrance {address(request)}", self.entrance
        elif principal is None:
            key, rate = f"address {address(request)}", self.unknown
        else:
            key, rate = f"{principal.tenant} {principal.identity}", self.known
        left = self._take(key, rate)
        request.state.limit = (rate, max(0.0, left))
        if left < 0:
            request.state.limited = True
            raise TanluError("TL477", after_s=math.ceil(-left / rate.per_s))

    def counted(self, key: str, rate: Rate) -> None:
        """Count what asks under a name of its own, a shop for example; TL477 as above."""
        left = self._take(key, rate)
        if left < 0:
            raise TanluError("TL477", after_s=math.ceil(-left / rate.per_s))

    def _take(self, key: str, rate: Rate) -> float:
        """Take one from a bucket and give what is left, or below zero what it lacks of one."""
        now = self.clock()
        with self._turn:
            before = self._buckets.pop(key, _Bucket(rate.burst, now))
            left = min(rate.burst, before.left + (now - before.at_s) * rate.per_s)
            taken = left >= 1
            self._buckets[key] = _Bucket(left - 1 if taken else left, now)
            while len(self._buckets) > MOST:
                self._buckets.popitem(last=False)
        return left - 1


class Telling:
    """A layer that tells in each answer how often one may still ask."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; the headers follow the draft of the IETF for RateLimit fields."""

        async def told(message: Message) -> None:
            found = scope.get("state", {}).get("limit")
            if message["type"] == "http.response.start" and found is not None:
                rate, left = found
                headers = MutableHeaders(scope=message)
                full_s = rate.burst / rate.per_s
                headers["ratelimit-limit"] = str(rate.burst)
                headers["ratelimit-remaining"] = str(int(left))
                headers["ratelimit-reset"] = str(math.ceil((rate.burst - left) / rate.per_s))
                headers["ratelimit-policy"] = f"{rate.burst};w={math.ceil(full_s)}"
            await send(message)

        await self.app(scope, receive, told)
