"""Whatever bytes a foreign machine sends, it is read, or refused with an error that is caught."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import random
from collections import Counter
from types import SimpleNamespace

import polars as pl
import pytest

from tanlu.monitor.points import Point
from tanlu.serve.gateway.llrp import watch_reader
from tanlu.serve.gateway.modbus import ModbusLink
from tanlu.serve.gateway.ocpp import ChargePoints, Store
from tanlu.serve.gateway.opcua import OpcUaLink
from tests.monitor.protocols.streams import ROUNDS, mutated

SAMPLE = {"value": "1", "unit": "kWh", "phase": "L1", "measurand": "Power.Active.Import"}
VALUE = {"value": 3.5, "unitOfMeasure": {"unit": "kWh", "multiplier": 2}, "location": "Outlet"}
AT = "2026-01-01T00:00:00Z"
CALLS = {
    "ocpp1.6": [
        ("MeterValues", {"connectorId": 1, "meterValue": [
            {"timestamp": AT, "sampledValue": [SAMPLE, {"value": "7"}]}]}),
        ("StartTransaction", {"connectorId": 1, "idTag": "A", "meterStart": 5, "timestamp": AT}),
        ("StopTransaction", {"transactionId": 1, "meterStop": 9, "timestamp": AT,
                             "transactionData": [{"timestamp": AT, "sampledValue": [SAMPLE]}]}),
        ("BootNotification", {"chargePointModel": "m", "chargePointVendor": "v"}),
    ],
    "ocpp2.0.1": [
        ("TransactionEvent", {"eventType": "Updated", "timestamp": AT, "seqNo": 1,
                              "triggerReason": "MeterValuePeriodic", "evse": {"id": 1},
                              "transactionInfo": {"transactionId": "t"},
                              "meterValue": [{"timestamp": AT, "sampledValue": [VALUE]}]}),
        ("MeterValues", {"evseId": 1, "meterValue": [{"timestamp": AT, "sampledValue": [VALUE]}]}),
    ],
}  # fmt: skip
STRANGE = (None, True, 0, -1, 2**63, 10**400, 1e308, math.nan, math.inf, "", "NaN", "1e999", "L1",
           "碳\0", "0001-01-01T00:00:00+23:59", [], {}, [[]], "x" * 3000)  # fmt: skip


def strange(rng: random.Random, tree: object) -> object:
    """The same tree with one of its values lost or replaced by a strange one."""
    if isinstance(tree, (list, tuple)) and tree and rng.random() < 0.95:
        at = rng.randrange(len(tree))
        return [strange(rng, one) if n == at else one for n, one in enumerate(tree)]
    if isinstance(tree, dict) and tree and rng.random() < 0.95:
        name = rng.choice(list(tree))
        if rng.random() < 0.1:
            return {key: one for key, one in tree.items() if key != name}
        return {**tree, name: strange(rng, tree[name])}
    return rng.choice(STRANGE)


def test_every_strange_message_of_a_charge_point_is_answered_or_kept_with_its_reason():
    pytest.importorskip("ocpp")
    pytest.importorskip("websockets")
    rng, told = random.Random(16), Counter()

    async def rows(frame: pl.DataFrame) -> None:
        told["rows"] += frame.height
        assert frame["value"].is_finite().all()

    async def refuse(name: str, raw: bytes, why: str) -> None:
        told["refused"] += bool(name and why) and isinstance(raw, bytes)

    async def run() -> Counter[str]:
        system = ChargePoints(Store(rows, refuse), lambda *_: True)
        for number in range(ROUNDS):
            version = rng.choice(list(CALLS))
            action, payload = rng.choice(CALLS[version])
            call = [2, str(number), action, payload]
            bent = [*call[:3], strange(rng, payload)] if rng.random() < 0.8 else strange(rng, call)
            message: str | bytes = json.dumps(bent)
            if rng.random() < 0.3:
                message = mutated(rng, message.encode())
            if isinstance(message, bytes) and rng.random() < 0.9:
                message = message.decode(errors="replace")
            before = told.total()
            answer = await system.take("CP1", message, version)
            assert answer is not None or told.total() > before
        return system.told

    found = asyncio.run(run())

    assert found["messages"] == ROUNDS
    assert found["malformed"] >= ROUNDS / 4
    assert told["rows"] >= ROUNDS / 10


def points(protocol: str, addresses: list[str]) -> list[Point]:
    """A point of every type."""
    types = ["int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"]
    return [
        Point(protocol, "127.0.0.1", 1, 1, "holding", address, kind, "big", 0.1, "d", kind, 1)
        for address, kind in zip(addresses, types, strict=False)
    ]


async def asked(link: object, some: list[Point]) -> int | None:
    """How many points had a number, null when the machine is left because of an error."""
    try:
        found = [value async for _, value in link.read(some)]
    except Exception:  # noqa: BLE001 - who asks catches whatever a foreign machine causes
        return None
    assert len(found) == len(some)
    assert all(value is None or math.isfinite(value) for value in found)
    return sum(value is not None for value in found)


def withstands(kind: type[ModbusLink | OpcUaLink], client: object, some: list[Point]) -> None:
    """Every round gives numbers or is refused, and both happen often enough to tell something."""
    told: Counter[str] = Counter()

    async def run() -> None:
        link = kind("127.0.0.1", 1)
        link._client = client
        for _ in range(ROUNDS):
            numbers = await asked(link, some)
            told["refused" if numbers is None else "read"] += 1
            told["numbers"] += numbers or 0

    asyncio.run(run())

    assert told["read"] + told["refused"] == ROUNDS
    assert min(told["read"], told["refused"], told["numbers"]) >= ROUNDS / 10


def test_every_mutated_answer_of_modbus_gives_numbers_or_none():
    pytest.importorskip("pymodbus")
    from pymodbus.exceptions import ModbusIOException
    from pymodbus.framer import FramerSocket
    from pymodbus.pdu import DecodePDU, ExceptionResponse
    from pymodbus.pdu.register_message import ReadHoldingRegistersResponse

    rng = random.Random(502)
    framer = FramerSocket(DecodePDU(False))
    some = points("modbus", ["0", "1", "2", "4", "6", "10", "14", "16"])
    good = ReadHoldingRegistersResponse(registers=list(range(7, 27)), dev_id=1, transaction_id=1)
    frames = [
        framer.buildFrame(each) for each in (good, good, ExceptionResponse(3, 2, device_id=1))
    ]

    async def read(first: int, *, count: int, device_id: int) -> object:
        _, answer = framer.handleFrame(mutated(rng, rng.choice(frames)), device_id, 1)
        if answer is None:
            raise ModbusIOException("no answer")
        return answer

    client = SimpleNamespace(connected=True, read_holding_registers=read)
    withstands(ModbusLink, client, some)


def test_every_mutated_answer_of_opc_ua_gives_numbers_or_none():
    pytest.importorskip("asyncua")
    from asyncua import ua
    from asyncua.common.utils import Buffer
    from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary

    rng = random.Random(4840)
    kinds = ["Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64", "Float", "Double"]
    numbered = [ua.DataValue(ua.Variant(3, ua.VariantType[kind])) for kind in kinds]
    others = [
        ua.DataValue(ua.Variant(value))
        for value in ("碳", True, [1.5, 2.5], b"\0", ua.NodeId(3, 2), None, ua.LocalizedText("x"))
    ]
    frames = [struct_to_binary(ua.ReadResponse(Results=each))
              for each in (numbered, numbered, [*others, numbered[0]])]  # fmt: skip
    some = points("opcua", ["i=1"] * 8)

    async def read(nodes: list[object]) -> list[object]:
        response = struct_from_binary(ua.ReadResponse, Buffer(mutated(rng, rng.choice(frames))))
        response.ResponseHeader.ServiceResult.check()
        return response.Results

    client = SimpleNamespace(get_node=str, read_attributes=read)
    withstands(OpcUaLink, client, some)


def test_every_mutated_report_of_a_reader_of_tags_is_told_or_ends_the_connection(monkeypatch):
    pytest.importorskip("llrpkit")
    from llrpkit.inventory import TagReport
    from llrpkit.protocol import messages, params
    from llrpkit.protocol.codec import BitStr, decode_message

    monkeypatch.setattr("tanlu.serve.gateway.llrp.GATHER_S", 0.0)
    monkeypatch.setattr("tanlu.serve.gateway.llrp.REST_S", 0.0)
    rng, told, seen = random.Random(5084), Counter(), Counter()
    tag = params.TagReportData(
        epc_parameter=params.EPC_96(epc=bytes(12)),
        antenna_id=params.AntennaID(antenna_id=2),
        last_seen_timestamp_utc=params.LastSeenTimestampUTC(microseconds=1_767_225_600_000_000),
    )
    long = params.TagReportData(
        epc_parameter=params.EPCData(epc=BitStr(128, bytes(16))),
        first_seen_timestamp_utc=params.FirstSeenTimestampUTC(microseconds=1_767_225_600_000_000),
    )
    frames = [messages.RO_ACCESS_REPORT(tag_report_datas=[tag, long]).to_bytes(message_id=7)]

    class Reader:
        """A reader that tells reports until one cannot be decoded."""

        def __init__(self, host: str, port: int) -> None:
            told["connections"] += 1

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_: object) -> None:
            pass

        async def inventory(self):
            while seen["reports"] < ROUNDS:
                seen["reports"] += 1
                try:
                    message = decode_message(mutated(rng, rng.choice(frames)))
                    tags = [TagReport.from_param(one) for one in message.tag_report_datas]
                except Exception:
                    seen["broken"] += 1
                    raise
                for one in tags:
                    yield one
            done.set()
            await asyncio.Event().wait()

    async def give(frame: pl.DataFrame) -> None:
        seen["events"] += frame.height

    async def run() -> None:
        point = points("llrp", ["1"])[0]
        task = asyncio.create_task(watch_reader(point, give, told))
        await done.wait()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    done = asyncio.Event()
    monkeypatch.setattr("tanlu.serve.gateway.llrp.extra", lambda *_: SimpleNamespace(Reader=Reader))
    asyncio.run(run())

    assert seen["reports"] == ROUNDS
    # none but a report that cannot be decoded ends a connection
    assert told["failed 127.0.0.1:1"] == seen["broken"] == told["connections"] - 1 > 0
    assert told["refused"] > 0
    assert seen["events"] >= ROUNDS / 10
