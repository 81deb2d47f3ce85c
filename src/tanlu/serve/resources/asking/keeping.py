"""Answers that cost much, kept under their tag as long as there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict

__all__ = ["KEPT", "Kept"]

ROOM = 64 << 20
LARGEST = 8 << 20


class Kept:
    """Bytes by name; what was asked for the longest time ago goes first."""

    def __init__(self, room: int = ROOM, largest: int = LARGEST) -> None:
        self.room = room
        self.largest = largest
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._turn = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """Give what is kept under a name."""
        with self._turn:
            found = self._held.get(name)
            if found is not None:
                self._held.move_to_end(name)
            return found

    def put(self, name: str, content: bytes) -> None:
        """Keep something, unless it is too large."""
        if len(content) > self.largest:
            return
        with self._turn:
            self._size += len(content) - len(self._held.pop(name, b""))
            self._held[name] = content
            while self._size > self.room:
                self._size -= len(self._held.popitem(last=False)[1])


# of the process: a tag names ledger, version and question, so one tenant never meets another's
KEPT = Kept()
