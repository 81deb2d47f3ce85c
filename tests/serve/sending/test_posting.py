"""A connection that is kept alive, and addresses that are none."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.serve.sending import Connection
from tests.serve.sending.double import Double


def test_many_bodies_go_over_one_connection() -> None:
    with Double() as server:
        wire = Connection(server.url)
        first = wire.post("a b/c", "application/json", b'[{"device":"d","seq":1,"value":2}]')
        kept = wire._connection
        again = wire.post("a b/c", "application/json", b'[{"device":"d","seq":1,"value":2}]')

        assert (first.status, first.said["rows_new"], again.said["rows_known"]) == (200, 1, 1)
        assert wire._connection is kept is not None
        assert list(server.rows) == [("a%20b%2Fc", "d", 1)]
        wire.close()


def test_who_hangs_up_raises_and_is_called_again() -> None:
    with Double() as server:
        wire = Connection(server.url)
        server.plan = ["hang up"]
        with pytest.raises(OSError):
            wire.post("s", "application/json", b"[]")

        assert wire.post("s", "application/json", b"[]").status == 200
        wire.close()


@pytest.mark.parametrize("url", ["", "file:///etc", "http://", "http://[::1", "127.0.0.1:80"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(TanluError) as error:
        Connection(url)

    assert error.value.code == "TL902"


def test_a_token_cannot_smuggle_lines_into_the_head() -> None:
    with pytest.raises(TanluError):
        Connection("http://127.0.0.1", token="a\r\nX: y")
