"""Frames as bytes of ``text/event-stream``, and the last of them, for who was away a moment."""

from __future__ import annotations

import secrets
from collections import deque
from typing import Any

import msgspec

__all__ = ["RING", "Ring", "beat", "bodies", "frame"]

# how many ticks somebody may be away and go on where he was
RING = 60
_encode = msgspec.json.Encoder().encode


def frame(topic: str, told: dict[str, Any]) -> bytes:
    """Give one event; a topic is its name, so that a page listens to what it shows."""
    return b"event: " + topic.encode() + b"\ndata: " + _encode(told) + b"\n\n"


def beat(identity: bytes, told: dict[str, Any]) -> bytes:
    """Give the event that ends a tick: only it has the identity, so no tick is half there."""
    return b"id: " + identity + b"\nevent: tick\ndata: " + _encode(told) + b"\n\n"


def bodies(data: bytes) -> dict[str, bytes]:
    """Give the JSON of each frame by the name of its event."""
    found: dict[str, bytes] = {}
    for block in data.split(b"\n\n"):
        lines = dict(line.split(b": ", 1) for line in block.split(b"\n") if b": " in line)
        if b"event" in lines and b"data" in lines:
            found[lines[b"event"].decode()] = lines[b"data"]
    return found


class Ring:
    """The ticks of the last minute, by number; ``epoch`` is another for each process."""

    def __init__(self) -> None:
        self.epoch = secrets.token_hex(4)
        self.number = 0
        self._held: deque[tuple[int, dict[str, bytes], bytes]] = deque(maxlen=RING)

    @property
    def identity(self) -> bytes:
        """The identity of the newest tick."""
        return f"{self.epoch}-{self.number}".encode()

    def add(self, frames: dict[str, bytes], beat: bytes) -> None:
        """Keep a tick."""
        self._held.append((self.number, frames, beat))

    def since(self, last: str, topics: tuple[str, ...]) -> list[bytes] | None:
        """Give the ticks after one, or None when not all of them are there for these topics."""
        epoch, _, text = last.partition("-")
        if epoch != self.epoch or not (text.isascii() and text.isdigit() and len(text) < 16):
            return None
        number = int(text)
        missed = [each for each in self._held if each[0] > number]
        if number > self.number or len(missed) != self.number - number:
            return None
        if any(topic not in frames for _, frames, _ in missed for topic in topics):
            return None
        return [
            b"".join([*(frames[topic] for topic in topics), beat]) for _, frames, beat in missed
        ]
