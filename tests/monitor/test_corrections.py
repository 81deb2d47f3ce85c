"""Quarantined rows are written out, mended and read back."""

from __future__ import annotations

import csv
import json
from importlib import import_module
from pathlib import Path

import polars as pl
import pytest

from tanlu.errors import TanluError, catalogue
from tanlu.monitor import Mapping, corrections, intake
from tanlu.store import Workspace
from tests.monitor.files import MAPPING, TEXT, saved, taken
from tests.serving import last

module = import_module("tanlu.monitor.corrections")
BAD = TEXT + "A4,road,heavy,90,a,b,2026-03-01\nA5,boat,5,90,c,d,2026-03-02\n"


def opened(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def mended(path: Path, **cells: str) -> None:
    rows = opened(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, **cells} for row in rows)


def test_rows_are_written_with_their_cells_and_their_reason(
    tmp_path: Path, workspace: Workspace
) -> None:
    taken(saved(tmp_path, BAD), workspace)
    count = corrections(workspace, tmp_path / "open.csv")
    first, second = opened(tmp_path / "open.csv")

    assert count == 2
    assert (first["id"], first["kg"], first["_code"], first["_column"]) == (
        "A4", "heavy", "TL311", "kg",
    )  # fmt: skip
    assert (second["_code"], second["_value"]) == ("TL314", "boat")


def test_hints_are_written_in_the_language_of_the_reader(
    tmp_path: Path, workspace: Workspace
) -> None:
    taken(saved(tmp_path, BAD), workspace)
    said = {}
    for language in ("en", "zh"):
        corrections(workspace, tmp_path / "open.csv", language=language)
        said[language] = [row["_hint"] for row in opened(tmp_path / "open.csv")]

    assert said == {
        "en": [catalogue()[code].hint for code in ("TL311", "TL314")],
        "zh": [catalogue()[code].hint_zh for code in ("TL311", "TL314")],
    }


def test_mended_rows_become_activities_and_leave_quarantine(
    tmp_path: Path, workspace: Workspace
) -> None:
    taken(saved(tmp_path, BAD), workspace)
    path = tmp_path / "open.csv"
    corrections(workspace, path)
    mended(path, kg="7", mode="road")
    facts = taken(path, workspace)

    assert (facts["rows_new"], facts["rows_quarantined"]) == (2, 0)
    assert corrections(workspace, tmp_path / "rest.csv") == 0
    rows = workspace.scan("activity").collect()
    assert rows["corrects"].drop_nulls().len() == 2


def test_what_is_still_wrong_stays_in_quarantine_with_its_new_reason(
    tmp_path: Path, workspace: Workspace
) -> None:
    taken(saved(tmp_path, BAD), workspace)
    path = tmp_path / "open.csv"
    corrections(workspace, path)
    mended(path, day="soon", kg="1", mode="road")
    facts = taken(path, workspace)

    assert facts["quarantined"] == {"TL313": 2}
    assert corrections(workspace, tmp_path / "rest.csv") == 2


def test_mended_rows_are_known_when_they_are_read_again(
    tmp_path: Path, workspace: Workspace
) -> None:
    taken(saved(tmp_path, BAD), workspace)
    path = tmp_path / "open.csv"
    corrections(workspace, path)
    mended(path, kg="7", mode="road")
    taken(path, workspace)
    again = taken(path, workspace)

    assert (again["rows_new"], again["rows_known"]) == (0, 2)


def test_a_row_can_be_corrected_once_only(tmp_path: Path, workspace: Workspace) -> None:
    taken(saved(tmp_path, BAD), workspace)
    path = tmp_path / "open.csv"
    corrections(workspace, path)
    mended(path, kg="7", mode="road")
    taken(path, workspace)
    mended(path, id="Z", kg="8")
    facts = taken(path, workspace)

    assert facts["rows_new"] == 0
    assert set(facts["quarantined"]) <= {"TL350", "TL351"}


def test_a_row_that_names_no_quarantined_row_is_refused(
    tmp_path: Path, workspace: Workspace
) -> None:
    text = "_quarantine_id," + TEXT.splitlines()[0] + "\nnowhere," + TEXT.splitlines()[1] + "\n"
    facts = taken(saved(tmp_path, text), workspace)

    assert facts["quarantined"] == {"TL351": 1}


def test_a_ledger_without_quarantine_gives_an_empty_file(
    tmp_path: Path, workspace: Workspace
) -> None:
    assert corrections(workspace, tmp_path / "none.csv") == 0
    assert opened(tmp_path / "none.csv") == []


def test_a_line_that_could_not_be_cut_is_given_whole(tmp_path: Path, workspace: Workspace) -> None:
    taken(saved(tmp_path, TEXT + "A4,road,1\n"), workspace)
    corrections(workspace, tmp_path / "open.csv")

    assert opened(tmp_path / "open.csv")[0]["_raw"] == "A4,road,1"


def test_a_path_that_cannot_be_written_is_an_error(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(TanluError, match="TL614"):
        corrections(workspace, tmp_path / "no" / "open.csv")


@pytest.mark.parametrize(
    "name",
    [
        "kg",
        'a"b',
        "a.b",
        "a'b",
        "[x]",
        "a\\b",
        "数量 (kg)",
        "$",
        "*",
        "a]",
        "@",
        "a\tb",
        'x"]["y',
        " sp ",
    ],
)
def test_a_cell_is_found_by_any_name_of_a_column(name: str) -> None:
    cells = ["t", 'q"uote', 5, 5.5, 1e21, True, None, "", '{"x":1}', "中文"]
    raw = [json.dumps({name: cell}, ensure_ascii=False) for cell in cells]
    found = module._cell(pl.Series(raw), name)

    assert found.to_list() == [
        "t",
        'q"uote',
        "5",
        "5.5",
        "1e+21",
        "true",
        None,
        "",
        '{"x":1}',
        "中文",
    ]


def test_a_cell_that_begins_like_a_formula_is_a_text_in_the_file_and_as_it_was_when_read_again(
    tmp_path: Path, workspace: Workspace
) -> None:
    text = TEXT.replace("from,to", "from,=to")
    by = MAPPING.replace('"to"', '"=to"')
    wrong = 'A4,road,heavy,90,"=HYPERLINK(""https://x.example"")",@b,2026-03-01\n'
    wrong += "'=A5,road,-x,90,a,+1+cmd,2026-03-01\n"
    path = tmp_path / "open.csv"
    last(intake(saved(tmp_path, text + wrong), Mapping.parse(by), workspace))
    corrections(workspace, path)
    plain = path.read_text("utf-8-sig")
    assert "'=to" in plain.splitlines()[0]
    for row in csv.reader(plain.splitlines()):
        assert not [each for each in row if each.startswith(("=", "@", "+1+", "-x"))], row
    mended(path, kg="7")
    last(intake(path, Mapping.parse(by), workspace))
    rows = workspace.scan("activity").filter(pl.col("corrects").is_not_null()).collect()
    told = rows.sort("activity_id").select("activity_id", "origin", "destination").rows()
    assert told == [("'=A5", "a", "+1+cmd"), ("A4", '=HYPERLINK("https://x.example")', "@b")]
