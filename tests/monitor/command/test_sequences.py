"""Whatever is asked, lost, refused and crashed: nothing forbidden is sent, all is undone.

The oracle knows the truth of the devices and judges each value at the moment it is sent; the log
must have had it before, and must explain every value that a device ever took.
"""

from __future__ import annotations

import functools

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tanlu.errors import TanluError
from tanlu.monitor.command import Action
from tests.monitor.command.conftest import SECOND, World

ROOM, LAMP, CHARGER = "cooling_set_point", "light_level", "charging_limit"
TARGETS = [("room", ROOM), ("lamp", LAMP), *((f"charger/{n}", CHARGER) for n in (1, 2, 3))]
BOUNDS = {ROOM: (5.0, 30.0), LAMP: (0.0, 100.0), CHARGER: (0.0, 11_000.0)}
MAY = {ROOM: "building", LAMP: "building", CHARGER: "grid"}
WHO = ["building", "planner", "grid", "fire", "visitor"]
FAULTS = ["", "mute", "deaf", "late", "refuse", "other"]
# the ends, values on both sides of the interlock, and any other
SHARES = st.sampled_from([0.0, 0.4, 0.66, 0.7, 0.9, 1.0]) | st.floats(-0.1, 1.1)
# what may go wrong with reading before, sending, and reading back
ACCIDENTS = st.sampled_from(
    [[], ["", "late", "mute"], ["", "deaf", "mute"], ["late", "mute"], ["", "other"], ["mute"] * 9]
) | st.lists(st.sampled_from(FAULTS), max_size=6)
STALE_US = 600 * SECOND
TOLERANCE = Action("any", "1", 0.0, 1.0).tolerance


