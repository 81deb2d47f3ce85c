"""Parks that live: believable at every hour, and their parts make their balance."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.simulate.devices import GATEWAY, living_devices, living_readings, living_scans

# 22 November 2026 00:00 UTC; the sun stands highest over Xi'an at about 04:45 UTC
DAY = 1_795_305_600
HOURS = range(0, 24, 2)


def at(hour: float) -> int:
    return int((DAY + hour * 3600) * 1e6)


def powers(hour: float, park: str = "xian") -> dict[str, float]:
    rows = living_readings(at(hour))["power_w"].filter(pl.col("device").str.starts_with(park))
    kind = pl.col("device").str.extract(r"^[a-z]+-([a-z]+)")
    return dict(rows.group_by(kind.alias("k")).agg(pl.col("value").sum()).iter_rows())


@pytest.mark.parametrize("hour", HOURS)
def test_the_grid_gives_what_sun_and_batteries_do_not(hour):
    told = powers(hour)
    used = told["chiller"] + told["ev"] + told["agv"]
    rest = told["grid"] + told["pv"] + told["storage"] - used
    # lights, conveyors and offices: no device of their own
    assert 100_000 < rest < 900_000


def test_the_sun_makes_nothing_at_night_and_most_at_noon():
    assert powers(4.75)["pv"] > 1_000_000
    assert powers(16)["pv"] == 0
    assert powers(4.75)["storage"] < 0 < powers(12)["storage"]


@pytest.mark.parametrize("hour", HOURS)
def test_values_lie_within_what_streams_take(hour):
    from tanlu.monitor.devices import shipped

    bounds = {row["stream"]: row for row in shipped().iter_rows(named=True)}
    for stream, rows in living_readings(at(hour)).items():
        low, high = bounds[stream]["minimum"], bounds[stream]["maximum"]
        assert rows["value"].is_between(low, high).all(), stream
        assert rows["device"].is_unique().all()


def test_a_register_never_goes_back_and_batteries_tell_the_same_twice():
    one, two = (living_readings(at(11) + shift)["parcel_total"] for shift in (0, 60_000_000))
    assert (two["value"] >= one["value"]).all()
    assert (two["value"] > one["value"]).any()

    def state(hour: float) -> tuple[float, float]:
        told = living_readings(at(hour))
        rows = [each.filter(pl.col("device") == "xian-storage-1") for each in
                (told["soc_percent"], told["power_w"])]  # fmt: skip
        return rows[0]["value"][0], rows[1]["value"][0]

    (full, power), (empty, _) = state(12.0), state(12.5)
    stored_wh = 2.4 * 400_000
    assert abs((full - empty) / 100 * stored_wh - power / 2) < 0.02 * power


def test_every_reading_is_of_a_device_that_is_there_and_the_gateway_may_send_it():
    devices = living_devices()
    names = set(devices["device"].to_list())
    told = {name for rows in living_readings(at(9)).values() for name in rows["device"].to_list()}
    assert told < names
    scope = devices.filter(pl.col("device") == GATEWAY)["scope"][0].split()
    parts = tuple(each.rstrip("*") for each in scope)
    assert all(name.startswith(parts) for name in names - {GATEWAY})


def test_the_same_instant_gives_the_same_and_the_next_another():
    one, same, other = (living_readings(at(9) + shift)["power_w"] for shift in (0, 0, 1_000_000))
    assert one.equals(same)
    assert not one["value"].equals(other["value"])


def test_scans_are_of_shipments_that_there_are():
    rows = living_scans(at(9), ["waybill:1", "waybill:2"], many=4)
    assert set(rows["subject"].to_list()) <= {"waybill:1", "waybill:2"}
    assert rows["at"].is_sorted()
    assert rows["place"].str.contains("/dock-").all()
