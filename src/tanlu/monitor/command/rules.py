"""What may be asked of devices: actions with their bounds, grants, interlocks and limits.

They are declared in one TOML file, so that whoever answers for a building can read them. What is
not granted is refused; what is not known counts as the worst that could be.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from tanlu.errors import TanluError

__all__ = ["LEVELS", "Action", "Grant", "Interlock", "Limit", "Rules", "Watched", "matches"]

# as the priority array of building automation (ISO 16484-5, 19.2) has them; there 1 goes first
LEVELS = 16
OWN = "{device}"
Table = TypeVar("Table")


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name is that of a pattern, or begins as one that ends in ``*``."""
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be set.

    ``rest`` is the value of a device of which nobody asks anything, the value before where none is
    declared; ``pause_s`` the least time between two changes [s]; ``hold_max_s`` the longest time
    for which it can be asked [s]; ``asks_per_hour`` how often one may ask it of one device;
    ``tolerance`` how far what is read back may differ; ``watch_s`` how often what is held is read
    again [s].
    """

    name: str
    unit: str
    minimum: float
    maximum: float
    rest: float | None = None
    pause_s: float = 0.0
    hold_max_s: float = 86_400.0
    asks_per_hour: int | None = None
    tolerance: float = 1e-6
    watch_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may ask an action of which devices, up to which priority (16 goes before all)."""

    who: str
    device: str
    action: str
    priority_max: int = 8


@dataclass(frozen=True, slots=True)
class Watched:
    """The newest reading of a stream of a device; ``{device}`` is the one that is to act."""

    device: str
    stream: str
    at_least: float | None = None
    at_most: float | None = None

    def of(self, device: str) -> tuple[str, str]:
        """Give device and stream for the device that is to act."""
        return self.device.replace(OWN, device), self.stream

    def holds(self, value: float | None) -> bool:
        """Tell whether the condition holds: also when there is no value, which might be any."""
        if value is None or math.isnan(value):
            return True
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


@dataclass(frozen=True, slots=True)
class Interlock:
    """While a reading is so, an action stays within ``minimum`` and ``maximum``.

    A reading older than ``stale_s`` [s] is none, and counts as if the condition held.
    """

    name: str
    device: str
    action: str
    when: Watched
    minimum: float | None = None
    maximum: float | None = None
    stale_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Limit:
    """All devices of a pattern together hold at most ``total``, less what else is drawn there.

    ``less`` is a reading in the same unit, such as the other load of a feeder; when it is older
    than ``stale_s`` [s] all of the total counts as drawn.
    """

    name: str
    device: str
    action: str
    total: float
    less: Watched | None = None
    stale_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Rules:
    """All that was declared."""

    actions: dict[str, Action]
    grants: tuple[Grant, ...] = ()
    interlocks: tuple[Interlock, ...] = ()
    limits: tuple[Limit, ...] = ()

    @classmethod
    def load(cls, path: str | Path) -> Rules:
        """Give the rules of a TOML file.

        Raises
        ------
        TanluError
            TL365 with what does not hold together.
        """
        file = Path(path)
        try:
            told = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise TanluError("TL365", value=file.name, why=str(error)) from error
        return cls.of(told)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Rules:
        """Give the rules that a table of TOML declares.

        Raises
        ------
        TanluError
            TL365 with what does not hold together.
        """
        known = {"actions", "grants", "interlocks", "limits"}
        for name in told:
            if name not in known:
                raise _wrong(name, f"it is one of {', '.join(sorted(known))}")
        actions = _tables(told, "actions", dict)
        made = cls(
            {name: _made(Action, {"name": name} | _table(row, name), name)
             for name, row in actions.items()},
            tuple(_made(Grant, row, "grants") for row in _tables(told, "grants", list)),
            tuple(_made(Interlock, _watching(row, "when"), "interlocks")
                  for row in _tables(told, "interlocks", list)),
            tuple(_made(Limit, _watching(row, "less"), "limits")
                  for row in _tables(told, "limits", list)),
        )  # fmt: skip
        made.check()
        return made

    def check(self) -> None:
        """Find what could never hold.

        Raises
        ------
        TanluError
            TL365 with what it is.
        """
        for action in self.actions.values():
            _action(action)
        named = [each.action for each in self.grants]
        named += [each.action for each in self.interlocks] + [each.action for each in self.limits]
        for name in named:
            if name not in self.actions:
                raise _wrong(name, "no such action is declared")
        for grant in self.grants:
            if not 1 <= grant.priority_max <= LEVELS:
                raise _wrong(grant.who, f"a priority is from 1 to {LEVELS}")
        for lock in self.interlocks:
            action = self.actions[lock.action]
            low = action.minimum if lock.minimum is None else lock.minimum
            high = action.maximum if lock.maximum is None else lock.maximum
            if low > high or low > action.maximum or high < action.minimum:
                raise _wrong(lock.name, "it leaves no value of the action")

    def granted(self, who: str, device: str, action: str) -> int:
        """Give the highest priority with which somebody may ask, 0 when he may not."""
        return max(
            (
                grant.priority_max
                for grant in self.grants
                if grant.action == action
                and matches(grant.who, who)
                and matches(grant.device, device)
            ),
            default=0,
        )


def _action(action: Action) -> None:
    for name in ("minimum", "maximum", "pause_s", "hold_max_s", "tolerance", "watch_s"):
        if not math.isfinite(getattr(action, name)):
            raise _wrong(action.name, f"{name} is a finite number")
    if action.minimum > action.maximum:
        raise _wrong(action.name, "the minimum is not above the maximum")
    if action.rest is not None and not action.minimum <= action.rest <= action.maximum:
        raise _wrong(action.name, "what it rests at lies within its bounds")
    if min(action.pause_s, action.tolerance, action.watch_s) < 0 or action.hold_max_s <= 0:
        raise _wrong(action.name, "times and the tolerance are not below zero")


def _tables(told: dict[str, Any], name: str, kind: type[Table]) -> Table:
    found = told.get(name, kind())
    if not isinstance(found, kind):
        raise _wrong(name, "it is no table")
    return found


def _table(row: object, name: str) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise _wrong(name, "it is no table")
    return row


def _watching(row: object, name: str) -> dict[str, Any]:
    told = dict(_table(row, name))
    if name in told:
        told[name] = _made(Watched, _table(told[name], name), name)
    return told


def _made(kind: type[Table], row: object, where: str) -> Table:
    """Give a record of a table: every key known, every value of its type, none missing."""
    told = _table(row, where)
    names = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    for name, value in told.items():
        if name not in names:
            raise _wrong(where, f"unknown key {name}")
        wanted = str(names[name].type)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if wanted.startswith("str") and not isinstance(value, str):
            raise _wrong(where, f"{name} is a text")
        if wanted.startswith("int") and (not number or isinstance(value, float)):
            raise _wrong(where, f"{name} is a whole number")
        if wanted.startswith("float") and (not number or not math.isfinite(value)):
            raise _wrong(where, f"{name} is a finite number")
    missing = [name for name, each in names.items() if each.default is MISSING]
    for name in missing:
        if name not in told:
            raise _wrong(where, f"{name} is missing")
    return kind(**told)


def _wrong(value: str, why: str) -> TanluError:
    return TanluError("TL365", value=value, why=why)
