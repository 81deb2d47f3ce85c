"""Machines are read by OPC UA, against a server of the library."""

from __future__ import annotations

import asyncio
import socket

import pytest

from tanlu.monitor.points import Point
from tanlu.serve.gateway.opcua import OpcUaLink

asyncua = pytest.importorskip("asyncua")
# the server of the library warns of what a test does not need
pytestmark = pytest.mark.filterwarnings("ignore")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


async def told() -> list[float | None]:
    port = free_port()
    server = asyncua.Server()
    await server.init()
    server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
    space = await server.register_namespace("urn:park")
    parts = server.nodes.objects
    power = await parts.add_variable(asyncua.ua.NodeId("power", space), "power", 3.5)
    name = await parts.add_variable(asyncua.ua.NodeId("name", space), "name", "chiller")
    bad = await parts.add_variable(asyncua.ua.NodeId("bad", space), "bad", 1.0)
    await bad.write_value(
        asyncua.ua.DataValue(
            asyncua.ua.Variant(1.0, asyncua.ua.VariantType.Double),
            StatusCode=asyncua.ua.StatusCode(asyncua.ua.StatusCodes.BadSensorFailure),
        )
    )
    addresses = [node.nodeid.to_string() for node in (power, name, bad)] + [f"ns={space};s=none"]
    points = [
        Point("opcua", "127.0.0.1", port, 1, "holding", address, "float64", "big", 1000.0, "d",
              str(number), 1) for number, address in enumerate(addresses)
    ]  # fmt: skip
    async with server:
        link = OpcUaLink("127.0.0.1", port)
        await link.connect()
        try:
            return [value async for _, value in link.read(points)]
        finally:
            await link.close()


def test_good_numbers_are_read_and_all_else_is_null():
    assert asyncio.run(told()) == [3500.0, None, None, None]


def test_an_array_of_nothings_is_refused_before_it_fills_the_memory():
    from asyncua import ua
    from asyncua.common.utils import Buffer
    from asyncua.ua.ua_binary import variant_from_binary

    OpcUaLink("127.0.0.1", 1)
    OpcUaLink("127.0.0.1", 1)

    claimed = b"\x80" + (30_000_000).to_bytes(4, "little")
    with pytest.raises(ValueError, match=r"^$"):
        variant_from_binary(Buffer(claimed))
    whole = ua.ua_binary.variant_to_binary(ua.Variant([1.5, 2.5]))
    assert variant_from_binary(Buffer(whole)).Value == [1.5, 2.5]
