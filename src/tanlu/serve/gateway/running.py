"""All that a server hears beside HTTP, started and ended together."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from tanlu.errors import TanluError
from tanlu.monitor.points import Point, read_plan

if TYPE_CHECKING:
    from concurrent.futures import Future

    import polars as pl

    from tanlu.monitor.devices import Registry
    from tanlu.monitor.stream import Body, Receipt
    from tanlu.serve.ingest import Group

__all__ = ["Gateways", "Wanted"]

FULL = "TL455"
PAUSE_S = 0.05
REFUSED = "TL352"
# streams of machines whose messages cannot be read
CHARGERS = "ocpp"


class Wanted(NamedTuple):
    """What to listen to: a plan of points, a port for chargers, brokers, a folder, ports of frames.

    ``frames`` are pairs of a protocol and a port.
    """

    points: Path | None = None
    ocpp: int | None = None
    mqtt: str | None = None
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    nats: str | None = None
    kafka: str | None = None
    folder: Path | None = None
    frames: tuple[tuple[str, int], ...] = ()


class Gateways:
    """Gateways before one group; as a context they run.

    Raises
    ------
    TanluError
        TL396, TL397 for a plan of points, TL466 without an extra, and what each gateway raises.
    """

    def __init__(self, group: Group, registry: Registry, wanted: Wanted, *, zone: str) -> None:
        self.group, self.registry, self.wanted, self.zone = group, registry, wanted, zone
        self.points = read_plan(wanted.points) if wanted.points else []
        self.told: dict[str, Counter[str]] = {}
        self._counters: dict[str, Callable[[], dict[str, int]]] = {}
        self._errors: dict[str, Callable[[], BaseException | None]] = {}
        self._ending = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            self._start(stack)
            self._ending = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def counters(self) -> dict[str, dict[str, Any]]:
        """Give what each gateway counted, by its name; ``error`` is what is wrong with it now."""
        told: dict[str, dict[str, Any]] = {
            name: dict(tell()) for name, tell in sorted(self._counters.items())
        }
        for name, ask in self._errors.items():
            error = ask()
            if error is not None:
                told[name]["error"] = error.say() if isinstance(error, TanluError) else repr(error)
        return told

    def _start(self, stack: contextlib.ExitStack) -> None:
        wanted = self.wanted
        works = [*self._asking(), *self._readers(), *self._chargers()]
        if works:
            loop = stack.enter_context(_Loop(works))
            self._errors |= {name: partial(loop.failures.get, name) for name, _ in works}
        for protocol, port in wanted.frames:
            from tanlu.serve.gateway import frames

            made = frames.serve(self.group, self.registry, protocol, port)
            self._note(protocol, made)
            stack.enter_context(made)
        for name, consumer in self._brokers():
            self._note(name, consumer)
            stack.callback(consumer.stop)
        if wanted.folder:
            from tanlu.serve.gateway import folder

            watch = folder.watch(self.group, wanted.folder)
            self._note("folder", watch)
            stack.callback(watch.stop)

    def _brokers(self) -> Iterator[tuple[str, Any]]:
        """Give the consumers of brokers, each started."""
        wanted = self.wanted
        if not (wanted.mqtt or wanted.nats or wanted.kafka):
            return
        from tanlu.serve.gateway.brokers import kafka, mqtt, nats
        from tanlu.serve.gateway.brokers.relay import recent

        known = list(recent(self.registry.workspace, self.group.pipeline.log))
        both = (self.group, self.registry)
        if wanted.mqtt:
            identity = mqtt.Identity(wanted.ca, wanted.certificate, wanted.key)
            yield "mqtt", mqtt.consume(*both, wanted.mqtt, identity=identity, known=known)
        if wanted.nats:
            yield "nats", nats.consume(*both, wanted.nats, known=known)
        if wanted.kafka:
            yield "kafka", kafka.consume(*both, wanted.kafka, known=known)

    def _note(self, name: str, made: Any) -> None:
        self._counters[name] = made.counters
        self._errors[name] = lambda: made.error

    # ── what runs in one loop ──

    def _counter(self, name: str) -> Counter[str]:
        made = self.told.setdefault(name, Counter())
        self._counters[name] = lambda: dict(made)
        return made

    def _asking(self) -> list[Work]:
        from tanlu.serve.gateway.asking import ask
        from tanlu.serve.gateway.extras import extra

        works: list[Work] = []
        for protocol, link, module in DRIVERS:
            some = [one for one in self.points if one.protocol == protocol]
            if some:
                if module:
                    extra(protocol, module)
                asking = ask(some, link(self), self.give, self._counter(protocol))
                works.append((protocol, asking))
        return works

    def _readers(self) -> list[Work]:
        from tanlu.serve.gateway.extras import extra
        from tanlu.serve.gateway.llrp import watch_reader

        readers = [one for one in self.points if one.protocol == "llrp"]
        if readers:
            extra("rfid", "llrpkit")
        told = self._counter("llrp") if readers else Counter()
        return [
            ("llrp", watch_reader(one, self._seen(one), told, zone=self.zone)) for one in readers
        ]

    def _seen(self, reader: Point) -> Callable[[pl.DataFrame], Coroutine[Any, Any, object]]:
        import polars as pl

        async def give(events: pl.DataFrame) -> object:
            return await self.give(
                events.with_columns(device=pl.lit(reader.device), stream=pl.lit(reader.stream))
            )

        return give

    def _chargers(self) -> list[Work]:
        if self.wanted.ocpp is None:
            return []
        from tanlu.serve.gateway.ocpp import ChargePoints, Store

        system = ChargePoints(Store(self.give, self.refuse), self.known, self.wanted.ocpp)
        self._counters[CHARGERS] = lambda: dict(system.told)

        async def serve() -> None:
            async with system:
                await asyncio.Event().wait()

        return [(CHARGERS, serve())]

    def known(self, name: str, password: str | None) -> bool:
        """Tell whether a charge point may come: any while the registry is open."""
        if not self.registry.closed:
            return True
        sender = self.registry.sender(password) if password else None
        return sender is not None and hmac.compare_digest(sender.device.encode(), name.encode())

    # ── into the group ──

    async def give(self, rows: pl.DataFrame) -> list[Receipt]:
        """Give rows of streams to the group, and their receipts when they are durable."""
        from tanlu.monitor.stream import Body

        now_us = time.time_ns() // 1000
        futures = [
            await self._offered(Body(str(name), "columns", part, now_us))
            for (name,), part in rows.group_by("stream", maintain_order=True)
        ]
        return [await asyncio.wrap_future(each) for each in futures]

    async def refuse(self, device: str, raw: bytes, why: str) -> Receipt:
        """Keep a message that cannot be read, with its reason, as one quarantined row."""
        now_us = time.time_ns() // 1000
        told = f"{device}: {why}"
        return await asyncio.wrap_future(self.group.refuse(CHARGERS, raw, REFUSED, told, now_us))

    async def _offered(self, body: Body) -> Future[Receipt]:
        """Offer until there is room: who is asked again later loses nothing."""
        while True:
            try:
                return self.group.submit(body)
            except TanluError as error:
                if error.code != FULL:
                    raise
            await asyncio.sleep(PAUSE_S)


def _modbus(_: Gateways) -> Callable[[str, int], Any]:
    from tanlu.serve.gateway.modbus import ModbusLink

    return ModbusLink


def _opcua(_: Gateways) -> Callable[[str, int], Any]:
    from tanlu.serve.gateway.opcua import OpcUaLink

    return OpcUaLink


def _dlt645(gateways: Gateways) -> Callable[[str, int], Any]:
    from tanlu.serve.gateway.frames.meters import MeterLink

    def refuse(raw: bytes, why: str) -> object:
        now_us = time.time_ns() // 1000
        return gateways.group.refuse("dlt645", raw, REFUSED, why, now_us)

    return partial(MeterLink, refuse=refuse)


# protocols of machines that are asked: their links and the libraries that these need
DRIVERS = (
    ("modbus", _modbus, "pymodbus"),
    ("opcua", _opcua, "asyncua"),
    ("dlt645", _dlt645, ""),
)


# the name of a gateway and what it does
Work = tuple[str, Coroutine[Any, Any, object]]


class _Loop:
    """Works that run in a thread of their own until it is left; one that fails ends none other."""

    def __init__(self, works: list[Work]) -> None:
        self._works = works
        self.failures: dict[str, BaseException] = {}
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="gateways", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        # what cannot even begin, such as a port that is taken, is said at once
        self._up.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._end)
        self._thread.join()

    def _run(self) -> None:
        try:
            with contextlib.suppress(asyncio.CancelledError):
                self._loop.run_until_complete(self._all())
        finally:
            self._up.set()
            self._loop.close()

    async def _all(self) -> None:
        tasks = [asyncio.create_task(self._watched(name, work)) for name, work in self._works]
        done, _ = await asyncio.wait(tasks, timeout=0.2, return_when=asyncio.FIRST_EXCEPTION)
        failed = [task.exception() for task in done if task.exception() is not None]
        if failed:
            self._failure = failed[0]
            for task in tasks:
                task.cancel()
        self._up.set()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _watched(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:
            self.failures[name] = error
            raise

    def _end(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
