"""A small server that takes streams as the true one does: for tests of who sends to it."""

from __future__ import annotations

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import polars as pl

YEAR_2010 = 1_262_304_000_000_000


class Double(ThreadingHTTPServer):
    """Keeps rows by identity; refuses what it is told to refuse, before or after keeping it."""

    daemon_threads = True

    def __init__(self, *, token: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.rows: dict[tuple[str, str, int], Any] = {}
        self.broken: set[bytes] = set()
        self.posts = 0
        self.plan: list[int | str] = []
        self.token = token
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def gaps(self) -> list[dict[str, Any]]:
        found = []
        last: tuple[str, str, int] | None = None
        for key in sorted(self.rows):
            if last is not None and key[:2] == last[:2] and key[2] > last[2] + 1:
                found.append(
                    {
                        "stream": key[0], "device": key[1], "first_seq": last[2] + 1,
                        "last_seq": key[2] - 1, "count": key[2] - last[2] - 1,
                    }
                )  # fmt: skip
            last = key
        return found

    def take(self, stream: str, media: str, data: bytes) -> tuple[int, dict[str, Any]]:
        with self.lock:
            self.posts += 1
            try:
                rows = _decoded(media, data)
            except Exception:  # noqa: BLE001 - any broken body
                self.broken.add(data)
                return 400, {"code": "TL352", "detail": "cannot be read"}
            new = known = bad = 0
            for row in rows:
                if row.get("at", YEAR_2010) < YEAR_2010 and row.get("at") > 10**12:
                    bad += 1
                    continue
                key = (stream, row["device"], row["seq"])
                known += key in self.rows
                new += key not in self.rows
                self.rows[key] = row["value"]
            return 200, {
                "rows_in": len(rows), "rows_new": new, "rows_known": known,
                "rows_quarantined": bad, "codes": {"TL356": bad} if bad else {},
            }  # fmt: skip


def _decoded(media: str, data: bytes) -> list[dict[str, Any]]:
    if media == "application/json":
        return list(json.loads(data))
    if media == "application/x-ndjson":
        return [json.loads(line) for line in data.splitlines()]
    return pl.read_ipc_stream(io.BytesIO(data)).to_dicts()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    server: Double

    def do_GET(self) -> None:
        if self.path == "/v1/gaps":
            self._give(200, {"gaps": self.server.gaps()})
        else:
            self._give(200, {})

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers["Content-Length"]))
        stream, media = self.path.rsplit("/", 1)[1], self.headers["Content-Type"]
        if self.server.token and self.headers["Authorization"] != f"Bearer {self.server.token}":
            self._give(401, {"detail": "no token"})
            return
        step = self.server.plan.pop(0) if self.server.plan else "take"
        if step == "hang up":
            self.close_connection = True
        elif step == "take and hang up":
            self.server.take(stream, media, data)
            self.close_connection = True
        elif isinstance(step, int):
            self._give(step, {"detail": "not now"})
        else:
            self._give(*self.server.take(stream, media, data))

    def _give(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass
