"""What waits for the pipeline and what the pipeline is told: weighed, joined, waited for."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from tanlu.errors import TanluError
from tanlu.monitor.protocols import Piece

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["Sink", "durable", "offered", "together", "weight"]

# memory of a piece beside its bytes
PIECE_BYTES = 256
# what passes by itself: too much waits, the disk is full
FULL = ("TL455", "TL456")
# how long a full pipeline is left alone before it is asked again [s]
PAUSE_S = 0.02
# bytes of refused pieces that one row of the quarantine holds
ROW_BYTES = 64 * 1024
# rows of one batch, behind which all other reasons share theirs, and how many of them are named
ROWS_MAX, REASONS_MAX = 8, 5


class Sink(Protocol):
    """The part of the group that is used."""

    def submit(self, body: Any) -> Future[Any]:
        """Take a body; its receipt comes when it is durable."""
        ...

    def refuse(self, stream: str, raw: bytes, code: str, why: str, received_us: int) -> Future[Any]:
        """Keep bytes that nobody can decode as one quarantined row."""
        ...


def weight(pieces: Iterable[Piece]) -> int:
    """Give about how much memory pieces hold [bytes]: one of a single byte is not free."""
    return sum(PIECE_BYTES + len(piece.raw) for piece in pieces)


async def durable(future: Future[Any]) -> Any:
    """Give the receipt when it comes; who stops waiting cancels nothing of the committer's."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()

    def tell(_: Future[Any]) -> None:
        # the loop may have ended meanwhile
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(told.set)

    future.add_done_callback(tell)
    await told.wait()
    return future.result()


def together(refused: Sequence[Piece]) -> list[tuple[str, bytes]]:
    """Give pieces of one reason joined, and rare reasons too: each row costs a sync of the disk."""
    rows: dict[str, list[bytearray]] = {}
    for piece in refused:
        held = rows.setdefault(piece.why, [bytearray()])
        if held[-1] and len(held[-1]) + len(piece.raw) > ROW_BYTES:
            held.append(bytearray())
        held[-1] += piece.raw
    found = [(why, bytes(raw)) for why, held in rows.items() for raw in held]
    if len(found) <= ROWS_MAX:
        return found
    found.sort(key=lambda row: -len(row[1]))
    few, raw = found[ROWS_MAX:], b"".join(raw for _, raw in found[ROWS_MAX:])
    why = "several reasons: " + "; ".join([why for why, _ in few][:REASONS_MAX])
    rest = [(why, raw[at : at + ROW_BYTES]) for at in range(0, len(raw), ROW_BYTES)]
    return found[:ROWS_MAX] + rest


async def offered(
    take: Callable[..., Future[Any]], *what: Any, held: Callable[[], object]
) -> Future[Any]:
    """Hand over; a full pipeline is asked again until it takes it, and each time that is told.

    Raises
    ------
    TanluError
        What does not pass by itself.
    """
    while True:
        try:
            return take(*what)
        except TanluError as error:
            if error.code not in FULL:
                raise
        held()
        await asyncio.sleep(PAUSE_S)
