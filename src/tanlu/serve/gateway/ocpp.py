"""A central system for charge points: OCPP 1.6 and 2.0.1 by WebSocket, for what they measure.

It accepts whom the registry knows, keeps every meter value before it confirms it, and lets every
card charge: who may charge is not what is measured here. No card's number is kept.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import itertools
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple, Self
from urllib.parse import unquote

import polars as pl

from tanlu.monitor.points import PASSED, sampled
from tanlu.serve.gateway.extras import extra

__all__ = ["ChargePoints", "Store"]

VERSIONS = ("ocpp2.0.1", "ocpp1.6")
INTERVAL_S = 300
# no message of these versions is as long
MESSAGE_BYTES_MAX = 256 * 1024
CHARGES_MAX = 100_000
LOOPBACK = "127.0.0.1"


class Store(NamedTuple):
    """Where readings and refused messages go; both return when they are safe."""

    rows: Callable[[pl.DataFrame], Awaitable[object]]
    refused: Callable[[str, bytes, str], Awaitable[object]]


class ChargePoints:
    """The central system; as a context it listens on loopback.

    Parameters
    ----------
    store
        Rows have columns ``device, stream, at`` [us UTC]``, value`` without a number.
    known
        Tells whether a charge point with this name and password may come.

    Raises
    ------
    TanluError
        TL466 without the extra ``ocpp``.
    """

    def __init__(
        self, store: Store, known: Callable[[str, str | None], bool], port: int = 0
    ) -> None:
        self._server: Any = extra("ocpp", "websockets.asyncio.server")
        extra("ocpp", "ocpp")
        self.store, self.known, self.port = store, known, port
        self.told: Counter[str] = Counter()
        # which connector a charge is at: its end does not tell
        self.charging: dict[tuple[str, str], int] = {}
        self._serving: Any = None

    async def __aenter__(self) -> Self:
        self._serving = await self._server.serve(
            self._handle, LOOPBACK, self.port, subprotocols=list(VERSIONS),
            process_request=self._admitted, max_size=MESSAGE_BYTES_MAX,
        )  # fmt: skip
        self.port = next(iter(self._serving.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._serving.close()
        await self._serving.wait_closed()

    def _admitted(self, connection: Any, request: Any) -> Any:
        """Answer 401 to whom the registry does not know (OCPP security profile 1: basic)."""
        name = _name(request.path)
        if name and self.known(name, _password(request.headers.get("Authorization"), name)):
            return None
        self.told["refused"] += 1
        return connection.respond(HTTPStatus.UNAUTHORIZED, "not known\n")

    async def _handle(self, connection: Any) -> None:
        name = _name(connection.request.path)
        if connection.subprotocol not in VERSIONS:
            await connection.close(1002, "no version in common")
            return
        self.told["connected"] += 1
        try:
            async for message in connection:
                answer = await self.take(name, message, connection.subprotocol)
                if answer is not None:
                    await connection.send(answer)
        finally:
            self.told["connected"] -= 1

    async def take(self, name: str, message: str | bytes, version: str) -> str | None:
        """Give the answer to one message of a charge point; null for what needs none.

        What cannot be understood is kept with its reason.
        """
        from ocpp.exceptions import OCPPError

        self.told["messages"] += 1
        asked, why = _asked(message)
        answer: str | None = None
        if asked is not None:
            try:
                return await self._answer(name, asked, version.removeprefix("ocpp"))
            except OCPPError as error:
                why = f"{type(error).__name__}: {error.description}"[:200]
                answer = asked.create_call_error(error).to_json()
        self.told["malformed"] += 1
        await self.store.refused(
            name, message.encode() if isinstance(message, str) else message, why
        )
        return answer

    async def _answer(self, name: str, asked: Any, version: str) -> str:
        from ocpp import charge_point, exceptions, messages

        try:
            await messages.validate_payload(asked, version)
            told = charge_point.camel_to_snake_case(asked.payload)
        except (TypeError, ValueError, AttributeError, OSError, RecursionError) as error:
            raise exceptions.FormatViolationError(details={}) from error
        if asked.action not in ANSWERS:
            raise exceptions.NotImplementedError(details={})
        result = asked.create_call_result(await ANSWERS[asked.action](self, name, told, version))
        return str(result.to_json())

    def at(self, name: str, charge: object, place: int | None) -> int | str:
        """Give where a charge is; ``place`` is where its message says, which not all do.

        It is remembered beyond the end of the charge: a message that had no answer comes again.
        """
        if place is None:
            # one that began before we did is kept under its own name: no connector is guessed
            return self.charging.get((name, str(charge)), f"transaction/{charge}")
        self.charging[name, str(charge)] = place
        if len(self.charging) > CHARGES_MAX:
            del self.charging[next(iter(self.charging))]
        return place

    async def keep(self, device: str, told: Sequence[Mapping[str, Any]]) -> None:
        """Keep what a charge point measured, and with their reasons what was not understood."""
        rows, refused = sampled(device, told)
        self.told["rows"] += rows.height
        for value, why in refused:
            if why in PASSED:
                self.told[why] += 1
            else:
                await self.store.refused(device, repr(dict(value)).encode(), why)
        if rows.height:
            await self.store.rows(rows)


def _name(path: str) -> str:
    return unquote(path.partition("?")[0].rstrip("/").rpartition("/")[2])[:64]


def _password(header: str | None, name: str) -> str | None:
    scheme, _, told = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, _, password = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password if hmac.compare_digest(user.encode(), name.encode()) else None


def _asked(message: str | bytes) -> tuple[Any, str]:
    """Give the call that a message is, or null and what is wrong with it."""
    from ocpp import messages
    from ocpp.exceptions import OCPPError

    if not isinstance(message, str):
        return None, "not a text"
    try:
        found = messages.unpack(message)
    except OCPPError as error:
        return None, f"{type(error).__name__}: {error.description}"[:200]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        return None, f"not OCPP: {type(error).__name__}"
    if not isinstance(found, messages.Call):
        return None, "an answer to nothing"
    if not (isinstance(found.unique_id, str) and isinstance(found.action, str)
            and isinstance(found.payload, dict)):  # fmt: skip
        return None, "not a call of OCPP"
    return found, ""


_numbers = itertools.count(int(time.time()) % 1_000_000_000)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Told = Mapping[str, Any]
Answer = dict[str, Any]


async def _boot(_: ChargePoints, __: str, ___: Told, ____: str) -> Answer:
    return {"currentTime": _now(), "interval": INTERVAL_S, "status": "Accepted"}


async def _heartbeat(_: ChargePoints, __: str, ___: Told, ____: str) -> Answer:
    return {"currentTime": _now()}


async def _nothing(_: ChargePoints, __: str, ___: Told, ____: str) -> Answer:
    return {}


async def _authorize(_: ChargePoints, __: str, ___: Told, version: str) -> Answer:
    return {"idTagInfo" if version == "1.6" else "idTokenInfo": {"status": "Accepted"}}


async def _start(system: ChargePoints, name: str, told: Told, _: str) -> Answer:
    connector = told["connector_id"]
    register = _register(told["timestamp"], told["meter_start"])
    await system.keep(f"{name}/{connector}", register)
    number = next(_numbers)
    system.at(name, number, connector)
    return {"transactionId": number, "idTagInfo": {"status": "Accepted"}}


async def _stop(system: ChargePoints, name: str, told: Told, _: str) -> Answer:
    number = told["transaction_id"]
    connector = system.at(name, number, None)
    register = _register(told["timestamp"], told["meter_stop"])
    await system.keep(f"{name}/{connector}", [*register, *told.get("transaction_data", ())])
    return {}


async def _event(system: ChargePoints, name: str, told: Told, _: str) -> Answer:
    # evse is optional, and many tell it with the first event of a charge alone
    charge = told["transaction_info"]["transaction_id"]
    place = system.at(name, charge, told.get("evse", {}).get("id"))
    await system.keep(f"{name}/{place}", told.get("meter_value", ()))
    return {}


async def _meter_values(system: ChargePoints, name: str, told: Told, _: str) -> Answer:
    place = told.get("connector_id", told.get("evse_id"))
    await system.keep(f"{name}/{place}", told["meter_value"])
    return {}


ANSWERS: dict[str, Callable[[ChargePoints, str, Told, str], Awaitable[Answer]]] = {
    "BootNotification": _boot,
    "Heartbeat": _heartbeat,
    "StatusNotification": _nothing,
    "Authorize": _authorize,
    "StartTransaction": _start,
    "StopTransaction": _stop,
    "TransactionEvent": _event,
    "MeterValues": _meter_values,
}


def _register(timestamp: str, value_wh: int) -> list[dict[str, Any]]:
    return [{"timestamp": timestamp, "sampled_value": [{"value": str(value_wh), "unit": "Wh"}]}]
