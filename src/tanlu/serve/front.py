"""The front: HTTP/1.1 on loopback, with limits, in front of something that answers.

It listens on 127.0.0.1 alone. Who wants to be reached from elsewhere puts a reverse proxy with TLS
before it, and keys stay on a machine that nobody reaches.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Protocol, Self

from tanlu.errors import TanluError

__all__ = ["TEXT", "Answer", "Front", "Server"]

LOOPBACK = "127.0.0.1"
TEXT = "text/plain; charset=utf-8"
# sixteen signatures, post-quantum ones too, and 63 hashes
MAX_BODY_BYTES = 256 * 1024
SILENCE_S = 10.0
MAX_CONNECTIONS = 64


class Answer(NamedTuple):
    """What is answered: a status of HTTP, the body, its media type, how long it may be kept."""

    status: int
    body: bytes = b""
    media: str = TEXT
    cache: str = "no-store"


class Front(Protocol):
    """Something that answers."""

    def answer(self, method: str, path: str, body: bytes) -> Answer:
        """Give the answer to a request; the path is without its query."""
        ...


class Server(ThreadingHTTPServer):
    """Serves one front; as a context it serves in the background until it is left.

    Raises
    ------
    TanluError
        TL633 when the port cannot be listened on.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, front: Front, port: int = 0, *, silence_s: float = SILENCE_S) -> None:
        self.front = front
        self.silence_s = silence_s
        self._places = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._thread: threading.Thread | None = None
        try:
            super().__init__((LOOPBACK, port), _Handler)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise TanluError("TL633", value=port, why=why) from error

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
        if self._thread is not None:
            self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection its thread if there is a place left, else close it."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection and free its place."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Pass over who hangs up: nothing of ours failed."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "tanlu"
    sys_version = ""
    # head and body leave together: apart, the second would wait for the first's receipt
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.silence_s)

    def do_GET(self) -> None:
        self._give(self.server.front.answer("GET", self._path(), b""))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        told = self.headers.get("Content-Length", "")
        if not (told.isascii() and told.isdigit()) or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            self._give(Answer(411, b"tell the length of the body\n"))
        elif len(told) > 9 or int(told) > MAX_BODY_BYTES:
            self.close_connection = True
            self._give(Answer(413, b"the body is too long\n"))
        else:
            body = self.rfile.read(int(told))
            if len(body) == int(told):
                self._give(self.server.front.answer("POST", self._path(), body))

    def _path(self) -> str:
        return self.path.partition("?")[0]

    def _give(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", answer.cache)
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Write nothing: addresses of who asks are nobody's business."""
