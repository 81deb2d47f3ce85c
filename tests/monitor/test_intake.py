"""A file into the ledger: once, whole, resumable."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tanlu.monitor import Mapping, intake, rehearse
from tanlu.store import Workspace, open_workspace
from tests.monitor.files import HEADER, MAPPING, ROWS, TEXT, mapping, saved, taken


def test_rows_are_new_once_and_known_ever_after(tmp_path: Path, workspace: Workspace) -> None:
    path = saved(tmp_path, TEXT)
    first, again = taken(path, workspace), taken(path, workspace)

    assert (first["rows_new"], first["rows_known"]) == (3, 0)
    assert (again["rows_new"], again["rows_known"]) == (0, 3)
    assert workspace.scan("activity").collect().height == 3


def test_reading_again_adds_no_commit(tmp_path: Path, workspace: Workspace) -> None:
    path = saved(tmp_path, TEXT + "A4,boat,1,1,a,b,2026-03-01\n")
    first, again = taken(path, workspace), taken(path, workspace)

    assert again["version"] == first["version"]
    assert again["rows_quarantined"] == 1
    assert workspace.scan("quarantine").collect().height == 1


def test_the_same_rows_of_another_file_are_known(tmp_path: Path, workspace: Workspace) -> None:
    taken(saved(tmp_path, TEXT), workspace)
    facts = taken(saved(tmp_path, TEXT + "A4,road,1,1,a,b,2026-03-01\n", "more.csv"), workspace)

    assert (facts["rows_new"], facts["rows_known"]) == (1, 3)


def test_the_same_row_twice_in_a_file_is_known_the_second_time(
    tmp_path: Path, workspace: Workspace
) -> None:
    facts = taken(saved(tmp_path, TEXT + ROWS[0] + "\n"), workspace)

    assert (facts["rows_new"], facts["rows_known"]) == (3, 1)


def test_a_known_identity_with_other_content_is_quarantined(
    tmp_path: Path, workspace: Workspace
) -> None:
    taken(saved(tmp_path, TEXT), workspace)
    other = f"{HEADER}\nA1,road,9999,350,CNSHA,CNHGH,2026-03-01\n"
    facts = taken(saved(tmp_path, other, "other.csv"), workspace)
    row = workspace.scan("quarantine").collect().row(0, named=True)

    assert facts["quarantined"] == {"TL350": 1}
    assert "supersedes" in row["hint"]
    assert "9999" in row["raw"]


def test_a_row_that_supersedes_another_replaces_it(tmp_path: Path, workspace: Workspace) -> None:
    taken(saved(tmp_path, TEXT), workspace)
    by = Mapping.parse(MAPPING + '[activity.supersedes]\nfrom = "old"\n')
    text = f"{HEADER},old\nA1b,road,9999,350,CNSHA,CNHGH,2026-03-01,A1\n"
    taken(saved(tmp_path, text, "mend.csv"), workspace, by)
    now = workspace.scan("activity").collect()["activity_id"]

    assert sorted(now) == ["A1b", "A2", "A3"]


def test_the_original_is_kept(tmp_path: Path, workspace: Workspace) -> None:
    facts = taken(saved(tmp_path, TEXT), workspace)

    assert Path(workspace.originals.get(facts["file_sha256"])).read_bytes() == TEXT.encode()


def test_a_better_mapping_releases_rows_from_quarantine(
    tmp_path: Path, workspace: Workspace
) -> None:
    path = saved(tmp_path, TEXT + "A4,boat,1,1,a,b,2026-03-01\n")
    taken(path, workspace)
    better = Mapping.parse(MAPPING.replace("map = {", 'map = { boat = "transport.sea",'))
    facts = taken(path, workspace, better)

    assert (facts["rows_new"], facts["rows_known"], facts["rows_quarantined"]) == (1, 3, 0)
    assert workspace.scan("quarantine").collect().is_empty()


def test_the_result_tells_how_the_file_is_written(tmp_path: Path, workspace: Workspace) -> None:
    facts = taken(saved(tmp_path, TEXT), workspace)

    assert (facts["format"], facts["encoding"], facts["line_end"]) == ("csv", "utf-8", "LF")
    assert facts["delimiter"] == ","


def test_assumptions_are_findings(tmp_path: Path, workspace: Workspace) -> None:
    by = mapping("[assumptions]", 'FULL = "all were full"', "[activity.load_ppm]", "value = 1",
                 'unit = "fraction"', 'assumption = "FULL"')  # fmt: skip
    taken(saved(tmp_path, TEXT), workspace, by)
    note = workspace.scan("finding").filter(pl.col("code") == "TL331").collect()

    assert note.select("value", "hint", "count").rows() == [("FULL", "all were full", 3)]


def test_personal_values_lie_apart_from_activities(tmp_path: Path, workspace: Workspace) -> None:
    by = Mapping.parse(
        MAPPING.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Shanghai"\npersonal = ["from"]')
    )
    taken(saved(tmp_path, TEXT), workspace, by)
    origins = workspace.scan("activity").collect()["origin"]

    assert origins.str.starts_with("p:").all()


def test_a_reading_that_stopped_is_finished_by_reading_again(
    tmp_path: Path, workspace: Workspace
) -> None:
    from tanlu.monitor import intake

    lines = "\n".join(f"A{n},road,1,1,a,b,2026-03-01" for n in range(70_000))
    path = saved(tmp_path, f"{HEADER}\n{lines}\n")
    steps = intake(path, mapping(), workspace)
    while next(steps).done == 0:
        pass
    steps.close()
    kept = workspace.scan("activity").collect().height
    facts = taken(path, workspace)

    assert 0 < kept < 70_000
    assert facts["rows_known"] == kept
    assert workspace.scan("activity").collect().height == 70_000


@settings(max_examples=15)
@given(st.lists(st.sampled_from([*ROWS, "A4,boat,1,1,a,b,2026-03-01", "A1,road,,,,,", "x"])))
def test_the_rows_equation_holds_for_any_lines(tmp_path_factory: object, lines: list[str]) -> None:
    folder = tmp_path_factory.mktemp("law")  # type: ignore[attr-defined]
    books = open_workspace(folder / "books", create=True)
    path = saved(folder, "\n".join((HEADER, *lines)) + "\n")
    first, again = taken(path, books), taken(path, books)

    assert first["rows_in"] == len(lines) == again["rows_in"]
    assert again["rows_new"] == 0
    assert again["rows_quarantined"] == first["rows_quarantined"]


def test_rows_that_only_their_place_names_are_told_with_how_many(
    tmp_path: Path, workspace: Workspace
) -> None:
    plain = "\n".join(line for line in MAPPING.splitlines() if not line.startswith("activity_id"))
    path = saved(tmp_path, TEXT)
    rehearsed = list(rehearse(path, Mapping.parse(plain), workspace))[-1].result
    read = list(intake(path, Mapping.parse(plain), workspace))[-1].result
    told = workspace.scan("finding").filter(pl.col("code") == "TL342").collect()

    assert rehearsed["findings"] == read["findings"]
    assert read["findings"]["TL342"] == 3
    assert told.select("severity", "count", "source_sha256").rows() == [
        ("warning", 3, read["file_sha256"])
    ]
    again = list(intake(path, Mapping.parse(plain), workspace))[-1].result
    assert again["rows_known"] == 3
    assert again["version"] == read["version"]


def test_a_row_without_its_own_name_is_told_where_others_have_one(
    tmp_path: Path, workspace: Workspace
) -> None:
    facts = taken(saved(tmp_path, TEXT.replace("A2,", ",", 1)), workspace)
    assert facts["findings"]["TL342"] == 1
    assert "TL342" not in taken(saved(tmp_path, TEXT, "named.csv"), workspace)["findings"]


def test_a_rehearsal_counts_all_that_is_noticed(tmp_path: Path, workspace: Workspace) -> None:
    wide = TEXT.splitlines()
    path = saved(tmp_path, "\n".join([wide[0] + ",x,y", *(f"{row},1,2" for row in wide[1:]), ""]))
    told = list(rehearse(path, mapping(), workspace))[-1].result["findings"]
    assert told == list(intake(path, mapping(), workspace))[-1].result["findings"]
    assert told["TL339"] >= 2
