"""Who may send: an empty registry is open, the first entry closes it, tokens are kept as hashes."""

from __future__ import annotations

import polars as pl
import pytest

from tanlu.monitor.devices import Registry, Sender, StreamDef, define, enrol, registry, revise
from tanlu.store import Workspace, open_workspace
from tanlu.terms import schema

NOW = 1_700_000_000_000_000


def _frame(**columns):
    return pl.DataFrame(columns)


def test_an_empty_registry_is_open_and_the_first_entry_closes_it(workspace: Workspace) -> None:
    found = Registry.of(workspace)
    assert (found.closed, found.streams_closed) == (False, False)
    enrol(workspace, _frame(device=["m1"]))
    assert found.refresh()
    assert (found.closed, found.streams_closed) == (True, False)


def test_revoking_the_last_device_does_not_open_it_again(workspace: Workspace) -> None:
    enrol(workspace, _frame(device=["m1"]))
    revise(workspace, "m1", state="revoked")
    found = Registry.of(workspace)

    assert found.closed
    assert found.enrolled(pl.Series(["m1"])).to_list() == [False]


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical])
def test_the_mask_has_one_answer_for_each_row(workspace: Workspace, kind: type) -> None:
    enrol(workspace, _frame(device=["a", "b"]))
    found = Registry.of(workspace)
    rows = pl.Series("device", ["a", "c", None, "b", "a"], dtype=kind)

    assert found.enrolled(rows).to_list() == [True, False, False, True, True]
    assert found.enrolled(rows.filter(rows == "a")).to_list() == [True, True]
    assert found.enrolled(rows.clear()).to_list() == []
    assert found.enrolled(rows).dtype == pl.Boolean


def test_the_line_that_holds_is_the_latest_and_of_those_the_last_written(
    workspace: Workspace,
) -> None:
    for since, place in ((NOW, "old"), (NOW + 2, "new"), (NOW + 1, "between"), (NOW + 2, "newer")):
        enrol(workspace, _frame(device=["m"], since=[since], place=[place]))

    assert Registry.of(workspace).devices["place"].to_list() == ["newer"]


def test_a_line_told_in_advance_holds_when_its_time_has_come(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "now_us", lambda: NOW)
    enrol(workspace, _frame(device=["m", "m"], since=[1, NOW + 5], state=["enrolled", "revoked"]))
    found = Registry.of(workspace)
    assert found.enrolled(pl.Series(["m"])).to_list() == [True]
    assert not found.refresh()
    monkeypatch.setattr(registry, "now_us", lambda: NOW + 5)

    assert found.refresh()
    assert found.enrolled(pl.Series(["m"])).to_list() == [False]


def test_refresh_tells_only_of_devices_and_streams(workspace: Workspace) -> None:
    found = Registry.of(workspace)
    workspace.append("gap", schema("gap").empty(), source="elsewhere")
    assert not found.refresh()
    enrol(workspace, _frame(device=["m"]))
    other = open_workspace(workspace.path)

    assert found.refresh()
    assert not found.refresh()
    enrol(other, _frame(device=["n"]))
    assert found.refresh()


def test_a_token_names_its_sender_until_it_is_revoked(workspace: Workspace) -> None:
    made = enrol(workspace, _frame(device=["g", "m"], scope=["site1/* m9", None]), tokens=True)
    found = Registry.of(workspace)
    token = dict(made.tokens.iter_rows())["g"]

    assert found.sender(token) == Sender("g", ("site1/*", "m9"))
    assert found.sender(token + "x") is None
    assert found.sender("") is None
    assert found.sender("\udcff") is None
    assert token not in str(workspace.scan("device").collect().to_dicts())
    revise(workspace, "g", state="revoked")
    found.refresh()
    assert found.sender(token) is None


def test_a_gateway_sends_for_itself_and_its_scope_alone() -> None:
    sender = Sender("g", ("site1/*", "m9"))
    rows = pl.Series(["g", "site1/a", "m9", "m99", "site2/a", None, "site1"])

    assert sender.covers(rows).to_list() == [True, True, True, False, False, False, False]


def test_a_device_without_scope_sends_for_itself(workspace: Workspace) -> None:
    assert Sender("m").covers(pl.Series(["m", "n"])).to_list() == [True, False]


def test_a_stream_is_the_ledgers_else_the_shipped_else_bare_while_none_is_defined(
    workspace: Workspace,
) -> None:
    found = Registry.of(workspace)
    assert found.stream("my_own") == StreamDef("my_own", 0, "gauge")
    assert found.stream("a/b") is None
    assert found.stream("energy_wh").role == "register"  # type: ignore[union-attr]
    define(workspace, StreamDef("energy_wh", NOW, "interval", unit="kWh"))
    found.refresh()

    assert found.streams_closed
    assert found.stream("my_own") is None
    assert found.stream("power_w").unit == "W"  # type: ignore[union-attr]
    assert found.stream("energy_wh").unit == "kWh"  # type: ignore[union-attr]
    assert found.streams["stream"].is_unique().all()
    schema("stream").check(found.streams)
    schema("device").check(found.devices)


def test_a_key_is_given_while_its_device_is_enrolled(workspace: Workspace) -> None:
    row = dict.fromkeys(schema("device").names)
    row |= {"device": "m", "since": 1, "state": "enrolled", "key": "ab" * 32}
    workspace.append("device", pl.DataFrame([row], schema=schema("device").dtypes()))
    found = Registry.of(workspace)

    assert found.key("m") == b"\xab" * 32
    assert found.key("n") is None
    asked = pl.Series(["n", "m", None])
    assert found.signing(asked).to_list() == [False, True, False]
    revise(workspace, "m", state="retired")
    found.refresh()
    assert found.key("m") is None
    assert not found.signing(asked).any()
