"""The one door for acting on devices.

A command is checked, written durably, and only then sent; it is confirmed by reading back, holds
until its time is over, and is then undone. Of several the one of the highest priority goes first.
A desk that begins anew knows from the ledger what its predecessor had sent, and finishes it.
"""

from __future__ import annotations

import contextlib
import math
import threading
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from uuid import uuid4

import polars as pl

from tanlu.errors import TanluError
from tanlu.monitor.command.points import REHEARSED, Command, Folded, Point
from tanlu.monitor.command.rules import LEVELS, Action, Rules, matches
from tanlu.monitor.command.watching import Permitted, Scene, Seen
from tanlu.monitor.devices import Registry, now_us
from tanlu.terms import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tanlu.store import Workspace

__all__ = ["Desk", "Driver", "Outcome"]

PATIENCE_S = 300
LARGEST = 1e300
SECOND_US = 1_000_000
# what makes two asks the same
SAME = ("device", "action", "value", "priority", "by")
POINT = {
    "device": pl.String, "action": pl.String, "held": pl.Float64, "before": pl.Float64,
    "open": pl.Int64,
}  # fmt: skip
HOLDING = {
    "command_id": pl.String, "value": pl.Float64, "priority": pl.Int64, "until": pl.Int64,
    "by": pl.String,
}  # fmt: skip


class Driver(Protocol):
    """What reaches a device; both raise any exception when it does not answer or refuses."""

    def send(self, device: str, action: str, value: float) -> None:
        """Set a value."""

    def read(self, device: str, action: str) -> float:
        """Give the value that is set."""


class Outcome(NamedTuple):
    """How far a command went: its last step, and why."""

    command_id: str
    step: str
    why: str | None = None


