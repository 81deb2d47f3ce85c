"""Files in, every row accounted for; quarantined rows out, mended, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.books import FILE, Tongue, files


def test_every_row_is_new_known_or_quarantined(empty: Tongue, tmp_path: Path) -> None:
    file, mapping = files(tmp_path / "in")
    facts = empty.ask("read", file, "--map", mapping)

    assert (facts["rows_in"], facts["rows_new"], facts["rows_quarantined"]) == (4, 3, 1)
    assert facts["rows_accepted"] == facts["rows_new"] + facts["rows_known"]


def test_reading_again_finds_every_row_known(books: Tongue, tmp_path: Path) -> None:
    file, mapping = files(tmp_path / "in")
    facts = books.ask("read", file, "--map", mapping)

    assert (facts["rows_new"], facts["rows_known"], facts["rows_quarantined"]) == (0, 3, 1)


def test_strict_is_3_when_a_row_is_quarantined(empty: Tongue, tmp_path: Path) -> None:
    file, mapping = files(tmp_path / "in")

    assert empty.ask("read", file, "--map", mapping, "--strict", expect=3)["rows_quarantined"] == 1


def test_people_read_the_equation_and_the_reasons(empty: Tongue, tmp_path: Path) -> None:
    file, mapping = files(tmp_path / "in")

    assert "rows in 4 = new 3 + known 0 + quarantined 1" in empty.say(
        "read", file, "--map", mapping
    )
    assert "读入 4 行" in empty.say("read", file, "--map", mapping, language="zh")


def test_without_a_mapping_one_is_proposed_and_nothing_is_read(
    empty: Tongue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, _ = files(tmp_path / "in")
    monkeypatch.chdir(tmp_path)
    facts = empty.ask("read", file, expect=2)

    assert "waybill" in Path(facts["proposed"]).read_text(encoding="utf-8")
    assert not empty.ledger.exists()


def test_a_file_that_is_not_there_is_a_sentence(empty: Tongue, tmp_path: Path) -> None:
    _, mapping = files(tmp_path / "in")
    facts = empty.ask("read", tmp_path / "none.csv", "--map", mapping, expect=1)

    assert facts["error"]["code"].startswith("TL3")


def test_a_mended_row_comes_back_once(books: Tongue, tmp_path: Path) -> None:
    _, mapping = files(tmp_path / "in")
    out = tmp_path / "mend.csv"

    assert books.ask("correct", out)["rows"] == 1
    out.write_text(out.read_text(encoding="utf-8-sig").replace("oops", "700"), encoding="utf-8")
    first = books.ask("correct", out, "--map", mapping)
    again = books.ask("correct", out, "--map", mapping)

    assert (first["rows_new"], again["rows_new"]) == (1, 0)
    assert "W3" in FILE
