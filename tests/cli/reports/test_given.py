"""A report goes where it was asked to go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.books import Tongue


def test_the_form_names_the_file_where_the_path_has_none(books: Tongue, tmp_path: Path) -> None:
    books.say("report", "--out", tmp_path / "sums", "--format", "xlsx")
    books.say("report", "--out", tmp_path / "sums.json", "--format", "xlsx")

    assert sorted(path.name for path in tmp_path.glob("sums.*")) == ["sums.json", "sums.xlsx"]


def test_a_form_alone_writes_the_topic_into_this_folder(
    books: Tongue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = books.say("report", "--format", "txt")

    assert shown == "wrote transport.txt\n"
    assert (tmp_path / "transport.txt").is_file()


def test_lang_is_a_short_word_for_language(books: Tongue) -> None:
    assert "运输" in books.say("report", "--lang", "zh")


def test_an_inventory_beside_is_summed_only_where_it_is_asked_for(books: Tongue) -> None:
    books.ask("quantify")
    books.ask("quantify", "--profile", "ghg_protocol")
    for topic in (("hidden",), ("cobenefit",), ("shift", "--before", "2026", "--after", "2026")):
        usual = books.ask("report", *topic)
        other = books.ask("report", *topic, "--profile", "ghg_protocol", "--basis", "location")

        assert (usual["profile"], other["profile"]) == ("iso14083", "ghg_protocol")


@pytest.mark.parametrize(
    "words",
    [
        ("report", "hidden"),
        ("report", "cobenefit"),
        ("report", "shift", "--before", "2026-03-01", "--after", "2026-03-02"),
        ("report", "product", "waybill:W1"),
        ("account", "doubt"),
    ],
)
def test_an_inventory_beside_changes_no_other_report(books: Tongue, words: tuple[str, ...]) -> None:
    books.ask("quantify")
    alone = books.ask(*words)
    books.ask("quantify", "--profile", "ghg_protocol")
    beside = books.ask(*words)

    for facts in (alone, beside):
        facts.pop("ledger_version", None)
    assert alone == beside
