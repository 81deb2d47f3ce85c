"""The HTTP of the ingest front (RSGI): limits and tokens before a body is read, then the queue."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

from tanlu.errors import TanluError
from tanlu.monitor.stream import MEDIA, Body, Pipeline
from tanlu.serve.ingest import metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from tanlu.monitor.devices import Registry, Sender
    from tanlu.monitor.stream import Receipt
    from tanlu.serve.ingest.group import Group

__all__ = ["BODY_MAX", "App", "failures"]

BODY_MAX = 32 << 20
# who is slower holds room that others want
READ_S = 30.0
# below it no body is taken: the log itself must never meet a full disk
DISK_MIN = 256 << 20
DISK_S = 1.0
GAPS_MAX = 100_000
STATUS = {
    "TL352": 400, "TL354": 404, "TL450": 401, "TL451": 404, "TL452": 405, "TL453": 413,
    "TL454": 415, "TL455": 429, "TL456": 507, "TL458": 503,
    "TL459": 408,
}  # fmt: skip
BROKEN = "it broke off, or has trailers"
PROBLEM = "application/problem+json"
JSON = "application/json"


class App:
    """Answers requests; one for a server."""

    def __init__(
        self, group: Group, registry: Registry, *, body_max: int = BODY_MAX,
        disk_min: int = DISK_MIN, read_s: float = READ_S,
        facts: Callable[[], dict[str, Any]] = dict,
    ) -> None:  # fmt: skip
        self.group, self.registry = group, registry
        self.body_max, self.disk_min = body_max, disk_min
        self.read_s = read_s
        self.facts = facts
        self.acknowledged = metrics.Histogram()
        self.refused = 0
        self.reading_bytes = 0
        self._disk = (0.0, 0)
        self._turn = asyncio.Lock()
        self._shared: dict[str, asyncio.Task[bytes]] = {}

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request."""
        try:
            status, body, media = await self._answer(scope, protocol)
            more: list[tuple[str, str]] = []
        except TanluError as error:
            self.refused += 1
            status, body, media = _problem(error)
            more = _headers(error)
        headers = [("content-type", media), ("cache-control", "no-store"), *more]
        protocol.response_bytes(status, headers, body)

    async def _answer(self, scope: Any, protocol: Any) -> tuple[int, bytes, str]:
        path, method = scope.path, scope.method
        if path.startswith("/v1/streams/"):
            if method != "POST":
                raise TanluError("TL452", value=method, allowed="POST")
            return await self._take(unquote(path[12:]), scope, protocol)
        if path not in ROUTES:
            raise TanluError("TL451", value=path[:200])
        if method not in ("GET", "HEAD"):
            raise TanluError("TL452", value=method, allowed="GET")
        return await getattr(self, ROUTES[path])(scope)  # type: ignore[no-any-return]

    # ── bodies ──

    async def _take(self, stream: str, scope: Any, protocol: Any) -> tuple[int, bytes, str]:
        sender = await self._sender(scope)
        if self.registry.stream(stream) is None:
            await self._asked(Pipeline.look)
            if self.registry.stream(stream) is None:
                raise TanluError("TL354", value=stream[:200])
        media = (scope.headers.get("content-type") or "").partition(";")[0].strip().lower()
        if media not in MEDIA or scope.headers.get("content-encoding"):
            said = scope.headers.get("content-encoding") or media
            raise TanluError("TL454", value=said[:200], known=", ".join(MEDIA))
        self._room()
        data = await self._read(scope, protocol)
        begun = time.perf_counter()
        body = Body(stream, media, data, time.time_ns() // 1000, sender)
        receipt = await asyncio.wrap_future(self.group.submit(body))
        self.acknowledged.note(time.perf_counter() - begun)
        if "TL352" in receipt.codes:
            error = TanluError("TL352", value=media, why="see quarantine")
            return 400, _json({**_said(400, error), **_receipt(receipt)}), PROBLEM
        return 200, _json(_receipt(receipt)), JSON

    async def _sender(self, scope: Any) -> Sender | None:
        """Give who sends; nobody is asked while no device is enrolled.

        A token that is not known may have been drawn this moment, and nothing else would make an
        idle server look.
        """
        if not self.registry.closed:
            return None
        kind, _, token = (scope.headers.get("authorization") or "").partition(" ")
        if kind.lower() != "bearer":
            raise TanluError("TL450")
        sender = self.registry.sender(token.strip())
        if sender is None:
            await self._asked(Pipeline.look)
            sender = self.registry.sender(token.strip())
        if sender is None:
            raise TanluError("TL450")
        return sender

    def _room(self) -> None:
        now = time.monotonic()
        if now - self._disk[0] > DISK_S:
            free = shutil.disk_usage(self.registry.workspace.path).free
            self._disk = (now, free)
        if self._disk[1] < self.disk_min:
            raise TanluError("TL456", value=self._disk[1], least=self.disk_min)

    async def _read(self, scope: Any, protocol: Any) -> bytes:
        """Give a body of bounded size; what is being read counts as waiting."""
        told = scope.headers.get("content-length")
        if told is not None and (not told.isdigit() or int(told) > self.body_max):
            raise TanluError("TL453", value=told[:20], most=self.body_max)
        size = int(told) if told is not None else self.body_max
        waiting = self.reading_bytes + self.group.waiting_bytes
        if waiting and waiting + size > self.group.bytes_max:
            raise TanluError("TL455", value=waiting, seconds=1)
        self.reading_bytes += size
        try:
            async with asyncio.timeout(self.read_s):
                return await self._whole(protocol, told=told is not None)
        except TimeoutError:
            why = f"no more came within {self.read_s:g} s"
            raise TanluError("TL459", value="POST", why=why) from None
        finally:
            self.reading_bytes -= size

    async def _whole(self, protocol: Any, *, told: bool) -> bytes:
        if told:
            try:
                return bytes(await protocol())
            except RuntimeError:
                raise TanluError("TL459", value="POST", why=BROKEN) from None
        pieces, length, ends = [], 0, 0
        async for piece in protocol:
            length += len(piece)
            if length > self.body_max:
                raise TanluError("TL453", value=length, most=self.body_max)
            # the library gives an empty piece at the end, and one more where a body breaks off;
            # for trailers too, so that these cannot be told from it
            ends += not piece
            pieces.append(piece)
        if ends > 1:
            raise TanluError("TL459", value="POST", why=BROKEN)
        return b"".join(pieces)

    # ── questions ──

    async def _health(self, scope: Any) -> tuple[int, bytes, str]:  # noqa: ARG002
        fine = self.group.failure is None
        told = {"ok": fine, "gateways_failed": sorted(failures(self.facts()))}
        return (200 if fine else 503), _json(told), JSON

    async def _status(self, scope: Any) -> tuple[int, bytes, str]:
        await self._sender(scope)
        return 200, await self._once("status", self._standing), JSON

    async def _standing(self) -> bytes:
        counters = await self._asked(Pipeline.counters)
        return _json({
            **self.facts(), **counters, "queue_bytes": self.group.waiting_bytes,
            "refused_requests": self.refused, "at_us": time.time_ns() // 1000,
        })  # fmt: skip

    async def _gaps(self, scope: Any) -> tuple[int, bytes, str]:
        await self._sender(scope)
        asked = parse_qs(scope.query_string)
        stream = asked.get("stream", [None])[0]
        return 200, await self._once(f"gaps {stream}", partial(self._missing, stream)), JSON

    async def _missing(self, stream: str | None) -> bytes:
        found = await self._asked(lambda pipeline: pipeline.gaps(stream))
        return _json({
            "ranges": found.height,
            "missing": int(found["count"].sum()),
            "gaps": found.head(GAPS_MAX).to_dicts(),
        })  # fmt: skip

    async def _metrics(self, scope: Any) -> tuple[int, bytes, str]:  # noqa: ARG002
        return 200, await self._once("metrics", self._measured), metrics.MEDIA

    async def _measured(self) -> bytes:
        counters = await self._asked(Pipeline.counters)
        oldest = counters["lag_oldest_us"]
        plain = {
            "queue_bytes": self.group.waiting_bytes, "lag_rows": counters["lag_rows"],
            "lag_bytes": counters["lag_bytes"], "sync_seconds_total": counters["fsync_s"],
            "lag_seconds": 0.0 if oldest is None else max(0.0, time.time() - oldest / 1e6),
            "groups_total": counters["groups"], "refused_requests_total": self.refused,
            "open": int(counters["open"]), "gateways_failed": len(failures(self.facts())),
        }  # fmt: skip
        told = metrics.text(counters, self.acknowledged, plain, self.facts().get("gateways", {}))
        return told.encode()

    async def _once(self, name: str, answer: Callable[[], Coroutine[Any, Any, bytes]]) -> bytes:
        """Give an answer that all share who ask for it while it is being made."""
        task = self._shared.get(name)
        if task is None:
            task = self._shared[name] = asyncio.create_task(answer())
            task.add_done_callback(lambda _: self._shared.pop(name))
        return await asyncio.shield(task)

    async def _asked(self, question: Callable[[Pipeline], Any]) -> Any:
        """Ask the pipeline: one question at a time, so that groups of writes come between."""
        async with self._turn:
            return await asyncio.wrap_future(self.group.ask(question))


ROUTES = {
    "/healthz": "_health", "/v1/status": "_status", "/v1/gaps": "_gaps", "/metrics": "_metrics",
}  # fmt: skip


def failures(facts: Mapping[str, Any]) -> dict[str, str]:
    """Give what is wrong with each gateway that does not work, by its name."""
    gateways = facts.get("gateways", {})
    return {name: told["error"] for name, told in gateways.items() if told.get("error")}


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return receipt._asdict()


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _problem(error: TanluError) -> tuple[int, bytes, str]:
    status = STATUS.get(error.code, 500)
    return status, _json(_said(status, error)), PROBLEM


def _said(status: int, error: TanluError) -> dict[str, Any]:
    return {
        "status": status, "title": error.say(), "title_zh": error.say("zh"), "code": error.code,
    }  # fmt: skip


def _headers(error: TanluError) -> list[tuple[str, str]]:
    if error.code == "TL455":
        return [("retry-after", str(error.fields["seconds"]))]
    if error.code == "TL450":
        return [("www-authenticate", "Bearer")]
    if error.code == "TL452":
        return [("allow", str(error.fields["allowed"]))]
    return []
