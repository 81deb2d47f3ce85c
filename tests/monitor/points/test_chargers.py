"""What chargers measure becomes rows; what is not understood comes back with its reason."""

from __future__ import annotations

import pytest

from tanlu.monitor.devices import shipped
from tanlu.monitor.points import MEASURANDS, sampled

AT = "2026-01-01T08:00:00+08:00"
AT_US = 1_767_225_600_000_000


def rows(**told):
    found, refused = sampled("cp/1", [{"timestamp": AT, "sampled_value": [told]}])
    return found.rows(), [why for _, why in refused]


def test_a_bare_value_is_the_register_of_imported_energy_in_watt_hours():
    # OCPP 1.6 7.41 and 2.0.1 2.46: the default measurand and unit
    assert rows(value="12.5") == ([("cp/1", "charge_wh", AT_US, 12.5)], [])


@pytest.mark.parametrize(
    ("told", "stream", "value"),
    [
        ({"value": "1.5", "unit": "kWh"}, "charge_wh", 1500.0),
        ({"value": 1.5, "unit_of_measure": {"unit": "Wh", "multiplier": 3}}, "charge_wh", 1500.0),
        ({"value": "7.2", "measurand": "Power.Active.Import", "unit": "kW"}, "power_w", 7200.0),
        ({"value": "80", "measurand": "SoC"}, "soc_percent", 80.0),
    ],
)
def test_units_and_multipliers_are_applied(told, stream, value):
    assert rows(**told) == ([("cp/1", stream, AT_US, value)], [])


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"value": "x"}, "no number"),
        ({"value": "nan"}, "no number"),
        ({"value": 10**400}, "no number"),
        ({}, "no number"),
        ({"value": "1", "unit": "kvarh"}, "unknown unit"),
        ({"value": 1, "unit_of_measure": {"multiplier": 400}}, "unknown unit"),
        ({"value": "1", "phase": "L2"}, "a single phase"),
        ({"value": "1", "location": "Inlet"}, "not at the outlet"),
        ({"value": "7", "location": "EV"}, "not at the outlet"),
        ({"value": "17", "format": "SignedData"}, "signed data"),
        ({"value": "1", "measurand": "RPM"}, "another measurand"),
        ({"value": "1", "measurand": "Power.Offered"}, "another measurand"),
        ({"value": "1", "measurand": "Energy.Active.Import.Interval"}, "another measurand"),
    ],
)
def test_what_cannot_be_counted_says_why(told, why):
    assert rows(**told) == ([], [why])


@pytest.mark.parametrize("at", [None, "yesterday", "2026-01-01T00:00:00", 5])
def test_a_value_without_a_clear_time_is_refused(at):
    found, refused = sampled("cp/1", [{"timestamp": at, "sampled_value": [{"value": "1"}]}])
    assert (found.height, [why for _, why in refused]) == (0, ["no time that can be read"])


def told(**values: str) -> tuple[list[tuple[str, float]], int]:
    """Rows of energies by phase, and how many values were passed over; ``_`` is the sum."""
    some = [
        {"value": value, **({} if phase == "_" else {"phase": phase.replace("_", "-")})}
        for phase, value in values.items()
    ]
    found, refused = sampled("cp/1", [{"timestamp": AT, "sampled_value": some}])
    return found.select("stream", "value").rows(), len(refused)


def test_phases_without_their_sum_are_added_once():
    assert told(L1="0.1", L2="0.2", L3="0.3") == ([("charge_wh", 0.6)], 3)
    assert told(L1_N="7") == ([("charge_wh", 7.0)], 1)
    assert told(_="10", L1="3", L2="3", L3="4") == ([("charge_wh", 10.0)], 3)
    # two of three phases are no sum, and what lies between two phases is none of them
    assert told(L1="3", L2="3") == ([], 2)
    assert told(L1_L2="3") == ([], 1)
    assert told(L1="1e999999999") == ([], 1)
    assert told(L1="x") == ([], 1)


def test_every_stream_of_a_charger_is_shipped():
    names = set(shipped()["stream"])

    assert [stream for stream, _ in MEASURANDS.values() if stream not in names] == []
