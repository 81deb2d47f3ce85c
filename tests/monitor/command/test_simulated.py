"""Simulated devices follow physics, and fail as they are told."""

from __future__ import annotations

import pytest

from tanlu.monitor.command import FAULTS, SimulatedDevice, SimulatedDevices
from tanlu.monitor.command.simulated import BATTERY_J


def test_a_lamp_draws_what_its_level_says() -> None:
    lamp = SimulatedDevice({"light_level": 25.0})
    lamp.advance(3_600)

    assert (lamp.power_w, lamp.energy_j) == (250.0, 900_000.0)


def test_a_battery_takes_less_the_fuller_it_is_and_never_more_than_it_holds() -> None:
    car = SimulatedDevice({"charging_limit": 22_000.0})
    assert car.power_w == 11_000.0
    car.charge_j = 0.9 * BATTERY_J
    assert car.power_w == pytest.approx(5_500.0)
    for _ in range(1_000):
        car.advance(60)

    assert car.charge_j <= BATTERY_J
    assert car.power_w < 100.0


def test_a_room_cools_towards_its_set_point_and_warms_without() -> None:
    room = SimulatedDevice({"cooling_set_point": 20.0}, temperature_c=26.0)
    for _ in range(1_000):
        room.advance(600)
    assert room.temperature_c == pytest.approx(20.0, abs=0.1)
    room.values["cooling_set_point"] = 40.0
    before = room.temperature_c
    room.advance(60)

    assert room.temperature_c > before


@pytest.mark.parametrize(
    ("fault", "answers", "now", "then"),
    [
        ("", True, 8.0, 8.0),
        ("mute", False, 2.0, 2.0),
        ("deaf", False, 8.0, 8.0),
        ("late", False, 2.0, 8.0),
        ("refuse", False, 2.0, 2.0),
        ("other", True, 4.0, 4.0),
    ],
)
def test_each_fault_does_what_it_says(fault: str, answers: bool, now: float, then: float) -> None:
    assert fault in FAULTS
    device = SimulatedDevice({"light_level": 2.0}, iter([fault]))
    if answers:
        device.send("light_level", 8.0)
    else:
        with pytest.raises(OSError, match=r"answer|refuses"):
            device.send("light_level", 8.0)

    assert device.values["light_level"] == now
    assert device.read("light_level") == then
    assert device.history == ([("light_level", then)] if then != 2.0 else [])


def test_sensors_tell_of_all_devices_and_a_stranger_does_not_answer() -> None:
    both = SimulatedDevices({
        "c": SimulatedDevice({"charging_limit": 0.0}),
        "r": SimulatedDevice({"cooling_set_point": 20.0}),
    })  # fmt: skip
    both.advance(60)
    found = both.readings(5)

    assert set(found["stream"]) == {"power_w", "energy_wh", "temperature_c", "soc_percent"}
    with pytest.raises(ConnectionError):
        both.read("x", "light_level")
