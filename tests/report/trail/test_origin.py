"""Where a row came from."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from tests.report.workspace import made

from tanlu.monitor import Mapping, intake
from tanlu.report.trail.origin import original, places_of
from tanlu.store import Workspace, open_workspace


def holder(path: Path) -> SimpleNamespace:
    return SimpleNamespace(originals=SimpleNamespace(get=lambda _: path))


MAPPING = """
[read]
personal = ["driver"]
[activity]
activity_id = { from = "id" }
kind = { value = "transport.road", assumption = "ROAD" }
mass_mg = { from = "kg", unit = "kg" }
start = { from = "day", formats = ["%Y-%m-%d"] }
[assumptions]
ROAD = "a file of lorries"
"""


def _place(workspace: Workspace, identity: str) -> dict[str, object]:
    rows = pl.DataFrame({"activity_id": [identity]})
    return places_of(workspace, "activity", rows, rows, None)[identity]


def read_in(folder: Path, text: str) -> tuple[Workspace, dict[str, object]]:
    """A workspace into which a file was read by the mapping, and its first activity."""
    file = folder / "x.csv"
    file.write_text(text, encoding="utf-8")
    workspace = open_workspace(folder / "ledger", create=True)
    list(intake(file, Mapping.parse(MAPPING), workspace))
    return workspace, workspace.scan("activity").collect().row(0, named=True)


def test_of_a_line_only_what_the_mapping_reads_is_shown_and_no_person(tmp_path: Path) -> None:
    workspace, activity = read_in(
        tmp_path, "id,kg,day,driver,phone\nT1,5,2026-10-01,王伟,13800000000\n"
    )

    found = original(workspace, activity, 1)

    assert found is not None
    assert found["cells"] == {"id": "T1", "kg": "5", "day": "2026-10-01"}
    assert found["hidden"] == ["driver", "phone"]
    assert found["raw"] is None
    assert "王伟" not in str(found)


def test_without_its_mapping_nothing_of_a_line_is_shown(tmp_path: Path) -> None:
    workspace, activity = read_in(tmp_path, "id,kg,day,driver\nT1,5,2026-10-01,王伟\n")
    mapping = Mapping.parse(MAPPING).sha256
    workspace.retire(f"originals/{mapping}", reason="a test")

    found = original(workspace, activity, 1)

    assert found is not None
    assert (found["mapping"], found["cells"], found["raw"]) == (mapping, None, None)


def test_a_line_that_cannot_be_cut_into_its_columns_is_not_shown(tmp_path: Path) -> None:
    workspace, activity = read_in(
        tmp_path, 'id,kg,day,driver\nT1,5,2026-10-01,"王\n伟"\nT2,5,2026-10-01,x\n'
    )

    found = original(workspace, activity, 1)

    assert found is not None
    assert "王" not in str(found)


def test_only_its_owner_may_read_an_original(tmp_path: Path) -> None:
    workspace, activity = read_in(tmp_path, "id,kg,day,driver\nT1,5,2026-10-01,x\n")
    kept = workspace.originals.get(str(activity["source_sha256"]))

    assert [path.stat().st_mode & 0o777 for path in (kept, kept.parent)] == [0o600, 0o700]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_line_is_read_in_its_own_encoding(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes("id,place\r\nT1,上海\r\n".encode(encoding))

    found = original(holder(path), {"source_sha256": "0" * 64, "source_line": 2})

    assert found is not None
    assert found["raw"] == "T1,上海"


def test_a_file_that_is_no_text_has_no_line(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"\n" * 9)

    found = original(holder(path), {"source_sha256": "0" * 64, "source_line": 2})

    assert found is not None
    assert found["raw"] is None


def test_a_record_is_found_in_its_part(tmp_path: Path) -> None:
    found = _place(made(tmp_path), "b1")

    assert found is not None
    assert (found["version"], found["row"]) == (1, 2)


def test_an_activity_without_a_file_has_no_original() -> None:
    assert original(SimpleNamespace(), {}) is None
