"""Machines that are read by OPC UA."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Sequence
from typing import Any

from tanlu.monitor.points import Point
from tanlu.serve.gateway.extras import extra

__all__ = ["OpcUaLink"]


class OpcUaLink:
    """A session with one OPC UA server.

    Raises
    ------
    TanluError
        TL466 without the extra ``opcua``.
    """

    def __init__(self, host: str, port: int) -> None:
        self._ua: Any = extra("opcua", "asyncua")
        _bound(extra("opcua", "asyncua.ua.ua_binary"), self._ua.ua.VariantType.Null)
        self._client: Any = self._ua.Client(f"opc.tcp://{host}:{port}", timeout=4)

    async def connect(self) -> None:
        """Open the session."""
        await self._client.connect()

    async def read(self, points: Sequence[Point]) -> AsyncIterator[tuple[Point, float | None]]:
        """Give the value of each node; one that is not good or no number gives null."""
        nodes = [self._client.get_node(one.address) for one in points]
        told = await self._client.read_attributes(nodes)
        for each, one in zip(told, points, strict=True):
            yield one, _value(each, one)

    async def close(self) -> None:
        """End the session."""
        await self._client.disconnect()


def _value(told: Any, point: Point) -> float | None:
    if not told.StatusCode.is_good() or told.Value is None:
        return None
    value = told.Value.Value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    found = float(value) * point.scale
    return found if math.isfinite(found) else None


def _bound(binary: Any, null: object) -> None:
    """Let the library refuse an array of nothings: it would make as many as are claimed.

    No byte stands behind them, so an answer of some bytes would take all memory and minutes.
    """
    unpack = binary.unpack_uatype_array
    if unpack.__module__ == __name__:
        return

    def bounded(kind: object, data: Any) -> Any:
        if kind is null:
            raise ValueError
        return unpack(kind, data)

    binary.unpack_uatype_array = bounded
