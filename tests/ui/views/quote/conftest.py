"""A shop with pages of its own origin and a strict policy, beside a server that quotes."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tanlu.serve.api import Home
from tanlu.serve.quotes import Quotes
from tanlu.store import open_workspace
from tanlu.store.log import begin_log
from tests import serving


@pytest.fixture(scope="session")
def lanes(tmp_path_factory):
    """A quantified ledger with its log."""
    path = serving.books(tmp_path_factory.mktemp("quotes"), orders=150)
    begin_log(open_workspace(path))
    return path


@pytest.fixture
def at(lanes, tmp_path):
    """The home of a server with that ledger."""
    shutil.copytree(lanes, tmp_path / "books")
    made = Home(tmp_path / "books")
    yield made
    made.close()


@pytest.fixture
def served(at):
    """The whole application."""
    return serving.whole(at)


@pytest.fixture
def shop():
    """Serve one page of a shop: ``with shop(make) as origin``; make gets the origin, gives page."""

    @contextmanager
    def open_shop(make):
        class Shop(BaseHTTPRequestHandler):
            def do_GET(self):
                body, policy = make()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                """Write nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()

    return open_shop


@pytest.fixture
def quote(served):
    """A signed quote of the server."""
    quotes: Quotes = served.state.quotes
    from tests.serve.quotes.test_quoting import asking

    return quotes.quote("home", asking(destination="北京"))
