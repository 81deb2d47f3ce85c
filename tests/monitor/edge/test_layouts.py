"""Layouts: what a name means never changes, and every column has a place to go."""

from __future__ import annotations

from tanlu.monitor.edge import layouts
from tanlu.terms import schema


def test_the_layouts_that_devices_in_the_field_use_are_as_they_were():
    told = {
        name: " ".join(column.name for column in layout.columns)
        for name, layout in layouts().items()
    }
    assert told == {
        "vehicle/1": "lat_e7 lon_e7 odometer_dm fuel_ml speed_dm_s",
        "vehicle/2": "lat_e7 lon_e7 odometer_dm battery_wh speed_dm_s",
        "meter/1": "energy_wh",
        "meter/2": "import_wh export_wh power_w",
    }


def test_every_column_goes_into_a_reading_or_a_column_of_positions():
    positions = set(schema("position").names)
    for layout in layouts().values():
        for column in layout.columns:
            assert column.target == "value" or column.target in positions
            assert (column.stream == "position") == (column.target != "value")
            assert min(column.times, column.over) == 1
            assert column.meaning
            assert column.meaning_zh


def test_readings_and_positions_part_the_columns():
    layout = layouts()["vehicle/1"]
    assert [place for place, _ in layout.positions] == [0, 1, 4]
    assert [(place, column.stream) for place, column in layout.readings] == [
        (2, "odometer_m"),
        (3, "tank_ml"),
    ]
