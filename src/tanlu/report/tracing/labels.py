"""Labels of a map that do not lie on each other: each takes the first free place at its dot."""

from __future__ import annotations

from typing import NamedTuple

from tanlu.report.svg import wide

__all__ = ["Box", "Label", "placed"]

SIZE = 12.0
HEIGHT = 15.0
GAPS = (8.0, 20.0, 36.0, 56.0, 80.0)
# right, left, above, below and the corners, as parts of the gap
SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
FAR = 12.0


class Box(NamedTuple):
    """A rectangle on the picture [px]."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles lie on each other."""
        return (
            self.left < other.right and other.left < self.right
            and self.top < other.bottom and other.top < self.bottom
        )  # fmt: skip


class Label(NamedTuple):
    """A text beside a point: its box, and whether a line must say to which point it belongs."""

    text: str
    box: Box
    at: tuple[float, float]
    led: bool


def placed(points: list[tuple[str, float, float]], taken: list[Box], frame: Box) -> list[Label]:
    """Give labels for (text, x, y) in their order; one that finds no free place is left out.

    Parameters
    ----------
    points
        The most important first.
    taken
        What labels must not cover.
    frame
        What they must stay in.
    """
    held = list(taken)
    found = []
    for text, x, y in points:
        width = wide(text, SIZE)
        for gap in GAPS:
            box = _free(width, (x, y), gap, held, frame)
            if box is not None:
                held.append(box)
                found.append(Label(text, box, (x, y), gap > FAR))
                break
    return found


def _free(
    width: float, at: tuple[float, float], gap: float, held: list[Box], frame: Box
) -> Box | None:
    x, y = at
    for east, south in SIDES:
        left = x + gap if east > 0 else x - gap - width if east < 0 else x - width / 2
        middle = y + south * (gap + HEIGHT / 2)
        box = Box(left, middle - HEIGHT / 2, left + width, middle + HEIGHT / 2)
        inside = (
            box.left >= frame.left and box.right <= frame.right
            and box.top >= frame.top and box.bottom <= frame.bottom
        )  # fmt: skip
        if inside and not any(box.meets(each) for each in held):
            return box
    return None
