"""tanlu read and tanlu correct, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tanlu.cli.entry import main
from tests.monitor.files import MAPPING, TEXT, saved

BAD = TEXT + "A4,road,heavy,90,a,b,2026-03-01\n"
CLEAR = TEXT.replace("kg", "Weight (kg)").replace("km", "Distance (km)")


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command and give its exit code and JSON object."""

    def run(*words: str | Path) -> tuple[int, dict[str, Any]]:
        code = main([*map(str, words), "--json"])
        out = capsys.readouterr().out
        return code, json.loads(out) if out else {}

    return run


@pytest.fixture
def by(tmp_path: Path) -> Path:
    return saved(tmp_path, MAPPING, "map.toml")


def test_read_tells_what_became_of_every_row(tmp_path: Path, by: Path, said: Any) -> None:
    file = saved(tmp_path, BAD)
    code, facts = said("read", file, "--map", by, "--ledger", tmp_path / "books")
    rows = ("rows_in", "rows_new", "rows_known", "rows_accepted", "rows_quarantined")

    assert code == 0
    assert [facts[key] for key in rows] == [4, 3, 0, 3, 1]
    _, again = said("read", file, "--map", by, "--ledger", tmp_path / "books")
    assert [again[key] for key in rows] == [4, 0, 3, 3, 1]


def test_strict_makes_quarantined_rows_exit_3(tmp_path: Path, by: Path, said: Any) -> None:
    words = ("read", saved(tmp_path, BAD), "--map", by, "--ledger", tmp_path / "books")

    assert said(*words, "--strict")[0] == 3


def test_without_a_mapping_one_is_proposed_beside_the_file(tmp_path: Path, said: Any) -> None:
    file = saved(tmp_path, TEXT)
    code, facts = said("read", file, "--ledger", tmp_path / "books")

    assert code == 2
    assert Path(facts["proposed"]) == tmp_path / "file.map.toml"
    assert (tmp_path / "file.map.toml").read_text(encoding="utf-8") == facts["mapping"]
    assert not (tmp_path / "books").exists()


def test_rows_that_nothing_names_are_said_before_and_after_reading(
    tmp_path: Path, said: Any
) -> None:
    file = saved(tmp_path, CLEAR.replace("A2,", "A1,"))
    code, facts = said("read", file, "--ledger", tmp_path / "books")
    assert code == 2
    assert any("A1" in line and "second time" in line for line in facts["noted"])
    code, facts = said("read", file, "--ledger", tmp_path / "books", "--strict")
    assert (code, facts["findings"]["TL342"]) == (3, 3)


def test_a_proposal_that_is_open_is_refused_until_it_is_filled_in(
    tmp_path: Path, said: Any
) -> None:
    file = saved(tmp_path, CLEAR.replace(" (kg)", ""))
    said("read", file, "--ledger", tmp_path / "books")
    code, facts = said("read", file, "--ledger", tmp_path / "books")
    assert (code, facts["error"]["code"]) == (1, "TL303")
    assert not (tmp_path / "books").exists()

    path = tmp_path / "file.map.toml"
    text = path.read_text(encoding="utf-8").replace('unit = ""', 'unit = "kg"')
    path.write_text(text, encoding="utf-8")
    code, facts = said("read", file, "--ledger", tmp_path / "books")
    assert (code, facts["rows_new"]) == (0, 3)


def test_a_proposal_never_overwrites_a_mapping(tmp_path: Path, said: Any) -> None:
    file = saved(tmp_path, TEXT)
    saved(tmp_path, MAPPING, "file.map.toml")
    code, facts = said("read", file, "--ledger", tmp_path / "books")

    assert (code, facts["rows_new"]) == (0, 3)
    assert (tmp_path / "file.map.toml").read_text(encoding="utf-8") == MAPPING


def test_an_absent_file_is_an_error_and_makes_no_ledger(
    tmp_path: Path, by: Path, said: Any
) -> None:
    code, facts = said("read", tmp_path / "no.csv", "--map", by, "--ledger", tmp_path / "books")

    assert (code, facts["error"]["code"]) == (1, "TL301")
    assert not (tmp_path / "books").exists()


def test_quarantined_rows_are_written_out_mended_and_read_back(
    tmp_path: Path, by: Path, said: Any
) -> None:
    books = tmp_path / "books"
    said("read", saved(tmp_path, BAD), "--map", by, "--ledger", books)
    path = tmp_path / "open.csv"
    assert said("correct", path, "--ledger", books)[1]["rows"] == 1

    path.write_text(path.read_text(encoding="utf-8-sig").replace("heavy", "7", 1), encoding="utf-8")
    code, facts = said("correct", path, "--map", by, "--ledger", books)
    assert (code, facts["rows_new"], facts["rows_quarantined"]) == (0, 1, 0)
    assert said("correct", path, "--ledger", books)[1]["rows"] == 0


@pytest.mark.parametrize(("language", "word"), [("en", "rows in 4"), ("zh", "读入 4 行")])
def test_people_are_told_in_their_tongue(
    tmp_path: Path, by: Path, capsys: pytest.CaptureFixture[str], language: str, word: str
) -> None:
    words = ["read", saved(tmp_path, BAD), "--map", by, "--ledger", tmp_path / "books"]
    main([*map(str, words), "--language", language])

    assert word in capsys.readouterr().out


def test_people_see_why_rows_were_refused_and_what_to_do(
    tmp_path: Path, by: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["read", str(saved(tmp_path, BAD)), "--map", str(by), "--ledger", str(tmp_path / "b"),
          "--language", "en"])  # fmt: skip
    shown = capsys.readouterr().out

    assert "quarantined: 1 × [TL31" in shown
    assert f"tanlu correct quarantined.csv --ledger {tmp_path / 'b'}" in shown
