"""A receiver of webhooks on this machine."""

from __future__ import annotations

import ipaddress
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tanlu.share.egress import Reach

LOCAL = (ipaddress.ip_network("127.0.0.0/8"),)


class Receiver:
    """Keeps what it is sent and answers as it is told."""

    def __init__(self):
        self.got, self.status, self.headers = [], 200, {}
        self.body, self.waits_s = b"well", 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers["content-length"])
                outer.got.append((self.path, dict(self.headers), self.rfile.read(size)))
                time.sleep(outer.waits_s)
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(outer.body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://hooks.example:{self.port}/in?x=1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def reach():
    """Lets messages go to this machine, which every name means."""
    return Reach(inside=LOCAL, resolve=lambda host, port: ["127.0.0.1"])
