"""What waits is weighed, refused pieces are joined, receipts are waited for and never cancelled."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

import pytest

from tanlu.errors import TanluError
from tanlu.monitor.protocols import Piece
from tanlu.serve.gateway.frames import waiting


def test_pieces_of_one_reason_are_kept_together():
    pieces = [Piece(bytes([n]) * 40_000, "ab"[n % 2]) for n in range(5)]
    assert [(why, len(raw)) for why, raw in waiting.together(pieces)] == [
        ("a", 40_000), ("a", 40_000), ("a", 40_000), ("b", 40_000), ("b", 40_000),
    ]  # fmt: skip
    assert waiting.together([Piece(b"x", "a"), Piece(b"y", "a")]) == [("a", b"xy")]
    many = waiting.together([Piece(b"x" * (50 - n), f"reason {n}") for n in range(40)])
    assert len(many) == waiting.ROWS_MAX + 1
    assert many[0] == ("reason 0", b"x" * 50)
    assert many[-1][0].startswith("several reasons: reason 8; reason 9;")
    assert sum(len(raw) for _, raw in many) == sum(range(11, 51))


def test_one_byte_is_not_free():
    assert waiting.weight([Piece(b"x")] * 10) >= 1_000


def test_who_stops_waiting_for_a_receipt_does_not_cancel_it():
    future: Future = Future()

    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await waiting.durable(future)

    asyncio.run(impatient())
    assert not future.cancelled()
    future.set_result(7)
    assert asyncio.run(waiting.durable(future)) == 7


def test_a_full_pipeline_is_asked_until_it_takes_and_another_error_is_raised():
    told, answers = [], [TanluError("TL455", value=0, seconds=1), TanluError("TL456", value=0)]

    def take(what: str) -> str:
        if answers:
            raise answers.pop(0)
        return what

    held = lambda: told.append(1)  # noqa: E731
    assert asyncio.run(waiting.offered(take, "body", held=held)) == "body"
    assert told == [1, 1]
    answers = [TanluError("TL458", value="x")]
    with pytest.raises(TanluError, match="TL458"):
        asyncio.run(waiting.offered(take, "body", held=held))
