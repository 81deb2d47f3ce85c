"""The server of a ledger is found by the address it wrote, and asked over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tanlu.cli.streams.running import Running, running
from tanlu.errors import TanluError


@contextmanager
def serving(answers: dict[str, tuple[int, Any]], ledger: Path) -> Iterator[list[dict[str, Any]]]:
    """Answer as told on loopback, and give what was asked."""
    asked: list[dict[str, Any]] = []

    class Answering(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            asked.append({
                "path": self.path, "body": self.rfile.read(size).decode(),
                "token": self.headers.get("Authorization"),
                "media": self.headers.get("Content-Type"),
            })  # fmt: skip
            status, told = answers.get(self.path, (404, {"title": "no such page"}))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        do_GET = do_POST = _answer  # noqa: N815 - the names of the library

        def log_message(self, *args: object) -> None:
            del args

    server = HTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    (ledger / "streams").mkdir(parents=True, exist_ok=True)
    told = json.dumps({"url": url, "pid": 1})
    (ledger / "streams" / "serve.json").write_text(told, encoding="utf-8")
    try:
        yield asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_is_found_and_asked_with_its_token(tmp_path: Path) -> None:
    answers = {"/healthz": (200, {"ok": True}), "/v1/gaps": (200, {"gaps": []})}
    with serving(answers, tmp_path) as asked:
        found = running(tmp_path, "secret")
        assert found is not None
        assert found.ask("/v1/gaps") == {"gaps": []}
        assert asked[-1]["token"] == "Bearer secret"
        with pytest.raises(TanluError, match=r"TL368.*HTTP 404 no such page"):
            found.ask("/nowhere")


def test_lines_are_posted_as_what_they_are(tmp_path: Path) -> None:
    answers = {"/healthz": (200, {}), "/v1/streams/a": (200, {"rows_in": 1})}
    with serving(answers, tmp_path) as asked:
        found = running(tmp_path)
        assert found is not None
        assert found.post("/v1/streams/a", b"{}") == {"rows_in": 1}

    assert (asked[-1]["media"], asked[-1]["body"]) == ("application/x-ndjson", "{}")


def test_a_server_that_died_or_never_was_is_none(tmp_path: Path) -> None:
    assert running(tmp_path) is None
    with serving({"/healthz": (200, {})}, tmp_path):
        pass
    assert running(tmp_path) is None
    for text in ("", "{}", '{"url": 5}', '{"url": "file:///etc/passwd"}', "[]"):
        (tmp_path / "streams" / "serve.json").write_text(text, encoding="utf-8")
        assert running(tmp_path) is None


def test_a_sick_server_is_there_all_the_same(tmp_path: Path) -> None:
    with serving({"/healthz": (503, {"ok": False})}, tmp_path):
        assert running(tmp_path) is not None


def test_an_answer_that_is_no_object_is_said(tmp_path: Path) -> None:
    with serving({"/healthz": (200, {}), "/x": (200, [1])}, tmp_path):
        found = running(tmp_path)
        assert isinstance(found, Running)
        with pytest.raises(TanluError, match=r"TL368.*no object"):
            found.ask("/x")
