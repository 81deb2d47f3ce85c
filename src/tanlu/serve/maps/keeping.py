"""The map of an organisation in the state of its server."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from tanlu.errors import TanluError
from tanlu.store.relational.tables import MAPS

if TYPE_CHECKING:
    from tanlu.serve.maps.checking import Areas, Outline, Point
    from tanlu.store.relational import Scoped

__all__ = ["Kept", "drop", "keep", "kept"]

NAME = "own"
MOST_LETTERS = 60
# 审图号: who approved it, the year in brackets, the number of that year
APPROVAL = re.compile(r"[A-Z\u4e00-\u9fff]{1,8} ?[(（]20\d\d[)）] ?\d{1,6} ?号?")


class _Drawn(msgspec.Struct):
    """What is drawn of a map."""

    lines: tuple[tuple[tuple[float, float], ...], ...]
    areas: dict[str, tuple[tuple[int, ...], ...]] = msgspec.field(default_factory=dict)


class Kept(NamedTuple):
    """A map that is there: its approval, the hash of its file, its lines, and its regions.

    ``areas`` has the polygons of a region as numbers of lines; it stays where lines are left out.
    """

    approval: str
    sha256: str
    points: int
    lines: tuple[tuple[Point, ...], ...]
    areas: Areas


def keep(state: Scoped, found: Outline, approval: str) -> None:
    """Keep a map in the place of the one before.

    Raises
    ------
    TanluError
        TL952 without the number of an approval, or for what is none.
    """
    said = " ".join(approval.split())
    if len(said) > MOST_LETTERS or not APPROVAL.fullmatch(said):
        raise TanluError("TL952")
    drop(state)
    drawn = msgspec.json.encode(_Drawn(found.lines, found.areas)).decode()
    state.add(MAPS, {
        "name": NAME, "approval": said, "sha256": found.sha256, "points": found.points,
        "kept_us": time.time_ns() // 1000, "lines": drawn,
    })  # fmt: skip


def kept(state: Scoped, *, lines: bool = True) -> Kept | None:
    """Give the map of the organisation, without its lines where only its regions are wanted."""
    found = state.rows(MAPS, MAPS.c.name == NAME, limit=1)
    if not found:
        return None
    row = found[0]
    text = row["lines"]
    # what was kept before regions were known is a list of lines
    drawn = msgspec.json.decode(
        text if text.startswith("{") else f'{{"lines":{text}}}', type=_Drawn
    )
    shown = drawn.lines if lines else ()
    return Kept(row["approval"], row["sha256"], row["points"], shown, drawn.areas)


def drop(state: Scoped) -> bool:
    """Remove the map; say whether there was one."""
    return state.drop(MAPS, MAPS.c.name == NAME) > 0
