"""The map of an organisation in the state of its server."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tanlu.errors import TanluError
from tanlu.store.relational.tables import MAPS

if TYPE_CHECKING:
    from tanlu.serve.maps.checking import Outline, Point
    from tanlu.store.relational import Scoped

__all__ = ["Kept", "drop", "keep", "kept"]

NAME = "own"
MOST_LETTERS = 60


class Kept(NamedTuple):
    """A map that is there: its approval, the hash of its file, its lines."""

    approval: str
    sha256: str
    points: int
    lines: tuple[tuple[Point, ...], ...]


def keep(state: Scoped, found: Outline, approval: str) -> None:
    """Keep a map in the place of the one before.

    Raises
    ------
    TanluError
        TL952 without the number of an approval.
    """
    said = " ".join(approval.split())
    if not said or len(said) > MOST_LETTERS:
        raise TanluError("TL952")
    drop(state)
    state.add(MAPS, {
        "name": NAME, "approval": said, "sha256": found.sha256, "points": found.points,
        "kept_us": time.time_ns() // 1000, "lines": msgspec.json.encode(found.lines).decode(),
    })  # fmt: skip


def kept(state: Scoped, *, lines: bool = True) -> Kept | None:
    """Give the map of the organisation, without its lines where only its number is wanted."""
    columns = [column for column in MAPS.c if lines or column.name != "lines"]
    found = state.rows(MAPS, MAPS.c.name == NAME, columns=columns, limit=1)
    if not found:
        return None
    row = found[0]
    drawn = msgspec.json.decode(
        row.get("lines") or "[]", type=tuple[tuple[tuple[float, float], ...], ...]
    )
    return Kept(row["approval"], row["sha256"], row["points"], drawn)


def drop(state: Scoped) -> bool:
    """Remove the map; say whether there was one."""
    return state.drop(MAPS, MAPS.c.name == NAME) > 0
