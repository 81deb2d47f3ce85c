"""Each change of a device is a new line; a line that cannot hold is not written."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.errors import TanluError
from tanlu.monitor.devices import Registry, enrol, renew_tokens, replace, revise
from tanlu.store import Workspace

NOW = 1_700_000_000_000_000


def _one(**columns):
    return pl.DataFrame({name: [value] for name, value in columns.items()})


def test_many_devices_are_one_commit(workspace: Workspace) -> None:
    rows = pl.DataFrame({"device": [f"d{n}" for n in range(1_000)]})
    done = enrol(workspace, rows, tokens=True)

    assert (done.devices, done.version, workspace.version) == (1_000, 1, 1)
    assert done.tokens["token"].n_unique() == 1_000
    assert done.tokens["token"].str.len_bytes().min() == 43


def test_a_change_keeps_what_it_does_not_name_and_the_line_before(workspace: Workspace) -> None:
    enrol(workspace, _one(device="m", since=NOW, place="hall 1", type="meter"))
    revise(workspace, "m", since=NOW + 1, custodian="team b", calibrated=5, calibration_due=9)
    lines = workspace.scan("device").collect()

    assert lines["custodian"].to_list() == [None, "team b"]
    assert lines["place"].to_list() == ["hall 1", "hall 1"]
    assert Registry.of(workspace).devices["calibration_due"].to_list() == [9]


def test_what_an_enrolment_does_not_name_stays_while_the_device_is_enrolled(
    workspace: Workspace,
) -> None:
    token = enrol(workspace, _one(device="m", place="hall 1"), tokens=True).tokens["token"][0]
    enrol(workspace, _one(device="m", ratio=40.0))
    found = Registry.of(workspace)
    row = found.devices.row(0, named=True)
    assert (row["place"], row["ratio"], found.sender(token) is not None) == ("hall 1", 40.0, True)
    revise(workspace, "m", state="revoked")
    enrol(workspace, _one(device="m"))
    found.refresh()

    assert found.devices["place"].to_list() == [None]
    assert found.sender(token) is None


def test_a_line_of_an_earlier_time_takes_nothing_from_a_later_one(workspace: Workspace) -> None:
    enrol(workspace, _one(device="m", since=NOW, place="hall 1"))
    enrol(workspace, _one(device="m", since=NOW - 9, ratio=2.0))

    assert workspace.scan("device").collect()["place"].to_list() == ["hall 1", None]


def test_a_replaced_meter_is_retired_when_its_successor_is_fitted(workspace: Workspace) -> None:
    made = enrol(workspace, _one(device="m1", place="hall 1", ratio=40.0), tokens=True)
    replace(workspace, "m1", "m2", last_value=99_812.5, first_value=3.0, model="new maker")
    found = Registry.of(workspace)
    rows = {row["device"]: row for row in found.devices.iter_rows(named=True)}

    assert [rows["m1"]["state"], rows["m2"]["state"]] == ["retired", "enrolled"]
    assert rows["m1"]["since"] == rows["m2"]["since"]
    assert found.sender(made.tokens["token"][0]) is None
    told = {name: rows["m2"][name] for name in ("replaces", "last_value", "first_value", "place")}
    assert told == {"replaces": "m1", "last_value": 99_812.5, "first_value": 3.0, "place": "hall 1"}
    assert rows["m2"]["ratio"] == 40.0
    with pytest.raises(TanluError, match=r"TL362.*retired"):
        replace(workspace, "m1", "m3", last_value=None, first_value=None)


def test_a_new_token_ends_the_old_one(workspace: Workspace) -> None:
    old = enrol(workspace, _one(device="m"), tokens=True).tokens["token"][0]
    new = renew_tokens(workspace, ["m"])["token"][0]
    found = Registry.of(workspace)

    assert [found.sender(old), found.sender(new).device] == [None, "m"]  # type: ignore[union-attr]


def test_a_device_that_is_revoked_gets_no_token(workspace: Workspace) -> None:
    enrol(workspace, _one(device="m"))
    revise(workspace, "m", state="revoked")
    with pytest.raises(TanluError, match="TL362"):
        renew_tokens(workspace, ["m"])


def test_an_unknown_device_is_said(workspace: Workspace) -> None:
    with pytest.raises(TanluError, match="TL362"):
        revise(workspace, "nobody", place="hall 1")


@pytest.mark.parametrize(
    "line",
    [
        {"device": "a b"},
        {"device": ""},
        {"device": None},
        {"device": "x" * 201},
        {"state": "lost"},
        {"clock": "sundial"},
        {"key": "AB" * 32},
        {"key_grade": "gold"},
        {"token_sha256": "secret"},
        {"scope": "*a"},
        {"heartbeat_us": 0},
        {"accuracy_ppm": -1},
        {"ratio": 0.0},
        {"ratio": float("nan")},
        {"calibrated": 5, "calibration_due": 4},
        {"replaces": "m"},
        {"parent": "m"},
        {"since": -1},
    ],
)
def test_a_line_that_cannot_hold_is_refused_whole(
    workspace: Workspace, line: dict[str, object]
) -> None:
    rows = pl.concat([_one(device="good"), _one(**({"device": "m"} | line))], how="diagonal")
    with pytest.raises(TanluError, match="TL363"):
        enrol(workspace, rows)
    assert workspace.version == 0


def test_a_device_stands_once_with_one_since(workspace: Workspace) -> None:
    with pytest.raises(TanluError, match=r"TL363.*twice"):
        enrol(workspace, pl.DataFrame({"device": ["m", "m"]}))