class Sequences(RuleBasedStateMachine):
    """Asks and accidents in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.door: tuple[int, float | None] | None = (self.world.now, 0)
        self.asked, self.ticked = 0, False
        self.wrong: list[Exception] = []
        sent = self.world.devices.send

        def judged(device: str, action: str, value: float) -> None:
            try:
                self._judge(device, action, value)
            except Exception as error:  # noqa: BLE001 - a desk takes what a driver raises as silence
                self.wrong.append(error)
            sent(device, action, value)

        self.world.devices.send = judged  # type: ignore[method-assign]

    # ── what may happen ──

    @rule(number=st.integers(1, 3), accident=ACCIDENTS, share=SHARES)
    def charge(self, number, accident, share) -> None:
        self.asked += 1
        name = f"charger/{number}"
        self.world.devices.devices[name].faults = iter(accident)
        until = self.world.now + 900 * SECOND
        self._try(lambda: self.world.desk.ask(
            name, CHARGER, 11_000 * share, by="grid", until=until, command_id=f"c{self.asked}"
        ))  # fmt: skip

    @rule(share=SHARES, seconds=st.integers(60, 4_000))
    def cool(self, share, seconds) -> None:
        self.asked += 1
        until = self.world.now + seconds * SECOND
        self._try(lambda: self.world.desk.ask(
            "room", ROOM, 5 + 25 * share, by="building", until=until, command_id=f"c{self.asked}"
        ))  # fmt: skip

    @rule(
        point=st.sampled_from(TARGETS),
        share=SHARES,
        who=st.none() | st.tuples(st.sampled_from(WHO), st.integers(1, 16)),
        priority=st.integers(1, 8),
        seconds=st.integers(-10, 4_000),
        again=st.integers(0, 3),
    )
    def ask(self, point, share, **how) -> None:
        low, high = BOUNDS[point[1]]
        seconds, again = how["seconds"], how["again"]
        # most asks are of those who may
        by, priority = how["who"] or (MAY[point[1]], how["priority"])
        self.asked += again != 0
        told = {"by": by, "priority": priority, "until": self.world.now + seconds * SECOND}
        name = f"c{self.asked}"
        self._try(lambda: self.world.desk.ask(
            *point, low + share * (high - low), command_id=name, **told
        ))  # fmt: skip

    @rule(number=st.integers(0, 9), by=st.sampled_from(WHO))
    def end(self, number, by) -> None:
        self._try(lambda: self.world.desk.end(f"c{max(self.asked - number, 0)}", by=by))

    @rule(seconds=st.sampled_from([1, 59, 61, 179, 181, 700, 4_000]))
    def wait(self, seconds) -> None:
        self.world.after(seconds)
        self._tick()

    @rule(value=st.sampled_from([0, 1, None]), ticks=st.booleans())
    def see(self, value, ticks) -> None:
        self.world.door(value)
        self.door = self.world.now, value
        if ticks:
            self._tick()

    @rule(point=st.sampled_from(TARGETS), faults=ACCIDENTS)
    def break_(self, point, faults) -> None:
        self.world.devices.devices[point[0]].faults = iter(faults)

    @rule(fails=st.lists(st.sampled_from(["", "before", "after"]), max_size=4))
    def fill_disk(self, fails) -> None:
        self.world.books.fails = fails

    @rule()
    def crash(self) -> None:
        self._restart()

    # ── what always holds ──

    @invariant()
    def nothing_forbidden_was_sent(self) -> None:
        for error in self.wrong:
            raise error

    @invariant()
    def who_begins_anew_knows_the_same(self) -> None:
        before = self.world.desk.holding()
        seen = self.world.desk._seen
        self.world.restart()
        self.world.desk._seen = seen

        assert self.world.desk.holding().equals(before)

    def teardown(self) -> None:
        self.world.books.fails = []
        for device in self.world.devices.devices.values():
            device.faults = iter(())
        for _ in range(4):
            self.world.after(5_000)
            self.world.door(0)
            self.door = self.world.now, 0
            self.world.desk.tick()

        assert self.world.desk.holding().is_empty()
        # what lies within the tolerance of an action counts as there and is not sent again
        at_rest = functools.partial(pytest.approx, abs=TOLERANCE)
        assert self.world.held("lamp", LAMP) == at_rest(40.0)
        assert self.world.held("room", ROOM) in (at_rest(24.0), at_rest(25.0))
        assert [self.world.held(*each) for each in TARGETS[2:]] == at_rest([0.0, 0.0, 0.0])
        self.nothing_forbidden_was_sent()
        self._explained()

    # ── the oracle ──

    def _tick(self) -> None:
        """What is held for certain after a tick is permitted then, not only when it was sent."""
        self._try(self.world.desk.tick)
        held = self.world.desk.holding().filter(device="room", open=0)["held"]
        if self.ticked and not self._shut():
            assert all(value >= 22.0 for value in held)

    def _judge(self, device: str, action: str, value: float) -> None:
        low, high = BOUNDS[action]
        assert low <= value <= high
        if action == ROOM and not self._shut():
            assert value >= 22.0
        if action == CHARGER:
            others = [each for each in TARGETS[2:] if each[0] != device]
            assert value + sum(map(self._most, others)) <= 20_000.0 + 1e-6 or value == 0.0
        rows = self.world.books.scan("command").collect()
        rows = rows.filter(device=device, action=action)
        intents = rows.filter(rows["step"].is_in(["sent", "undone"]))
        assert intents["value"][-1] == value
        assert rows["step"][-1] in ("sent", "undone")

    def _shut(self) -> bool:
        if self.door is None or self.door[1] is None:
            return False
        return self.door[1] == 0 and self.world.now - self.door[0] <= STALE_US

    def _most(self, target: tuple[str, str]) -> float:
        device = self.world.devices.devices[target[0]]
        return max(device.values[target[1]], device.late.get(target[1], 0.0))

    def _explained(self) -> None:
        rows = self.world.books.scan("command").collect()
        for name, action in TARGETS:
            told = rows.filter(device=name, action=action)
            told = told.filter(told["step"].is_in(["sent", "undone"]))
            values = {*told["value"], *(value / 2 for value in told["value"])}
            taken = self.world.devices.devices[name].history
            assert {value for _, value in taken} <= values

    def _try(self, act) -> None:
        self.ticked = False
        try:
            act()
            self.ticked = True
        except TanluError as error:
            if error.code not in ("TL366", "TL367"):
                raise
        except KeyboardInterrupt:
            self._restart()

    def _restart(self) -> None:
        self.world.restart()
        # a new desk has seen no reading yet
        self.door = None


class TestSequences(Sequences.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=40, stateful_step_count=30)


@pytest.mark.slow
class TestManySequences(Sequences.TestCase):  # type: ignore[misc, valid-type]
    settings = settings(max_examples=200, stateful_step_count=60)
