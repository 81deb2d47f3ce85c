"""Answers of the front: each refusal with its code, before a body is read where that can be."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import StreamDef, define, enrol, now_us, renew_tokens, revise
from tanlu.monitor.stream.bodies import JSON
from tanlu.serve.ingest.answering import BODY_MAX, App
from tanlu.store import open_workspace
from tests.monitor.stream.places import encoded, row
from tests.serve.ingest.serving import Serving

BODY = encoded([row()], JSON)


@pytest.fixture(scope="module")
def open_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(tmp_path_factory.mktemp("open") / "l") as server:
        yield server


TAKE = "/v1/streams/energy_wh"
TYPED = {"Content_Type": JSON}
REFUSED = (
    ("GET", "/nothing", {}, 404, "TL451"),
    ("GET", TAKE, {}, 405, "TL452"),
    ("PUT", "/v1/status", {}, 405, "TL452"),
    ("POST", "/v1/streams/bad%20name", TYPED, 404, "TL354"),
    ("POST", TAKE, {"Content_Type": "text/plain"}, 415, "TL454"),
    ("POST", TAKE, {**TYPED, "Content_Encoding": "gzip"}, 415, "TL454"),
    ("POST", TAKE, {**TYPED, "Content_Length": str(BODY_MAX + 1)}, 413, "TL453"),
)


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]} {case[1]} {case[3]}")
def test_what_is_not_taken_is_said_with_its_code(
    open_server: Serving, case: tuple[str, str, dict[str, str], int, str]
) -> None:
    method, path, headers, status, code = case
    sent = BODY if method == "POST" else None
    found, answered, body = open_server.ask(method, path, sent, **headers)

    assert (found, json.loads(body)["code"]) == (status, code)
    assert answered["content-type"] == "application/problem+json"
    assert json.loads(body)["title_zh"].startswith(f"[{code}]")


def test_a_body_that_cannot_be_read_is_kept_and_said(open_server: Serving) -> None:
    status, told = open_server.post("energy_wh", b"{oops", JSON)

    assert (status, told["code"], told["rows_quarantined"]) == (400, "TL352", 1)
    assert told["title_zh"].startswith("[TL352] application/json 消息体无法读取：见隔离行")


def test_a_body_in_pieces_is_taken(open_server: Serving) -> None:
    import http.client

    line = http.client.HTTPConnection("127.0.0.1", open_server.port, timeout=30)
    pieces = iter([BODY[:10], BODY[10:]])
    line.request("POST", "/v1/streams/own", pieces, {"Content-Type": JSON}, encode_chunked=True)
    answer = line.getresponse()

    assert (answer.status, json.loads(answer.read())["rows_new"]) == (200, 1)
    line.close()


def test_questions_are_answered(open_server: Serving) -> None:
    open_server.post("energy_wh", encoded([row("q", 1), row("q", 4)], JSON), JSON)
    status = json.loads(open_server.ask("GET", "/v1/status")[2])

    assert status["streams"]["energy_wh"]["missing"] == 2
    assert status["open"] is True
    gaps = json.loads(open_server.ask("GET", "/v1/gaps?stream=energy_wh")[2])
    assert gaps["gaps"] == [
        {"stream": "energy_wh", "device": "q", "first_seq": 2, "last_seq": 3, "count": 2}
    ]
    assert json.loads(open_server.ask("GET", "/healthz")[2]) == {"ok": True, "gateways_failed": []}
    text = open_server.ask("GET", "/metrics")[2].decode()
    assert 'tanlu_ingest_missing_rows{stream="energy_wh"} 2' in text


def test_a_closed_registry_asks_for_a_token(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    made = enrol(workspace, pl.DataFrame({"device": ["m-1", "m-2"]}), tokens=True)
    token = dict(made.tokens.iter_rows())["m-1"]
    with Serving(tmp_path / "l") as server:
        assert server.facts["open"] is False
        status, headers, _ = server.ask("POST", "/v1/streams/energy_wh", BODY, Content_Type=JSON)
        assert (status, headers["www-authenticate"]) == (401, "Bearer")
        assert server.post("energy_wh", BODY, JSON, Authorization="Bearer x")[0] == 401
        assert server.ask("GET", "/v1/gaps")[0] == 401
        rows = encoded([row("m-1"), row("m-2")], JSON)
        status, told = server.post("energy_wh", rows, JSON, Authorization=f"Bearer {token}")
        assert (status, told["rows_new"], told["codes"]) == (200, 1, {"TL354": 1})
        _, log = server.stop()
    assert token not in log


def test_what_is_enrolled_and_defined_while_an_idle_server_runs_holds_at_once(
    tmp_path: Path,
) -> None:
    workspace = open_workspace(tmp_path / "l", create=True)
    enrol(workspace, pl.DataFrame({"device": ["m-1"]}), tokens=True)
    define(workspace, StreamDef("mine", now_us(), "gauge"))
    with Serving(tmp_path / "l") as server:
        drawn = renew_tokens(workspace, ["m-1"])["token"][0]
        define(workspace, StreamDef("later", now_us(), "gauge"))
        told = server.post("later", BODY, JSON, Authorization=f"Bearer {drawn}")
        assert told[0] == 200
        revise(workspace, "m-1", state="revoked")
        asked = until(lambda: server.ask("GET", "/v1/gaps", Authorization=f"Bearer {drawn}")[0])
        assert asked == 401


def until(ask: Callable[[], int]) -> int:
    """Give an answer as soon as it is another than 200; an idle server looks once a second."""
    answer = ask()
    for _ in range(600):
        if answer != 200:
            break
        time.sleep(0.1)
        answer = ask()
    return answer


def test_a_full_disk_refuses_bodies_before_they_are_read(tmp_path: Path) -> None:
    import asyncio
    from types import SimpleNamespace

    from tanlu.errors import TanluError
    from tanlu.serve.ingest.answering import App

    registry = SimpleNamespace(
        closed=False, stream=lambda _: True, workspace=SimpleNamespace(path=tmp_path)
    )
    app = App(SimpleNamespace(), registry, disk_min=2**62)  # type: ignore[arg-type]
    scope = SimpleNamespace(headers={"content-type": JSON})
    with pytest.raises(TanluError, match="TL456"):
        asyncio.run(app._take("s", scope, None))


def test_a_body_that_never_comes_gives_its_room_back() -> None:
    async def never() -> bytes:
        await asyncio.Event().wait()
        return b""

    group = SimpleNamespace(waiting_bytes=0, bytes_max=BODY_MAX)
    app = App(group, None, read_s=0.01)  # type: ignore[arg-type]
    scope = SimpleNamespace(headers={"content-length": str(BODY_MAX)})

    async def both() -> int:
        slow = asyncio.create_task(app._read(scope, never))
        await asyncio.sleep(0)
        held = app.reading_bytes
        with pytest.raises(TanluError, match="TL455"):
            await app._read(scope, never)
        with pytest.raises(TanluError, match="TL459"):
            await slow
        return held

    assert asyncio.run(both()) == BODY_MAX
    assert app.reading_bytes == 0


CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
LINE = json.dumps(row("torn", 1)).encode() + b"\n"
FIRST = b"%x\r\n%b\r\n" % (len(LINE), LINE)
TORN = (
    CHUNKED + FIRST,
    CHUNKED + FIRST + b"no length\r\n",
    CHUNKED + FIRST + FIRST[:-9],
    b"Content-Length: %d\r\n\r\n" % (2 * len(LINE)) + LINE,
)


@pytest.mark.parametrize("sent", TORN)
def test_a_body_that_breaks_off_is_not_taken(open_server: Serving, sent: bytes) -> None:
    head = b"POST /v1/streams/torn HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-ndjson\r\n"
    with socket.create_connection(("127.0.0.1", open_server.port), timeout=30) as line:
        line.sendall(head + sent)
        # it still hears: what it is told must not be a receipt
        line.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))

    assert b"200 OK" not in answer
    if sent.startswith(CHUNKED):
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"TL459" in answer
    status = json.loads(open_server.ask("GET", "/v1/status")[2])
    assert "torn" not in status["streams"]


def test_a_whole_body_in_pieces_is_told_from_a_torn_one_but_not_one_with_trailers(
    open_server: Serving,
) -> None:
    head = b"POST /v1/streams/pieces HTTP/1.1\r\nHost: t\r\nContent-Type: application/x-ndjson\r\n"
    last = b"0\r\n"
    for end, status in ((FIRST + last, 200), (last, 200), (FIRST + last + b"Digest: x\r\n", 408)):
        with socket.create_connection(("127.0.0.1", open_server.port), timeout=30) as line:
            line.sendall(head + CHUNKED + end + b"\r\n")
            assert line.recv(65_536).startswith(b"HTTP/1.1 %d " % status)


class Committer:
    """A group that answers a question in its own time, and counts what waits for it."""

    failure, waiting_bytes = None, 0

    def __init__(self) -> None:
        self.waiting: list[Future[object]] = []
        self.most = self.asked = 0

    def ask(self, question: object) -> Future[object]:
        self.asked += 1
        self.waiting.append(Future())
        self.most = max(self.most, len(self.waiting))
        return self.waiting[-1]

    async def answers(self) -> None:
        while True:
            await asyncio.sleep(0.001)
            while self.waiting:
                self.waiting.pop().set_result({
                    "streams": {}, "open": True, "lag_rows": 0, "lag_bytes": 0,
                    "lag_oldest_us": None, "fsync_s": 0.0, "groups": 0,
                })  # fmt: skip


def test_a_thousand_questions_put_one_between_two_groups_of_writes() -> None:
    group = Committer()
    app = App(group, SimpleNamespace(closed=False))  # type: ignore[arg-type]
    scope = SimpleNamespace(headers={}, query_string="")

    async def all_of_them() -> set[bytes]:
        answering = asyncio.create_task(group.answers())
        asked = [app._metrics(scope) for _ in range(1000)] + [app._status(scope)]
        told = await asyncio.gather(*asked)
        answering.cancel()
        return {body for _, body, _ in told}

    assert len(asyncio.run(all_of_them())) == 2
    assert (group.most, group.asked) == (1, 2)
    assert app._shared == {}
