"""Which device plays which role, and the balance of a park."""

from __future__ import annotations

import pytest

from tanlu.monitor.devices import Registry
from tanlu.serve.live.channels import Channels
from tanlu.serve.live.parks import COLUMNS, Parks, balance, point, roles
from tests.serve.live.watching import POWERS, books, now_us, readings


@pytest.fixture
def seen(tmp_path):
    """Give roles of park xian after some readings; the time is of the readings."""
    workspace = books(tmp_path / "l")
    channels, parks = Channels(), Parks()

    def tell(*tables, at):
        for table in tables:
            channels.take(table)
        parks.learn(channels, Registry.of(workspace))
        return parks.roles_of("xian", channels, at)

    return tell


def test_the_grid_gives_what_sun_and_batteries_do_not(seen):
    at = now_us()
    told = seen(readings(POWERS, seq=1, at=at),
                readings({"x-dock": 1.0}, seq=1, at=at, stream="door_open"), at=at)  # fmt: skip
    assert {role: told[role]["w"] for role in ("grid", "pv", "storage", "chillers", "ev")} == {
        "grid": 500, "pv": 300, "storage": -50, "chillers": 400, "ev": 200}  # fmt: skip
    assert told["docks"]["busy"] == 1
    sums = balance(told)
    assert sums == {"supply_w": 750, "demand_w": 600, "other_w": 150}
    line = point(at, told, sums)
    assert dict(zip(COLUMNS, line[1:], strict=True)) == {
        "pv": 300, "storage": -50, "grid": 500, "chillers": 400, "ev": 200, "agv": None,
        "other": 150, "docks": 1}  # fmt: skip


def test_a_part_that_is_not_heard_is_said_to_be_stale_and_leaves_the_rest_unknown(seen):
    at = now_us()
    seen(readings(POWERS, seq=1, at=at), at=at)
    later = at + 7_000_000
    still = {name: value for name, value in POWERS.items() if name != "x-pv"}
    told = seen(readings(still, seq=2, at=later), at=later)
    assert (told["pv"]["stale"], told["pv"]["fresh"], told["pv"]["stale_s"]) == (True, 0, 7.0)
    assert (told["grid"]["stale"], told["grid"]["stale_s"]) == (False, 0.0)
    sums = balance(told)
    assert sums["other_w"] is None
    # null is what was not heard: it is never drawn as zero
    assert point(later, told, sums)[1] is None
    assert point(later, told, sums)[3] == 500


def test_old_readings_that_come_late_are_not_fresh(seen):
    at = now_us()
    told = seen(readings(POWERS, seq=1, at=at - 60_000_000), at=at)
    assert all(role["stale"] for role in told.values())


def test_a_register_counts_by_what_it_gains(seen):
    at = now_us()
    told = seen(readings({"x-grid": 1000.0}, seq=1, at=at, stream="energy_wh"), at=at)
    assert told["grid"]["w"] is None
    told = seen(
        readings({"x-grid": 1001.0}, seq=2, at=at + 2_000_000, stream="energy_wh"),
        at=at + 2_000_000,
    )
    assert told["grid"]["w"] == 1800


def test_a_park_without_a_meter_of_its_grid_has_no_rest(seen):
    at = now_us()
    told = seen(readings({"x-pv": 300.0, "x-ch": 10.0}, seq=1, at=at), at=at)
    assert balance(told)["other_w"] is None


def test_places_give_a_park_its_name_and_region(tmp_path):
    workspace = books(tmp_path / "l", [("a", "pv", "xian/x"), ("b", "pv", "halle-7/x")])
    channels, parks = Channels(), Parks()
    channels.take(readings({"a": 1.0, "b": 1.0}, seq=1, at=now_us()))
    parks.learn(channels, Registry.of(workspace))
    assert list(parks) == ["halle-7", "xian"]
    assert parks.names["xian"]["name_zh"] == "西安"
    assert parks.names["xian"]["region"] == "CN-SN"
    assert (parks.names["halle-7"]["name"], parks.names["halle-7"]["region"]) == ("halle-7", None)


def test_every_role_has_words_in_both_tongues_and_a_way_to_be_put_together():
    for line in roles():
        assert line["meaning"]
        assert line["含义"]
        assert line["how"] in ("power", "mean", "rate", "busy")


def test_a_device_that_tells_its_power_twice_counts_once(seen):
    at = now_us()
    seen(readings({"x-grid": 1000.0}, seq=1, at=at, stream="energy_wh"), at=at)
    later = at + 2_000_000
    told = seen(
        readings({"x-grid": 1001.0}, seq=2, at=later, stream="energy_wh"),
        readings({"x-grid": 1800.0}, seq=1, at=later), at=later,
    )  # fmt: skip
    assert (told["grid"]["w"], told["grid"]["devices"]) == (1800, 1)


def test_what_goes_out_by_a_register_of_its_own_is_taken_off(seen):
    at = now_us()
    for number, at_ in enumerate((at, at + 2_000_000)):
        told = seen(
            readings({"x-grid": 1000.0 + 3 * number}, seq=number, at=at_, stream="energy_wh"),
            readings({"x-grid": 50.0 + number}, seq=number, at=at_, stream="energy_export_wh"),
            at=at_,
        )  # fmt: skip
    assert told["grid"]["w"] == 3600


def test_a_sum_of_which_a_part_is_unknown_is_unknown(tmp_path):
    workspace = books(tmp_path / "l", [("p1", "pv", "xian/x"), ("p2", "pv", "xian/y")])
    channels, parks, at = Channels(), Parks(), now_us()
    channels.take(readings({"p1": 100.0}, seq=1, at=at))
    channels.take(readings({"p2": 7.0}, seq=1, at=at, stream="pv_wh"))
    parks.learn(channels, Registry.of(workspace))
    told = parks.roles_of("xian", channels, at)
    assert (told["pv"]["w"], told["pv"]["stale"]) == (None, False)


def test_a_register_that_falls_back_is_no_power_that_is_given(seen):
    at = now_us()
    seen(readings({"x-grid": 1000.0}, seq=1, at=at, stream="energy_wh"), at=at)
    later = at + 2_000_000
    told = seen(readings({"x-grid": 3.0}, seq=2, at=later, stream="energy_wh"), at=later)
    assert told["grid"]["w"] is None
