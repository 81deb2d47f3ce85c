"""Meters and machines that are asked by Modbus TCP."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any

from tanlu.monitor.points import Point, Request, requests, values
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
        self._silence = extra("modbus", "pymodbus.exceptions").ModbusIOException
        # each failed call is counted; the library would write it to stderr too
        logging.getLogger("pymodbus.logging").setLevel(logging.CRITICAL + 1)
        self._client: Any = made(host, port=port, timeout=2, retries=1)

    async def connect(self) -> None:
        """Connect."""
        if not await self._client.connect():
            raise ConnectionError

    async def read(self, points: Sequence[Point]) -> AsyncIterator[tuple[Point, float | None]]:
        """Give the value of each point, unit by unit.

        A unit that refuses gives null for the points of that question, one that says nothing for
        all of its own: behind one address there may be a line of many, and one of them dead.

        Raises
        ------
        ConnectionError
            When none of the units said anything.
        """
        heard = False
        for unit in dict.fromkeys(one.unit for one in points):
            silent = False
            for asked in requests([one for one in points if one.unit == unit]):
                answer = None if silent else await self._asked(asked)
                silent = answer is None
                heard = heard or not silent
                told = [None] * len(asked.points) if not answer else values(asked, answer)
                for pair in zip(asked.points, told, strict=True):
                    yield pair
        if not heard:
            raise ConnectionError

    async def _asked(self, asked: Request) -> list[int] | None:
        """Give the words of an answer, none when the unit refuses, null when it says nothing."""
        inputs = asked.area == "input"
        read = self._client.read_input_registers if inputs else self._client.read_holding_registers
        try:
            answer = await read(asked.first, count=asked.width, device_id=asked.unit)
        except self._silence:
            if not self._client.connected:
                raise
            return None
        if not answer.isError():
            return list(answer.registers)
        return [] if hasattr(answer, "exception_code") else None

    async def close(self) -> None:
        """Let go."""
        self._client.close()