class Desk:
    """Takes commands, acts on devices, and writes down every step before it is taken.

    One desk of a ledger acts at a time; each begins with what the others did. Between calls
    somebody calls ``tick``: what is over is undone, what a reading forbids is taken back, what
    failed is tried again.

    Parameters
    ----------
    driver
        What reaches the devices.
    rehearsed
        The devices are simulated: its commands are called ``sim:…``, and a desk of real devices
        passes them over, as this one does theirs.

    Raises
    ------
    TanluError
        TL365 for rules that do not hold together.
    """

    def __init__(
        self,
        workspace: Workspace,
        rules: Rules,
        driver: Driver,
        *,
        clock: Callable[[], int] = now_us,
        rehearsed: bool = False,
    ) -> None:
        rules.check()
        self.rules = rules
        self._workspace = workspace
        self._driver = driver
        self._clock = clock
        self._registry = Registry.of(workspace)
        self._seen = Seen()
        self._state = Folded(rehearsed=rehearsed)
        self._written = 0
        self._limited: pl.DataFrame | None = None
        self._drawn: dict[str, tuple[float, dict[str, float]]] = {}
        # of a point how often it failed in a row, and when it is tried again
        self._tries: dict[tuple[str, str], tuple[int, int]] = {}
        self._thread = threading.RLock()
        self._rows = 0
        self._learn()

    def ask(
        self,
        device: str,
        action: str,
        value: float,
        *,
        by: str,
        until: int,
        priority: int = 8,
        command_id: str | None = None,
        why: str | None = None,
    ) -> Outcome:
        """Ask for a value until a time, and give how far it went.

        Asked again with the same identity and content it is not done twice; with another ``until``
        it is renewed. The step is ``confirmed`` when the device was read to hold the value,
        ``asked`` when another goes first or the device rests between two changes, and ``failed``
        when it did not answer: then it is tried again until its time is over.

        Parameters
        ----------
        by
            Who asks, as the grants name him.
        until
            When it is undone [us UTC].
        priority
            1 to 16; the higher goes first.

        Raises
        ------
        TanluError
            TL366 when it is refused, which is written down; or, without being written, when the
            identity is that of another command.
        """
        with self._alone():
            told: dict[str, Any] = {
                "command_id": self._name(command_id or uuid4().hex), "device": device,
                "action": action, "value": float(value), "priority": priority, "by": by,
            }  # fmt: skip
            if not math.isfinite(told["value"]):
                why = "the value is no finite number"
                raise TanluError("TL366", value=told["command_id"], why=why)
            known = self._state.commands.get(told["command_id"])
            if known is not None:
                return self._again(known, told, until)
            now = self._clock()
            unit = self.rules.actions[action].unit if action in self.rules.actions else None
            asked = told | {
                "at": now, "step": "asked", "until": until, "why": why, "unit": unit,
            }  # fmt: skip
            reason = self._refusal(asked, now) or self._unknown_rest(asked)
            if reason:
                refused = asked | {"step": "refused", "why": reason}
                self._write([asked, refused])
                raise TanluError("TL366", value=told["command_id"], why=reason)
            self._write([asked])
            self._settle(self._state.point(device, action))
            return self.outcome(told["command_id"])

    def end(self, command_id: str, *, by: str) -> Outcome:
        """End a command before its time: what comes after it holds, else the device is set back.

        Raises
        ------
        TanluError
            TL367 when there is none such, TL366 when it is another's and ``by`` may not overrule
            it.
        """
        with self._alone():
            command = self._command(command_id)
            rank = self.rules.granted(by, command.device, command.action)
            if by != command.by and rank < command.priority:
                raise TanluError("TL366", value=command_id, why=f"it is {command.by}'s")
            if not command.over:
                self._write([self._row(command, "ended", f"ended by {by}")])
                self._settle(self._state.point(command.device, command.action))
            return self.outcome(command_id)

    def see(self, readings: pl.DataFrame) -> None:
        """Take readings (``device, stream, at, value``) by which interlocks are judged."""
        with self._thread:
            self._seen.see(readings)

    def tick(self) -> int:
        """Do what is due now and give how many steps were written.

        Commands whose time is over, or that an interlock or a limit forbids by now, are ended and
        undone; changes that had to wait are made; what failed is tried again.
        """
        with self._alone():
            before = self._written
            self._drawn.clear()
            for command in self._state.all_active():
                if command.until <= self._clock():
                    self._write([self._row(command, "ended", "its time is over")])
                    self._settle(self._state.point(command.device, command.action))
            # the lowest yields first; what it gives free may spare the next
            for command in self._state.all_active():
                over = self._over(command, self._clock())
                if over:
                    self._write([self._row(command, "ended", over)])
                    self._settle(self._state.point(command.device, command.action))
            for point in self._state.busy():
                self._look(point)
                self._settle(point)
            return self._written - before

    # ── reading ──

    def outcome(self, command_id: str) -> Outcome:
        """Give how far a command went.

        Raises
        ------
        TanluError
            TL367 when there is none such.
        """
        command = self._command(command_id)
        return Outcome(command.command_id, command.step, command.why)

    def holding(self) -> pl.DataFrame:
        """Give what is set by whom: one row for each point that we set and did not give back.

        ``device, action, held, before, open`` and of the command that goes first
        ``command_id, value, priority, until, by``, null where the device is being set back.
        """
        rows = []
        with self._thread:
            for point in self._state.busy():
                first = next(iter(self._state.active(point)), None)
                if point.taken or first:
                    rows.append({
                        "device": point.device, "action": point.action, "held": point.held,
                        "before": point.before, "open": int(point.open),
                        **{name: getattr(first, name, None) for name in HOLDING},
                    })  # fmt: skip
        return pl.DataFrame(rows, schema=POINT | HOLDING).sort("device", "action")

    # ── one at a time ──

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Act while no other desk of the ledger does, knowing what others did before."""
        with self._thread, self._workspace.alone("desk"):
            self._learn()
            yield

    def _learn(self) -> None:
        """Learn the steps that other desks wrote since."""
        rows = self._workspace.scan("command", raw=True)
        if rows.select(pl.len()).collect().item() > self._rows:
            new = rows.slice(self._rows).collect()
            for row in new.iter_rows(named=True):
                self._state.fold(row)
            self._rows += new.height
            self._drawn.clear()

    # ── checks ──

    def _name(self, command_id: str) -> str:
        """Give the identity of a command as the log has it."""
        if self._state.rehearsed:
            return REHEARSED + command_id.removeprefix(REHEARSED)
        if command_id.startswith(REHEARSED):
            raise TanluError("TL366", value=command_id[:100], why="so rehearsed ones are called")
        return command_id

    def _again(self, known: Command, told: dict[str, Any], until: int) -> Outcome:
        same = all(getattr(known, name) == told[name] for name in SAME)
        if not same:
            why = "the identity is that of another command"
            raise TanluError("TL366", value=known.command_id, why=why)
        now = self._clock()
        if until != known.until and not known.over:
            renewed = told | {"at": now, "step": "asked", "until": until, "why": "renewed"}
            reason = self._hold(self.rules.actions.get(known.action), until, now)
            if reason:
                raise TanluError("TL366", value=known.command_id, why=reason)
            self._write([renewed])
        return self.outcome(known.command_id)

    def _refusal(self, asked: dict[str, Any], now: int) -> str | None:
        """Give why a command is not taken; None when nothing speaks against it."""
        device, name, by = asked["device"], asked["action"], asked["by"]
        action = self.rules.actions.get(name)
        if action is None:
            return "no such action is declared"
        if not 1 <= asked["priority"] <= LEVELS:
            return f"a priority is from 1 to {LEVELS}"
        granted = self.rules.granted(by, device, name)
        if not granted:
            return f"{by} may not ask {name} of {device}"
        if asked["priority"] > granted:
            return f"{by} may ask up to priority {granted}"
        self._registry.refresh()
        if not self._registry.enrolled(pl.Series([device])).item():
            return "the device is not enrolled"
        if action.asks_per_hour is not None:
            asks = self._state.asks(by, device, name, now)
            if asks >= action.asks_per_hour:
                return f"{by} asked {asks} times within the hour"
        return self._hold(action, asked["until"], now) or self._range(action, device, now).why_not(
            asked["value"]
        )

    def _hold(self, action: Action | None, until: int, now: int) -> str | None:
        if until <= now:
            return "its time is over before it began"
        if action and until > now + action.hold_max_s * SECOND_US:
            return f"{action.name}: for at most {action.hold_max_s:g} s"
        return None

    def _unknown_rest(self, asked: dict[str, Any]) -> str | None:
        """Tell why it could not be undone, and learn what the device holds now."""
        point = self._state.point(asked["device"], asked["action"])
        if point.taken:
            return None
        try:
            asked["before"] = self._read(point)
        except Exception as error:  # noqa: BLE001 - a driver may fail in any way
            if self.rules.actions[point.action].rest is None:
                return f"the device does not answer, so nothing could be undone: {_said(error)}"
        return None

    def _over(self, command: Command, now: int) -> str | None:
        action = self.rules.actions.get(command.action)
        if action is None:
            return "no such action is declared"
        if command.until <= now:
            return "its time is over"
        return self._range(action, command.device, now).why_not(command.value)

    def _range(self, action: Action, device: str, now: int) -> Permitted:
        self._every()
        points = self._state.points.values()
        scene = Scene(self.rules, self._seen, points, now, self._drawn)
        return scene.permitted(action, device)

    def _every(self) -> None:
        """Count devices of which nobody asked anything: they too may draw on a limit."""
        devices = self._registry.devices
        if devices is self._limited:
            return
        self._limited = devices
        self._drawn.clear()
        for device in devices.filter(pl.col("state") == "enrolled")["device"]:
            for limit in self.rules.limits:
                if matches(limit.device, device):
                    self._state.point(device, limit.action)

    # ── acting ──

    def _settle(self, point: Point) -> None:
        """Bring a device to what the command that goes first asks, or back to where it was."""
        now = self._clock()
        first = next((c for c in self._state.active(point) if not self._over(c, now)), None)
        if first is None and not point.taken:
            return
        action = self.rules.actions.get(point.action, _undeclared(point.action))
        span = self._range(action, point.device, now)
        if first is not None:
            before = point.before if point.taken else first.before
            intent: dict[str, Any] | None = self._row(first, "sent", None) | {"before": before}
        else:
            intent = self._back(point, action, span)
        if intent is None or _done(point, action, intent):
            return
        forbidden = any(span.why_not(value) for value in point.possible)
        if not forbidden and not _rested(point, action, now):
            return
        if self._tries.get((point.device, point.action), (0, 0))[1] <= now:
            self._send(point, action, intent)

    def _look(self, point: Point) -> None:
        """Read again what a device holds, where that was long ago: others may have set it."""
        action, now = self.rules.actions.get(point.action), self._clock()
        if action is None or not point.taken or point.open:
            return
        if now - point.read_at < action.watch_s * SECOND_US:
            return
        try:
            held = self._read(point)
        except Exception:  # noqa: BLE001 - silence changes nothing of what it was told
            return
        point.read_at = now
        if point.held is not None and abs(held - point.held) > action.tolerance:
            command = self._state.commands[str(point.last)]
            why = f"it holds {held:g} and was set to {point.held:g}"
            self._write([self._row(command, "failed", why) | {"value": held}])

    def _back(self, point: Point, action: Action, span: Permitted) -> dict[str, Any] | None:
        """Give the step that sets a device back, as near as is permitted now."""
        rest = action.rest if action.rest is not None else point.before
        if rest is None:
            # a rest was declared when it was taken, and is no more: nobody knows where to
            return None
        command = self._state.commands[str(point.last)]
        row = self._row(command, "undone", command.why)
        return row | {"value": span.nearest(rest), "before": rest}

    def _send(self, point: Point, action: Action, intent: dict[str, Any]) -> None:
        self._write([intent])
        value, why = intent["value"], None
        try:
            self._driver.send(point.device, point.action, value)
        except Exception as error:  # noqa: BLE001 - a driver may fail in any way
            why = _said(error)
        held: float | None = None
        try:
            # what it says it holds counts, whether it answered or not
            held = self._read(point)
        except Exception as error:  # noqa: BLE001 - a driver may fail in any way
            why = why or _said(error)
        step = intent | {"at": self._clock(), "value": held}
        if held is not None and abs(held - value) <= action.tolerance:
            self._tries.pop((point.device, point.action), None)
            given_back = intent["step"] == "undone" and value == intent["before"]
            before = intent["before"] if given_back else None
            self._write([step | {"step": "confirmed", "before": before}])
            return
        why = why or f"it holds {held:g}"
        self._write([step | {"step": "failed", "why": why}])
        tries = self._tries.get((point.device, point.action), (0, 0))[0] + 1
        pause = min(2 ** min(tries, 16), PATIENCE_S) * SECOND_US
        self._tries[point.device, point.action] = tries, self._clock() + pause

    def _read(self, point: Point) -> float:
        held = float(self._driver.read(point.device, point.action))
        if not math.isfinite(held):
            raise ValueError(held)
        return held

    # ── the log ──

    def _row(self, command: Command, step: str, why: str | None) -> dict[str, Any]:
        action = self.rules.actions.get(command.action)
        return {
            "command_id": command.command_id, "at": self._clock(), "step": step,
            "device": command.device, "action": command.action, "value": command.value,
            "unit": action.unit if action else None, "before": None,
            "priority": command.priority, "until": command.until, "by": command.by, "why": why,
        }  # fmt: skip

    def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write steps durably; only what is written is known here."""
        frame = pl.DataFrame(rows, schema=schema("command").dtypes())
        self._workspace.append("command", frame)
        self._written += len(rows)
        self._rows += len(rows)
        self._drawn.clear()
        for row in frame.iter_rows(named=True):
            self._state.fold(row)

    def _command(self, command_id: str) -> Command:
        found = self._state.commands.get(self._name(command_id))
        if found is None:
            raise TanluError("TL367", value=command_id[:100])
        return found


def _done(point: Point, action: Action, intent: dict[str, Any]) -> bool:
    if point.open or point.held is None or abs(point.held - intent["value"]) > action.tolerance:
        return False
    if intent["step"] == "undone":
        return bool(point.target == intent["before"])
    return bool(point.target is None and point.last == intent["command_id"])


def _rested(point: Point, action: Action, now: int) -> bool:
    """Tell whether the least time between two changes has passed; a retry is no change."""
    if point.sent_at is None or point.open:
        return True
    return now - point.sent_at >= action.pause_s * SECOND_US


def _undeclared(name: str) -> Action:
    """Give an action that is declared no more: what was set by it can still be set back."""
    return Action(name, "", -LARGEST, LARGEST)


def _said(error: Exception) -> str:
    text = "".join(each if each.isprintable() else " " for each in str(error))
    return " ".join(text.split())[:200] or type(error).__name__
