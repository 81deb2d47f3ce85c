"""The simulated park: halls of sixteen, sub-meters below their main meter, streams defined."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.simulate.devices import definitions, registry
from tanlu.simulate.devices.park import HALL, lines
from tanlu.terms import schema


def test_each_place_of_a_hall_has_one_device_with_one_primary_line() -> None:
    assert sorted(line.place for line in lines(primary=True)) == list(range(HALL))


def test_every_stream_of_a_line_is_defined_and_every_profile_exists() -> None:
    assert {line.stream for line in lines()} == set(definitions()["stream"])


@pytest.mark.parametrize("devices", [1, 15, 16, 17, 1000])
def test_a_park_has_as_many_devices_as_asked_for(devices: int) -> None:
    found = registry(devices)

    assert found.height == devices
    assert found["device"].n_unique() == devices
    schema("device").check(found)


def test_sub_meters_have_the_main_meter_of_their_hall_above_them() -> None:
    found = registry(64)
    subs = found.filter(pl.col("device").str.starts_with("SM"))

    assert subs.height == 12
    joined = subs.join(found, left_on="parent", right_on="device")
    assert joined["place"].to_list() == joined["place_right"].to_list()


def test_definitions_fit_the_schema_of_streams() -> None:
    schema("stream").check(definitions())


def test_a_park_of_nothing_is_refused() -> None:
    with pytest.raises(TanluError) as error:
        registry(0)

    assert error.value.code == "TL901"


def test_streams_are_those_that_a_server_knows_from_the_start(root: Path) -> None:
    shipped = pl.read_csv(root / "src/tanlu/monitor/devices/streams.csv", infer_schema_length=None)
    both = definitions().join(shipped, on="stream", suffix="_shipped")

    assert both.height == definitions().height
    for name in ("role", "unit", "quantity"):
        assert both[name].equals(both[f"{name}_shipped"].alias(name))
    assert (both["minimum"] >= both["minimum_shipped"]).all()
    assert (both["maximum"] <= both["maximum_shipped"]).all()
