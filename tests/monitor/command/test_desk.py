"""Commands are checked, written before they are sent, confirmed by reading back and undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.errors import TanluError
from tanlu.monitor.command import Desk, SimulatedDevice
from tanlu.monitor.devices import enrol, now_us
from tanlu.store import open_workspace
from tests.monitor.command.conftest import RULES, SECOND, World

SET = "cooling_set_point"
LIMIT = "charging_limit"


def test_a_command_is_written_before_it_is_sent_and_confirmed_by_reading(world: World) -> None:
    seen = []
    sent = world.devices.send
    world.devices.send = lambda *told: (seen.append(world.steps()), sent(*told))  # type: ignore[method-assign]

    assert world.cool(23.0, command_id="a") == "confirmed"
    assert seen == [["asked", "sent"]]
    assert world.steps("a") == ["asked", "sent", "confirmed"]
    assert world.held("room", SET) == 23.0


def test_when_its_time_is_over_it_is_undone(world: World) -> None:
    world.cool(23.0, command_id="a")
    world.after(599)
    assert world.desk.tick() == 0
    world.after(1)
    world.desk.tick()

    assert world.steps("a") == ["asked", "sent", "confirmed", "ended", "undone", "confirmed"]
    assert world.desk.outcome("a")[1:] == ("undone", "its time is over")
    assert world.held("room", SET) == 24.0
    assert world.desk.holding().is_empty()


def test_without_a_declared_rest_the_value_before_comes_back(world: World) -> None:
    world.ask("lamp", "light_level", 80.0, "building")
    assert world.held("lamp", "light_level") == 80.0
    world.after(700)
    world.desk.tick()

    assert world.held("lamp", "light_level") == 40.0


def test_the_highest_priority_goes_first_and_the_next_holds_after_it(world: World) -> None:
    ask = "charger/1", LIMIT
    assert world.ask(*ask, 8_000.0, "planner", priority=5, command_id="low") == "confirmed"
    assert world.ask(*ask, 2_000.0, "grid", priority=14, command_id="high") == "confirmed"
    assert world.ask(*ask, 9_000.0, "planner", priority=8, command_id="mid") == "asked"
    assert world.held(*ask) == 2_000.0
    world.desk.end("high", by="grid")
    assert world.held(*ask) == 9_000.0
    world.desk.end("mid", by="planner")
    assert world.held(*ask) == 8_000.0
    world.desk.end("low", by="planner")

    assert world.held(*ask) == 0.0


def test_of_one_priority_the_last_goes_first(world: World) -> None:
    for value in (5_000.0, 3_000.0):
        world.ask("charger/1", LIMIT, value, "planner")

    assert world.held("charger/1", LIMIT) == 3_000.0


def test_one_identity_is_one_command(world: World) -> None:
    for _ in range(3):
        assert world.cool(23.0, command_id="a") == "confirmed"
    with pytest.raises(TanluError, match=r"TL366.*another command"):
        world.cool(22.0, command_id="a")

    assert world.steps() == ["asked", "sent", "confirmed"]


def test_a_renewed_command_holds_longer(world: World) -> None:
    world.cool(23.0, command_id="a")
    world.after(500)
    world.cool(23.0, command_id="a")
    world.after(500)
    world.door(0)
    world.desk.tick()
    assert world.held("room", SET) == 23.0
    world.after(100)
    world.desk.tick()

    assert world.held("room", SET) == 24.0


def test_what_is_over_is_not_renewed(world: World) -> None:
    world.cool(23.0, command_id="a")
    world.desk.end("a", by="building")
    world.after(200)
    world.desk.tick()

    assert world.cool(23.0, command_id="a") == "undone"
    assert world.held("room", SET) == 25.0 - 1.0


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"device": "cellar"}, "not enrolled"),
        ({"action": "explode"}, "no such action"),
        ({"value": 31.0}, "at most 30"),
        ({"value": 4.9}, "at least 5"),
        ({"value": float("nan")}, "no finite number"),
        ({"value": float("inf")}, "no finite number"),
        ({"by": "visitor"}, "may not ask"),
        ({"priority": 9}, "up to priority 8"),
        ({"priority": 0}, "from 1 to 16"),
        ({"priority": 17}, "from 1 to 16"),
        ({"until": 1}, "over before"),
        ({"until": 10**18}, "for at most"),
    ],
)
def test_what_is_not_permitted_is_refused_and_nothing_is_sent(
    world: World, told: dict[str, object], why: str
) -> None:
    ask = {"device": "room", "action": SET, "value": 23.0, "by": "building"} | told
    with pytest.raises(TanluError, match=f"TL366.*{why}"):
        world.ask(**ask)  # type: ignore[arg-type]
    assert world.steps() in (["asked", "refused"], [])
    assert world.devices.devices["room"].history == []


@pytest.mark.parametrize("who", ["building", "planner", "planet", "plan", "grid", "fire", ""])
@pytest.mark.parametrize("device", ["room", "lamp", "charger/1", "charger", "charger/1/x"])
@pytest.mark.parametrize("action", [SET, LIMIT, "light_level"])
@pytest.mark.parametrize("priority", [1, 8, 9, 14, 15, 16])
def test_the_matrix_of_grants(who: str, device: str, action: str, priority: int) -> None:
    from tests.monitor.command.conftest import RULES

    at_charger = device.startswith("charger/")
    most = {
        ("building", SET): 8,
        ("building", "light_level"): 8 if device == "lamp" else 0,
        ("fire", "light_level"): 16,
        ("grid", LIMIT): 14 if at_charger else 0,
        ("planner", LIMIT): 8 if at_charger else 0,
        ("planet", LIMIT): 8 if at_charger else 0,
        ("plan", LIMIT): 8 if at_charger else 0,
    }

    granted = RULES.granted(who, device, action) >= priority
    assert granted == (most.get((who, action), 0) >= priority)


def test_one_may_not_ask_too_often(world: World) -> None:
    for value in range(5):
        world.ask("lamp", "light_level", float(value), "building")
    with pytest.raises(TanluError, match=r"TL366.*5 times"):
        world.ask("lamp", "light_level", 9.0, "building")
    world.after(3600)

    assert world.ask("lamp", "light_level", 9.0, "building") == "confirmed"


def test_the_device_rests_between_two_changes(world: World) -> None:
    world.cool(23.0)
    assert world.cool(22.0) == "asked"
    assert world.held("room", SET) == 23.0
    world.after(179)
    world.desk.tick()
    assert world.held("room", SET) == 23.0
    world.after(1)
    world.desk.tick()

    assert world.held("room", SET) == 22.0


def test_an_interlock_refuses_and_takes_back_at_once(world: World) -> None:
    world.cool(20.0, command_id="a")
    world.door(1)
    world.desk.tick()
    # rests at 24, which the interlock permits: the pause does not hold it up
    assert world.held("room", SET) == 24.0
    assert "door" in str(world.desk.outcome("a").why)
    with pytest.raises(TanluError, match=r"TL366.*door"):
        world.cool(20.0)
    assert world.cool(23.0) in ("asked", "confirmed")


def test_an_unknown_or_old_reading_counts_as_the_worst(world: World) -> None:
    world.door(None)
    with pytest.raises(TanluError, match=r"TL366.*door"):
        world.cool(20.0)
    world.door(0)
    world.after(601)
    with pytest.raises(TanluError, match=r"TL366.*door"):
        world.cool(20.0)


def test_all_chargers_together_stay_below_the_feeder(world: World) -> None:
    assert world.ask("charger/1", LIMIT, 11_000.0, "planner") == "confirmed"
    with pytest.raises(TanluError, match=r"TL366.*feeder: at most 9000"):
        world.ask("charger/2", LIMIT, 9_001.0, "planner")

    assert world.ask("charger/2", LIMIT, 9_000.0, "planner") == "confirmed"
    with pytest.raises(TanluError, match="TL366"):
        world.ask("charger/3", LIMIT, 1.0, "planner")


def test_a_device_that_is_none_takes_nothing_from_the_feeder(world: World) -> None:
    for by in ("grid", "visitor"):
        with pytest.raises(TanluError, match="TL366"):
            world.ask("charger/none", LIMIT, 11_000.0, by)
    world.ask("charger/1", LIMIT, 11_000.0, "planner")

    assert world.ask("charger/2", LIMIT, 9_000.0, "planner") == "confirmed"


def test_of_those_that_are_too_many_the_lowest_yields_first(world: World) -> None:
    from dataclasses import replace

    from tests.monitor.command.conftest import RULES

    for number, priority in ((1, 3), (2, 5), (3, 4)):
        world.ask(f"charger/{number}", LIMIT, 6_000.0, "planner", priority=priority)
    limit = replace(RULES.limits[0], total=13_000.0)
    world.desk.rules = replace(RULES, limits=(limit,))
    world.desk.tick()

    assert [world.held(f"charger/{n}", LIMIT) for n in (1, 2, 3)] == [0.0, 6_000.0, 6_000.0]


def test_a_value_that_may_have_arrived_counts_for_the_feeder(world: World) -> None:
    world.devices.devices["charger/1"].faults = iter(["", "mute", "mute"])
    assert world.ask("charger/1", LIMIT, 11_000.0, "planner") == "failed"
    with pytest.raises(TanluError, match=r"TL366.*feeder"):
        world.ask("charger/2", LIMIT, 11_000.0, "planner")


def test_a_value_that_it_may_still_hold_counts_for_the_feeder(world: World) -> None:
    world.ask("charger/1", LIMIT, 11_000.0, "planner")
    world.devices.devices["charger/1"].faults = iter(["mute", "mute"])
    assert world.ask("charger/1", LIMIT, 0.0, "planner") == "failed"
    with pytest.raises(TanluError, match=r"TL366.*feeder"):
        world.ask("charger/2", LIMIT, 11_000.0, "planner")


@pytest.mark.parametrize("fault", ["mute", "refuse", "other"])
def test_what_fails_is_tried_again_until_its_time_is_over(world: World, fault: str) -> None:
    world.devices.devices["room"].faults = iter(["", fault, ""])
    assert world.cool(22.0, command_id="a") == "failed"
    world.after(1)
    world.desk.tick()
    assert world.steps("a") == ["asked", "sent", "failed"]
    world.after(1)
    world.desk.tick()

    assert world.steps("a") == ["asked", "sent", "failed", "sent", "confirmed"]


def test_a_device_that_does_it_without_an_answer_is_read_and_confirmed(world: World) -> None:
    for fault in (["", "deaf", ""], ["", "late", ""]):
        world.devices.devices["room"].faults = iter(fault)
        assert world.cool(22.0 + len(fault[1]) / 10) == "confirmed"
        world.after(180)


def test_a_mute_device_is_asked_ever_more_seldom_and_undone_at_last(world: World) -> None:
    world.cool(22.0, command_id="a")
    world.devices.devices["room"].faults = iter(["mute"] * 60)
    for _ in range(3_600):
        world.after(1)
        world.desk.tick()
    assert len(world.steps()) < 60
    world.devices.devices["room"].faults = iter(())
    world.after(300)
    world.desk.tick()

    assert world.held("room", SET) == 24.0
    assert world.desk.holding().is_empty()


def test_a_device_that_does_not_answer_is_not_taken_where_nothing_tells_its_rest(
    world: World,
) -> None:
    world.devices.devices["lamp"].faults = iter(["mute"])
    with pytest.raises(TanluError, match=r"TL366.*nothing could be undone"):
        world.ask("lamp", "light_level", 10.0, "building")


def test_somebody_elses_hand_is_seen_and_corrected(world: World) -> None:
    world.cool(22.0, command_id="a")
    world.devices.devices["room"].values[SET] = 18.0
    world.after(61)
    world.desk.tick()

    assert world.held("room", SET) == 22.0
    assert world.steps("a")[3:] == ["failed", "sent", "confirmed"]


def test_who_asked_or_may_overrule_ends_a_command(world: World) -> None:
    world.ask("charger/1", LIMIT, 5_000.0, "planner", command_id="a")
    with pytest.raises(TanluError, match="TL366"):
        world.desk.end("a", by="building")
    with pytest.raises(TanluError, match="TL367"):
        world.desk.end("b", by="grid")

    assert world.desk.end("a", by="grid").step == "undone"
    assert world.desk.end("a", by="grid").step == "undone"


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_crash_at_any_step_leaves_nothing_that_is_not_undone(fault: str, number: int) -> None:
    world = World()
    world.books.fails = [fault] + [""] * number
    with pytest.raises(KeyboardInterrupt):
        world.cool(22.0, command_id="a")
    world.restart()
    world.door(0)
    world.desk.tick()
    assert world.held("room", SET) == (25.0 if (fault, number) == ("before", 0) else 22.0)
    world.after(900)
    world.desk.tick()

    assert world.desk.holding().is_empty()
    assert world.held("room", SET) in (24.0, 25.0)


def test_a_desk_that_begins_anew_knows_what_the_other_knew(world: World) -> None:
    world.cool(23.0)
    world.ask("charger/1", LIMIT, 5_000.0, "planner")
    before = world.desk.holding()
    world.restart()

    assert world.desk.holding().equals(before)


def test_what_is_rehearsed_says_nothing_of_real_devices(world: World) -> None:
    from tanlu.monitor.command import Desk, SimulatedDevices
    from tests.monitor.command.conftest import RULES

    toys = SimulatedDevices({"room": SimulatedDevice({SET: 25.0})})
    books, now = world.books, world.now
    desk = Desk(books, RULES, toys, clock=lambda: now, rehearsed=True)  # type: ignore[arg-type]
    until = now + 600 * SECOND
    assert desk.ask("room", SET, 23.0, by="building", until=until, command_id="a")[:2] == (
        "sim:a", "confirmed",
    )  # fmt: skip
    world.restart()
    world.door(0)
    assert world.desk.holding().is_empty()
    assert world.cool(22.0, command_id="a") == "confirmed"
    with pytest.raises(TanluError, match=r"TL366.*rehearsed"):
        world.cool(22.0, command_id="sim:b")

    again = Desk(books, RULES, toys, rehearsed=True)  # type: ignore[arg-type]
    assert again.holding()["held"].to_list() == [23.0]


def test_a_set_back_that_an_interlock_forbids_is_as_near_as_may_be_and_finished_later(
    world: World,
) -> None:
    from dataclasses import replace

    from tests.monitor.command.conftest import RULES

    actions = RULES.actions | {SET: replace(RULES.actions[SET], rest=20.0)}
    world.desk.rules = replace(RULES, actions=actions)
    world.cool(23.0, command_id="a")
    world.door(1)
    world.desk.end("a", by="building")
    world.after(180)
    world.desk.tick()
    assert world.held("room", SET) == 22.0
    world.after(180)
    world.door(0)
    world.desk.tick()

    assert world.held("room", SET) == 20.0
    assert world.desk.holding().is_empty()


def test_what_was_set_by_an_action_that_is_declared_no_more_is_set_back(world: World) -> None:
    from dataclasses import replace

    from tests.monitor.command.conftest import RULES

    world.ask("lamp", "light_level", 80.0, "building")
    world.desk.rules = replace(RULES, actions={})
    world.desk.tick()

    assert world.held("lamp", "light_level") == 40.0


def test_what_a_device_says_reaches_the_log_in_one_line(world: World) -> None:
    class Rude(SimulatedDevice):
        def send(self, action: str, value: float) -> None:
            raise ValueError(f"\x1b[31m{action}\n\x00{value}")

    world.devices.devices["room"] = Rude({SET: 25.0})

    assert world.cool(23.0, command_id="a") == "failed"
    assert world.desk.outcome("a").why == "[31mcooling_set_point 23.0"


@given(st.lists(st.tuples(st.integers(1, 8), st.floats(0, 6_000)), min_size=1, max_size=6))
def test_whatever_the_order_the_highest_and_last_of_it_holds(asks: list[tuple[int, float]]) -> None:
    world = World()
    for priority, value in asks:
        world.ask("charger/1", LIMIT, value, "planner", priority=priority)
    best = max(enumerate(asks), key=lambda each: (each[1][0], each[0]))[1][1]

    assert world.held("charger/1", LIMIT) == best
    world.after(600 * SECOND)
    world.desk.tick()
    assert world.held("charger/1", LIMIT) == 0.0


def test_two_desks_of_one_ledger_keep_a_limit_together(world: World) -> None:
    first = world.desk
    world.restart()
    first.ask("charger/1", LIMIT, 11_000, by="plan", until=world.now + 600 * SECOND)

    with pytest.raises(TanluError, match="TL366"):
        world.ask("charger/2", LIMIT, 11_000, "plan")
    assert world.ask("charger/2", LIMIT, 9_000, "plan") == "confirmed"


def test_a_desk_undoes_what_another_desk_set_and_once_only(world: World) -> None:
    first = world.desk
    world.restart()
    first.ask("lamp", "light_level", 80, by="building", until=world.now + 600 * SECOND)
    world.after(601)

    assert world.desk.tick() > 0
    assert world.held("lamp", "light_level") == 40.0
    assert first.tick() == 0


def test_two_desks_do_not_act_at_the_same_time(tmp_path: Path, world: World) -> None:
    books = open_workspace(tmp_path, create=True)
    enrol(books, pl.DataFrame({"device": ["lamp"], "since": [1]}))
    desks = [Desk(open_workspace(tmp_path), RULES, world.devices) for _ in range(2)]
    inside, most = [], []

    def slow(*_: object) -> None:
        inside.append(1)
        most.append(len(inside))
        sleep(0.02)
        inside.pop()

    world.devices.send = slow  # type: ignore[method-assign]
    until = now_us() + 600 * SECOND
    with ThreadPoolExecutor(2) as pool:
        asks = [
            pool.submit(desk.ask, "lamp", "light_level", 50 + n, by="fire", until=until)
            for n, desk in enumerate(desks * 2)
        ]
        for each in asks:
            each.result()

    assert max(most) == 1
