"""Bytes in chunks and bytes gone wrong, for tests of protocols."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from tanlu.monitor.protocols import Piece, Read

# a million under the profile soak, some seconds in CI
ROUNDS = 1_000_000 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 10_000
NOISE = st.binary(max_size=40)


def whole(session, data: bytes) -> list[Piece]:
    """The pieces of bytes that come at once."""
    return session.feed(data) + session.end()


def split(session, data: bytes, cuts: Sequence[int]) -> list[Piece]:
    """The pieces of bytes that come in chunks."""
    pieces, at = [], 0
    for cut in [*sorted({min(cut, len(data)) for cut in cuts}), len(data)]:
        pieces += session.feed(data[at:cut])
        at = cut
    return pieces + session.end()


def mutated(rng: random.Random, frame: bytes) -> bytes:
    """A frame with bytes changed, lost, added or doubled."""
    data = bytearray(frame)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        match rng.randrange(5):
            case 0 if at < len(data):
                data[at] ^= 1 << rng.randrange(8)
            case 1:
                del data[at : at + rng.randint(1, 9)]
            case 2:
                data[at:at] = rng.randbytes(rng.randint(1, 9))
            case 3:
                data[at:at] = data[: rng.randint(0, 40)]
            case _ if at < len(data):
                data[at] = rng.choice((0, 0x23, 0x68, 0x7D, 0x7E, 0xFE, 0xFF))
    return bytes(data) or b"\0"


def fuzz(
    session: Callable, read: Callable[[Sequence[bytes]], Read] | None, frames: Sequence[bytes],
    repair: Callable[[random.Random, bytes], bytes] | None = None,
) -> tuple[int, int]:  # fmt: skip
    """Feed mutated frames; give how many pieces were frames and how many were refused."""
    rng, good, refused = random.Random(645), 0, 0
    for _ in range(0, ROUNDS, 50):
        batch = [mutated(rng, rng.choice(frames)) for _ in range(50)]
        if repair is not None:
            batch = [repair(rng, each) for each in batch]
        pieces = whole(session(), b"".join(batch))
        kept = [piece.raw for piece in pieces if not piece.why]
        good += len(kept)
        refused += len(pieces) - len(kept)
        if read is not None:
            found = read(kept)
            refused += len(found.refused)
            assert all(piece.why for piece in found.refused)
            assert len(found.answers) == len(found.denials) == len(found.devices) == len(kept)
    return good, refused


def rows(read: Read) -> dict[str, list[tuple]]:
    """Time and value of each stream's rows."""
    return {
        stream: list(zip(table["at"], table["value"], strict=True))
        for stream, table in read.tables.items()
        if "value" in table.columns
    }
