"""tanlu device: from an open registry to enrolled, replaced, calibrated and revoked devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from tanlu.monitor.devices import Registry
from tanlu.store import open_workspace
from tests.cli.books import Tongue


def test_an_empty_registry_says_that_it_is_open(empty: Tongue) -> None:
    open_workspace(empty.ledger, create=True)

    assert "any device" in empty.say("device", "list")
    assert "任何设备" in empty.say("device", "list", language="zh")
    assert empty.ask("device", "list") == {"devices": []}


def test_a_token_is_shown_once_and_holds(empty: Tongue) -> None:
    first = empty.ask("device", "enrol", "m1", "--type", "meter", "--token", "--heartbeat", 15)
    found = Registry.of(open_workspace(empty.ledger))
    assert found.sender(first["token"]).device == "m1"  # type: ignore[union-attr]
    assert found.devices["heartbeat_us"].to_list() == [900_000_000]
    second = empty.ask("device", "token", "m1")
    found.refresh()

    assert found.sender(first["token"]) is None
    assert found.sender(second["token"]).device == "m1"  # type: ignore[union-attr]
    assert first["token"] not in empty.say("device", "show", "m1")


def test_a_key_is_enrolled_from_the_request_of_its_device(empty: Tongue, tmp_path: Path) -> None:
    open_workspace(empty.ledger, create=True)
    empty.ask("log", "init")
    made = empty.ask("key", "new", tmp_path / "m1.key", "--role", "device", "--name", "m1")
    empty.ask("device", "enrol", "m1", "--key", made["request"])
    keys = {each["name"]: each["state"] for each in empty.ask("key", "list")["keys"]}
    assert keys["m1"] == "holds"
    assert Registry.of(open_workspace(empty.ledger)).key("m1") is not None
    empty.ask("device", "revoke", "m1")

    keys = {each["name"]: each["state"] for each in empty.ask("key", "list")["keys"]}
    assert keys["m1"] == "ended"
    said = empty.ask("device", "enrol", "m2", "--key", made["request"], expect=1)
    assert said["error"]["code"] == "TL134"


def test_a_list_is_imported_and_its_tokens_kept_for_their_owner(
    empty: Tongue, tmp_path: Path
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("device,type,colour\nm1,meter,red\nbad name,meter,\nm2,meter,\n", "utf-8")
    out = tmp_path / "tokens.csv"
    done = empty.ask("device", "import", path, "--tokens", out)
    told = {name: done[name] for name in ("rows_in", "rows_new", "rows_known", "rows_quarantined")}

    assert told == {"rows_in": 3, "rows_new": 2, "rows_known": 0, "rows_quarantined": 1}
    assert (done["codes"], done["unread"]) == ({"TL363": 1}, ["colour"])
    assert out.stat().st_mode & 0o777 == 0o600
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3
    again = empty.ask("device", "import", path, "--tokens", out, expect=1)
    assert again["error"]["code"] == "TL656"
    assert "2 known" in empty.say("device", "import", path)


def test_a_meter_is_replaced_calibrated_and_handed_over(empty: Tongue) -> None:
    empty.ask("device", "enrol", "m1", "--place", "hall 1")
    empty.ask("device", "replace", "m1", "m2", "--last", "99812.5", "--first", "3")
    empty.ask("device", "calibrate", "m2", "--on", "2026-01-05", "--due", "2026-02-05")
    empty.ask("device", "move", "m2", "--custodian", "team b")
    shown = empty.ask("device", "show", "m2")
    last = shown["lines"][-1]

    assert len(shown["lines"]) == 3
    assert (last["replaces"], last["last_value"], last["custodian"], last["place"]) == (
        "m1", 99_812.5, "team b", "hall 1",
    )  # fmt: skip
    assert "overdue" in empty.say("device", "list", "--alerts")
    assert "逾期" in empty.say("device", "list", "--alerts", language="zh")
    states = {each["device"]: each["state"] for each in empty.ask("device", "list")["devices"]}
    assert states == {"m1": "retired", "m2": "enrolled"}
    said = empty.say("device", "show", "m2", language="zh")
    assert "状态：在用" in said
    assert "拆表读数：99812.5" in said
    assert "enrolled" not in said


def test_a_meter_is_replaced_at_an_instant_of_the_ledgers_zone(empty: Tongue) -> None:
    empty.ask("device", "enrol", "m1")
    words = ("--last", "7", "--first", "0", "--at", "2026-11-03T09:20")
    empty.ask("device", "replace", "m1", "m2", *words)
    empty.ask("device", "calibrate", "m2", "--on", "2026-11-03T10:00+08:00")
    line = empty.ask("device", "show", "m2")["lines"]

    # 2026-11-03 01:20 UTC, 8 h behind Shanghai
    assert line[0]["since"] == 1_793_668_800_000_000
    assert line[-1]["calibrated"] == 1_793_671_200_000_000


@pytest.mark.parametrize("words", [("show", "x"), ("revoke", "x"), ("token", "x")])
def test_an_unknown_device_has_a_code(empty: Tongue, words: tuple[str, str]) -> None:
    open_workspace(empty.ledger, create=True)

    assert empty.ask("device", *words, expect=1)["error"]["code"] == "TL362"


def test_a_hand_over_to_nobody_is_no_command(empty: Tongue) -> None:
    empty.ask("device", "enrol", "m1")

    assert empty.ask("device", "move", "m1", expect=2)["error"]["code"] == "TL001"
