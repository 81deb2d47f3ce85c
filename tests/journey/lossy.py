"""A line that loses answers: what was sent arrives, what is answered sometimes does not."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self

LOOPBACK = "127.0.0.1"


class Lossy:
    """Passes bytes on to a server; hangs up in place of every ``each``-th answer."""

    def __init__(self, port: int, each: int) -> None:
        self.port, self.each = port, each
        self.answers = self.lost = 0
        self._lock = threading.Lock()
        self._listener = socket.create_server((LOOPBACK, 0))
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # a thread that waits in accept wakes up of a shutdown, not of a close
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._listener.accept()
                server = socket.create_connection((LOOPBACK, self.port))
                for source, target, answers in ((caller, server, False), (server, caller, True)):
                    threading.Thread(
                        target=self._pass, args=(source, target, answers), daemon=True
                    ).start()

    def _pass(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if answers and self._loses(data):
                    break
                target.sendall(data)
        for line in (source, target):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def _loses(self, data: bytes) -> bool:
        if b'"rows_in"' not in data:
            return False
        with self._lock:
            self.answers += 1
            lost = self.answers % self.each == 0
            self.lost += lost
            return lost
