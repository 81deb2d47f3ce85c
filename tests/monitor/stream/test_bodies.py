"""What a sender may send, and what only the server writes."""

from __future__ import annotations

import copy

from tanlu.monitor.stream.bodies import Undecodable, columns_of


def test_the_server_alone_says_when_and_from_which_batch_a_row_came() -> None:
    told = columns_of("reading")

    assert list(told)[:3] == ["device", "seq", "at"]
    assert not {"received", "stream", "evidence"} & set(told)
    assert columns_of("event")["device"] == "string", "an event has a device until it is stored"


def test_the_error_can_cross_a_process() -> None:
    error = copy.copy(Undecodable("application/json", "cut off"))

    assert error.code == "TL352"
    assert "cut off" in str(error)
