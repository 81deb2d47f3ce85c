"""What the log of commands says: which hold, and what each device was last set to.

The same fold serves a desk that runs and one that begins anew after a crash, so that both know the
same. A *point* is one action of one device.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

__all__ = ["REHEARSED", "Command", "Folded", "Point"]

# commands to simulated devices are called so: what they confirm says nothing of real ones
REHEARSED = "sim:"
OVER = ("refused", "ended", "undone")
TOUCHING = ("sent", "undone", "confirmed", "failed")
HOUR_US = 3_600_000_000


@dataclass(slots=True)
class Command:
    """One command as far as it went."""

    command_id: str
    device: str
    action: str
    value: float
    priority: int
    until: int
    by: str
    order: int
    before: float | None = None
    step: str = "asked"
    why: str | None = None
    over: bool = False


@dataclass(slots=True)
class Point:
    """One action of one device.

    ``taken``: we set it and did not give it back. ``before`` is what it held then, ``held`` what it
    was last read to hold, ``possible`` all that it may hold as far as we know; ``open`` when what
    was sent last is not confirmed.
    """

    device: str
    action: str
    taken: bool = False
    before: float | None = None
    held: float | None = None
    possible: set[float] = field(default_factory=set)
    open: bool = False
    last: str | None = None
    target: float | None = None
    sent_at: int | None = None
    read_at: int = 0


class Folded:
    """The state that the rows of the table ``command`` leave behind: real ones or rehearsed."""

    def __init__(self, *, rehearsed: bool = False) -> None:
        self.rehearsed = rehearsed
        self.commands: dict[str, Command] = {}
        self.points: dict[tuple[str, str], Point] = {}
        self._active: dict[tuple[str, str], dict[str, Command]] = defaultdict(dict)
        self._asks: dict[tuple[str, str, str], list[int]] = defaultdict(list)

    def point(self, device: str, action: str) -> Point:
        """Give the point of an action of a device, a fresh one where nothing was done yet."""
        key = device, action
        if key not in self.points:
            self.points[key] = Point(device, action)
        return self.points[key]

    def active(self, point: Point) -> list[Command]:
        """Give the commands that hold of a point, the one that goes first at the front.

        Of one priority the one that was asked last goes first.
        """
        found = self._active[point.device, point.action].values()
        return sorted(found, key=lambda each: (-each.priority, -each.order))

    def all_active(self) -> list[Command]:
        """Give the commands that hold, the one that goes last at the front."""
        found = [command for each in self._active.values() for command in each.values()]
        return sorted(found, key=lambda each: (each.priority, -each.order))

    def busy(self) -> list[Point]:
        """Give the points that were set or are asked for."""
        for command in self.all_active():
            self.point(command.device, command.action)
        return list(self.points.values())

    def asks(self, by: str, device: str, action: str, now: int) -> int:
        """Give how often somebody asked something in the hour before."""
        return sum(1 for at in self._asks[by, device, action] if at > now - HOUR_US)

    def fold(self, row: dict[str, Any]) -> None:
        """Learn one row; those of the other kind are passed over."""
        if row["command_id"].startswith(REHEARSED) != self.rehearsed:
            return
        step = row["step"]
        if step == "asked":
            self._asked(row)
            return
        command = self.commands.get(row["command_id"])
        if command is not None:
            if step in OVER and not command.over:
                command.over = True
                self._active[command.device, command.action].pop(command.command_id, None)
            if not (command.over and step in ("confirmed", "failed")):
                command.step, command.why = step, row["why"]
        if step not in TOUCHING:
            # who asks of a device that is none must not have it counted
            return
        point = self.point(row["device"], row["action"])
        match step:
            case "sent" | "undone":
                _sent(point, row)
            case "confirmed":
                _confirmed(point, row)
            case _:
                point.open, point.read_at = True, row["at"]
                if row["value"] is not None:
                    point.held = row["value"]
                    point.possible.add(row["value"])

    def _asked(self, row: dict[str, Any]) -> None:
        known = self.commands.get(row["command_id"])
        if known is not None:
            known.until = row["until"]
            return
        made = Command(
            row["command_id"], row["device"], row["action"], row["value"], row["priority"],
            row["until"], row["by"], len(self.commands), row["before"],
        )  # fmt: skip
        self.commands[made.command_id] = made
        self._active[made.device, made.action][made.command_id] = made
        asks = self._asks[made.by, made.device, made.action]
        asks[:] = [at for at in asks if at > row["at"] - HOUR_US] + [row["at"]]


def _sent(point: Point, row: dict[str, Any]) -> None:
    undone = row["step"] == "undone"
    if not point.taken and not undone:
        point.before = row["before"]
    point.taken, point.open = True, True
    point.possible.add(row["value"])
    point.last, point.sent_at = row["command_id"], row["at"]
    # where it is given back to: reached, it is no longer ours
    point.target = row["before"] if undone else None


def _confirmed(point: Point, row: dict[str, Any]) -> None:
    point.open, point.held, point.read_at = False, row["value"], row["at"]
    point.possible = {row["value"]}
    if point.target is not None and row["before"] == point.target:
        point.taken, point.before, point.target = False, None, None
