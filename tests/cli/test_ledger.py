"""tanlu ledger: each action from end to end, its exit code and its words in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tanlu.store import open_workspace
from tests.cli.books import Tongue
from tests.store.activities import activities


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def test_a_sound_ledger_is_checked_with_exit_0(books: Tongue) -> None:
    facts = books.ask("ledger", "check")

    assert facts["findings"] == []
    assert facts["rows"] > 0
    assert "the ledger holds" in books.say("ledger", "check")
    assert "账库完好" in books.say("ledger", "check", language="zh")


def test_a_changed_byte_is_a_finding_with_exit_3(books: Tongue) -> None:
    path = next((books.ledger / "parts/activity").iterdir())
    flip(path)
    facts = books.ask("ledger", "check", expect=3)

    assert [path.name in finding for finding in facts["findings"]] == [True]
    assert "does NOT hold: 1 finding" in books.say("ledger", "check", expect=3)
    assert "账库不完好" in books.say("ledger", "check", language="zh", expect=3)


def test_a_damaged_manifest_fails_with_its_code(books: Tongue) -> None:
    flip(books.ledger / "manifest.jsonl")
    facts = books.ask("ledger", "check", expect=1)

    assert facts["error"]["code"] == "TL603"


def test_no_ledger_fails_with_its_code(empty: Tongue) -> None:
    for action in ("check", "seal", "export", "upgrade"):
        assert empty.ask("ledger", action, expect=1)["error"]["code"] == "TL601"


def test_an_unknown_action_is_a_usage_error(books: Tongue) -> None:
    with pytest.raises(SystemExit) as left:
        books.say("ledger", "polish")

    assert left.value.code == 2


def test_sealing_twice_seals_nothing_more(books: Tongue) -> None:
    open_workspace(books.ledger).append("activity", activities(3))
    first, second = books.ask("ledger", "seal"), books.ask("ledger", "seal")

    assert first["records"] > 0
    assert (second["records"], second["version"]) == (0, first["version"])
    assert books.ask("ledger", "check")["seals"] == 3


def test_an_export_is_restored_elsewhere_as_it_was(books: Tongue, tmp_path: Path) -> None:
    head = books.ask("ledger", "check")["head"]
    books.ask("ledger", "export", tmp_path / "out.tanlu")
    again = Tongue(tmp_path / "again", books.capsys)
    restored = again.ask("ledger", "restore", tmp_path / "out.tanlu")

    assert restored["version"] == again.ask("ledger", "check")["version"]
    assert head == again.ask("ledger", "check")["head"]
    assert books.ask("quantify") == again.ask("quantify")
    assert str(tmp_path / "new") in Tongue(tmp_path / "new", books.capsys).say(
        "ledger", "restore", tmp_path / "out.tanlu"
    )


def test_an_export_restores_the_same_numbers(books: Tongue, tmp_path: Path) -> None:
    before = books.ask("report")["co2e_wtw_kg"]
    books.ask("ledger", "export", tmp_path / "books.tanlu")
    books.ledger = tmp_path / "again"
    books.ask("ledger", "restore", tmp_path / "books.tanlu")

    assert before == books.ask("report")["co2e_wtw_kg"]


def test_a_damaged_export_is_not_restored(books: Tongue, tmp_path: Path) -> None:
    books.ask("ledger", "export", tmp_path / "out.tanlu")
    flip(tmp_path / "out.tanlu")
    again = Tongue(tmp_path / "again", books.capsys)

    assert again.ask("ledger", "restore", tmp_path / "out.tanlu", expect=1)["error"]["code"] in (
        "TL612",
        "TL603",
    )
    assert not again.ledger.exists()


def test_a_ledger_is_not_restored_over_another(books: Tongue, tmp_path: Path) -> None:
    books.ask("ledger", "export", tmp_path / "out.tanlu")
    facts = books.ask("ledger", "restore", tmp_path / "out.tanlu", expect=1)

    assert facts["error"]["code"] == "TL612"


def test_a_ledger_of_today_is_up_to_date(books: Tongue) -> None:
    assert books.ask("ledger", "upgrade") == {"from": 1, "format": 1}
    assert "up to date" in books.say("ledger", "upgrade")
    assert "已是最新" in books.say("ledger", "upgrade", language="zh")


def test_a_newer_format_is_refused_by_every_action(books: Tongue, tmp_path: Path) -> None:
    place = books.ledger / "workspace.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"format": 2}))
    for action in ("check", "seal", "export", "upgrade"):
        facts = books.ask("ledger", action, tmp_path / "x", expect=1)
        assert facts["error"]["code"] == "TL606"


def test_what_is_personal_is_listed_and_erased_with_a_reason(books: Tongue) -> None:
    listed = books.ask("ledger", "retire")["erasable"]
    name = next(name for name, of in listed.items() if of.endswith(".csv"))
    assert name in books.say("ledger", "retire")

    books.say("ledger", "retire", name, expect=2)
    facts = books.ask("ledger", "retire", name, "--reason", "asked by the person")

    assert facts["retired"] == name
    assert not (books.ledger / name).exists()
    assert name not in books.ask("ledger", "retire")["erasable"]
    assert books.ask("ledger", "check")["findings"] == []


def test_erasing_without_a_reason_is_refused_with_the_command_to_use(books: Tongue) -> None:
    error = books.ask("ledger", "retire", "personal/1.parquet", expect=2)["error"]

    assert error["code"] == "TL005"
    assert "tanlu ledger retire personal/1.parquet --reason" in error["message"]
