"""Where a row came from."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tanlu.report.trail.origin import in_ledger, original
from tests.report.workspace import made


def holder(path: Path) -> SimpleNamespace:
    return SimpleNamespace(originals=SimpleNamespace(get=lambda _: path))


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
    found = in_ledger(made(tmp_path), "activity", "b1", None)

    assert found is not None
    assert (found["version"], found["row"]) == (1, 2)


def test_an_activity_without_a_file_has_no_original() -> None:
    assert original(SimpleNamespace(), {}) is None
