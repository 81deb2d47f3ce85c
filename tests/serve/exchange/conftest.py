"""A host over ASGI, and the same over TLS."""

from __future__ import annotations

import ssl
import threading
from queue import Queue

import pytest
from fastapi.testclient import TestClient

from tanlu.serve.running import certificate, run
from tests.serve.exchange.host import Outside, app


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def host(tmp_path, outside):
    """A client of the host as ``https://host.example:8443``."""
    made = app(tmp_path, outside)
    yield TestClient(made, base_url="https://host.example:8443", raise_server_exceptions=False)
    made.state.test_home.close()


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    """The address of the host over TLS, and the context that trusts it."""
    folder = tmp_path_factory.mktemp("tls")
    made, told, ends = app(folder, Outside()), Queue(), threading.Event()
    files = certificate(folder)
    work = threading.Thread(target=run, args=(made, 0, told.put),
                            kwargs={"tls": files, "ends": ends})  # fmt: skip
    work.start()
    yield told.get(timeout=60), ssl.create_default_context(cafile=files[0])
    ends.set()
    work.join(60)
    made.state.test_home.close()
