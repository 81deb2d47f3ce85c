"""Charge points of the library report to our central system, in both versions."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import random

import polars as pl
import pytest

from tanlu.monitor.points import PASSED
from tanlu.serve.gateway.ocpp import ChargePoints, Store

websockets = pytest.importorskip("websockets")
pytest.importorskip("ocpp")


class Kept:
    """What was kept."""

    def __init__(self) -> None:
        self.frames: list[pl.DataFrame] = []
        self.refused: list[tuple[str, bytes, str]] = []

    async def rows(self, frame: pl.DataFrame) -> None:
        self.frames.append(frame)

    async def refuse(self, name: str, raw: bytes, why: str) -> None:
        self.refused.append((name, raw, why))

    @property
    def store(self) -> Store:
        return Store(self.rows, self.refuse)

    def told(self) -> list[tuple[object, ...]]:
        return [row for frame in self.frames for row in frame.select("device", "value").rows()]


@contextlib.asynccontextmanager
async def charger(made, system, name, version, **more):
    address = f"ws://127.0.0.1:{system.port}/ocpp/{name}"
    async with websockets.connect(address, subprotocols=[version], **more) as link:
        point = made(name, link)
        task = asyncio.create_task(point.start())
        yield point
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def test_a_charge_of_version_1_6_is_kept_from_its_start_to_its_end():
    from ocpp.v16 import ChargePoint, call

    async def run():
        kept = Kept()
        async with (
            ChargePoints(kept.store, lambda *_: True) as system,
            charger(ChargePoint, system, "CP1", "ocpp1.6") as point,
        ):
            booted = await point.call(call.BootNotification("model", "vendor"))
            assert booted.status == "Accepted"
            begun = await point.call(call.StartTransaction(2, "TAG", 100, "2026-01-01T00:00:00Z"))
            sample = {"timestamp": "2026-01-01T00:01:00Z", "sampledValue": [{"value": "150"}]}
            await point.call(call.MeterValues(2, [sample]))
            await point.call(
                call.StopTransaction(200, "2026-01-01T00:02:00Z", begun.transaction_id)
            )
            await point.call(call.StopTransaction(7, "2026-01-01T00:02:00Z", 5))
        return kept

    kept = asyncio.run(run())

    assert kept.told() == [
        ("CP1/2", 100.0), ("CP1/2", 150.0), ("CP1/2", 200.0), ("CP1/transaction/5", 7.0),
    ]  # fmt: skip
    assert kept.refused == []
    assert all(b"TAG" not in frame.write_ndjson().encode() for frame in kept.frames)


def test_a_transaction_event_of_version_2_0_1_is_kept():
    from ocpp.v201 import ChargePoint, call

    sample = {"value": 1.5, "unitOfMeasure": {"unit": "Wh", "multiplier": 3}}

    async def run():
        kept = Kept()
        async with (
            ChargePoints(kept.store, lambda *_: True) as system,
            charger(ChargePoint, system, "CP2", "ocpp2.0.1") as point,
        ):
            await point.call(
                call.BootNotification({"model": "m", "vendor_name": "v"}, reason="PowerUp")
            )
            # only the first event names the place
            for number, (kind, place) in enumerate([("Started", {"id": 1}), ("Updated", None)]):
                at = f"2026-01-01T00:0{number}:00Z"
                await point.call(
                    call.TransactionEvent(
                        kind, at, "MeterValuePeriodic", number, {"transactionId": "t"}, evse=place,
                        meter_value=[{"timestamp": at, "sampledValue": [sample]}],
                    )
                )  # fmt: skip
        return kept

    assert asyncio.run(run()).told() == [("CP2/1", 1500.0), ("CP2/1", 1500.0)]


def test_only_whom_the_registry_knows_comes_in():
    asked = []

    def known(name: str, password: str | None) -> bool:
        asked.append((name, password))
        return password == "secret"

    async def run():
        async with ChargePoints(Kept().store, known) as system:
            address = f"ws://127.0.0.1:{system.port}/CP1"
            told = base64.b64encode(b"CP1:secret").decode()
            header = {"Authorization": f"Basic {told}"}
            version = ["ocpp1.6"]
            async with websockets.connect(address, subprotocols=version, additional_headers=header):
                pass
            with pytest.raises(websockets.exceptions.InvalidStatus):
                await websockets.connect(address, subprotocols=version)
            return system.told["refused"]

    assert asyncio.run(run()) == 1
    assert asked == [("CP1", "secret"), ("CP1", None)]


def test_malformed_messages_are_kept_with_their_reason_and_the_charger_goes_on():
    from ocpp.v16 import ChargePoint, call

    bad = [
        "nonsense",
        '[2,"1","MeterValues",{"connectorId":"a"}]',
        "[]",
        "{}",
        "9" * 5000,
        b"\xff",
        '[3,"1",{}]',
    ]

    async def run():
        kept = Kept()
        async with (
            ChargePoints(kept.store, lambda *_: True) as system,
            charger(ChargePoint, system, "CP1", "ocpp1.6") as point,
        ):
            for message in bad:
                await point._connection.send(message)
            await point.call(call.Heartbeat())
            return kept, system.told

    kept, told = asyncio.run(run())

    assert [raw for _, raw, _ in kept.refused] == [
        each if isinstance(each, bytes) else each.encode() for each in bad
    ]
    assert all(why for _, _, why in kept.refused)
    assert told["malformed"] == len(bad)


def test_what_is_not_counted_is_passed_over_and_counted_not_kept_as_faults():
    names = ["Voltage", "SoC", "Frequency", "Power.Offered", "Energy.Active.Import.Interval"]
    some = [{"value": "50", "measurand": name} for name in names]
    some += [{"value": "5"}, {"value": "5", "location": "EV"}]
    told = {"timestamp": "2026-01-01T00:00:00Z", "sampledValue": some}

    async def run():
        kept = Kept()
        system = ChargePoints(kept.store, lambda *_: True)
        message = json.dumps([2, "1", "MeterValues", {"connectorId": 1, "meterValue": [told]}])
        await system.take("CP1", message, "ocpp1.6")
        return kept, system.told

    kept, counted = asyncio.run(run())

    assert kept.refused == []
    assert kept.frames[0]["stream"].to_list() == ["voltage_v", "soc_percent", "charge_wh"]
    assert (counted["another measurand"], counted["not at the outlet"]) == (3, 1)


def mutated(seed: int) -> str:
    """A message with some signs changed."""
    draw = random.Random(seed)
    sample = {"timestamp": "2026-01-01T00:00:00Z", "sampledValue": [{"value": "1"}]}
    text = list(
        json.dumps([2, str(seed), "MeterValues", {"connectorId": 1, "meterValue": [sample]}])
    )
    for _ in range(draw.randint(1, 4)):
        text[draw.randrange(len(text))] = draw.choice('[]{}",:0129eE.-nulltrue\\u\x00é碳')
    return "".join(text)


def test_every_mutated_message_is_answered_or_kept_with_its_reason():
    async def run():
        kept = Kept()
        system = ChargePoints(kept.store, lambda *_: True)
        silent = 0
        for seed in range(10_000):
            answer = await system.take("CP1", mutated(seed), "ocpp1.6")
            silent += answer is None
        return kept, system.told, silent

    kept, told, silent = asyncio.run(run())

    assert told["messages"] == 10_000
    assert silent <= told["malformed"]
    # what was whole and fitting is a row, or a value that was refused with its reason
    assert told["rows"] + len(kept.refused) + sum(told[why] for why in PASSED) >= 9_000
    assert all(why for _, _, why in kept.refused)
