"""Electricity meters behind a serial server, asked by DL/T 645-2007 over TCP."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence

from tanlu.errors import TanluError
from tanlu.monitor.points import Point
from tanlu.monitor.protocols import Piece, dlt645
from tanlu.serve.gateway.asking import patience_s
from tanlu.serve.gateway.frames.waiting import together

__all__ = ["MeterLink"]

# a meter answers within 500 ms (5.1.4); serial servers and 1,200 baud take their time
ANSWER_S = 2.0
# the rest of an answer comes in so many frames at most
FRAMES_MAX = 32
CHUNK_BYTES = 4096


class MeterLink:
    """A connection to one serial server, behind which meters share a line.

    The address of a point is ``METER/REGISTER``: 12 digits (``AA`` for any two) and 8 hexadecimal
    digits, as ``000000123456/00010000``. A register with FF is a block, of which the point takes
    its stream. One meter is asked at a time: the line is one.

    Parameters
    ----------
    refuse
        Told of bytes that are no answer, with the reason; a gateway keeps them in quarantine.
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        refuse: Callable[[bytes, str], object] | None = None,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._host, self._port = host, port
        self._refuse = refuse
        self._answer_s = answer_s
        self._session = dlt645.Session()
        self._pieces: list[Piece] = []
        self._babble: list[Piece] = []
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        """Connect to the serial server.

        Raises
        ------
        TanluError
            TL462 when it cannot be reached.
        """
        try:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        except OSError as error:
            where = f"{self._host}:{self._port}"
            raise TanluError("TL462", value=where, why=error.strerror or str(error)) from error

    async def read(self, points: Sequence[Point]) -> AsyncIterator[tuple[Point, float | None]]:
        """Give the points in their order; a meter that says no or nothing gives null.

        Raises
        ------
        TanluError
            TL462 when the connection has ended.
        """
        asked: dict[str, list[Point]] = {}
        for point in points:
            asked.setdefault(point.address, []).append(point)
        # who is not asked by then comes first at the next beat
        end = time.monotonic() + patience_s(points) - self._answer_s
        try:
            for address, some in asked.items():
                if time.monotonic() >= end:
                    return
                told = await self._asked(address)
                for point in some:
                    yield point, _value(point, told)
        finally:
            self._tell_all()

    async def close(self) -> None:
        """Let go."""
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()

    async def _asked(self, address: str) -> dict[str, float]:
        """Give what the meter says of a register, by stream; nothing when it does not answer."""
        meter, _, name = address.partition("/")
        try:
            register = int(name, 16)
            request = dlt645.ask(meter, register)
        except (ValueError, OverflowError, TanluError):
            self._tell(address.encode(), "an address is METER/REGISTER")
            return {}
        data, number = b"", 0
        while number < FRAMES_MAX:
            frame = await self._frame(request, meter, register, number)
            if frame is None:
                return {}
            data += frame.data[4:-1] if number else frame.data[4:]
            if not frame.control & dlt645.MORE:
                break
            number += 1
            request = dlt645.follow(meter, register, number)
        values, why = dlt645.values(register, data)
        if why:
            self._tell(data, why)
        return values

    async def _frame(
        self, request: bytes, meter: str, register: int, number: int
    ) -> dlt645.Frame | None:
        """Send a request and give its answer; what else comes meanwhile is refused."""
        assert self._writer is not None
        # what came too late answers nothing any more
        for piece in self._pieces:
            self._tell(piece.raw, piece.why or "an answer came too late")
        self._pieces.clear()
        self._writer.write(request)
        end = time.monotonic() + self._answer_s
        while (left := end - time.monotonic()) > 0:
            if not self._pieces:
                await self._more(left)
                continue
            piece = self._pieces.pop(0)
            if piece.why:
                self._tell(piece.raw, piece.why)
                continue
            frame = dlt645.parse(piece.raw)
            if not frame.control & dlt645.ANSWER:
                # an echo of what was asked: two-wire lines hear themselves
                continue
            why = dlt645.wanted(frame, meter, register, number=number)
            if not why:
                return frame
            self._tell(piece.raw, why)
            if why.startswith(dlt645.NO):
                return None
        return None

    async def _more(self, left_s: float) -> None:
        assert self._reader is not None
        try:
            async with asyncio.timeout(left_s):
                chunk = await self._reader.read(CHUNK_BYTES)
        except TimeoutError:
            return
        if not chunk:
            where = f"{self._host}:{self._port}"
            raise TanluError("TL462", value=where, why="the connection has ended")
        self._pieces += self._session.feed(chunk)

    def _tell(self, raw: bytes, why: str) -> None:
        self._babble.append(Piece(raw, why))

    def _tell_all(self) -> None:
        """Tell what was refused, by its reasons: noise on a line is not a row a byte."""
        babble, self._babble = self._babble, []
        for why, raw in together(babble):
            if self._refuse is not None:
                self._refuse(raw, why)


def _value(point: Point, told: dict[str, float]) -> float | None:
    value = told.get(point.stream)
    if value is None and len(told) == 1 and not point.address.upper().endswith("FF00"):
        # one register, that the plan calls by a name of its own; of a block that would be another
        value = next(iter(told.values()))
    return None if value is None else value * point.scale
