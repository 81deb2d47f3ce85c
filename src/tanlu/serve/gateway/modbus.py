"""Meters and machines that are asked by Modbus TCP."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from tanlu.monitor.points import Point, requests, values
from tanlu.serve.gateway.extras import extra

__all__ = ["ModbusLink"]


class ModbusLink:
    """A connection to one Modbus TCP server, which may stand for several units.

    Raises
    ------
    TanluError
        TL466 without the extra ``modbus``.
    """

    def __init__(self, host: str, port: int) -> None:
        made = extra("modbus", "pymodbus.client").AsyncModbusTcpClient
        # each failed call is counted; the library would write it to stderr too
        logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL + 1)
        self._client: Any = made(host, port=port, timeout=2, retries=1)

    async def connect(self) -> None:
        """Connect."""
        if not await self._client.connect():
            raise ConnectionError

    async def read(self, points: Sequence[Point]) -> list[float | None]:
        """Give the value of each point; a unit that refuses gives null for its points alone."""
        found: dict[Point, float | None] = dict.fromkeys(points)
        for asked in requests(points):
            read = (
                self._client.read_input_registers
                if asked.area == "input"
                else self._client.read_holding_registers
            )
            answer = await read(asked.first, count=asked.width, device_id=asked.unit)
            if not answer.isError():
                found.update(zip(asked.points, values(asked, answer.registers), strict=True))
            elif not hasattr(answer, "exception_code"):
                raise ConnectionError
        return [found[one] for one in points]

    async def close(self) -> None:
        """Let go."""
        self._client.close()
