"""Values that are possible but suspicious are kept and told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.monitor.files import HEADER, saved, whole


def codes(tmp_path: Path, *lines: str) -> set[str]:
    found = whole(saved(tmp_path, "\n".join((HEADER, *lines)) + "\n"))
    assert found.activities.height == len(lines)
    return set(found.findings["code"])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("A,road,0,1,a,b,2026-03-01", "TL332"),
        ("A,road,-5,1,a,b,2026-03-01", "TL332"),
        ("A,road,1000001,1,a,b,2026-03-01", "TL333"),
        ("A,road,1,1,a,b,1970-01-01", "TL335"),
        ("A,road,1,1,a,b,2999-01-01", "TL335"),
        ("A,road,1,1,a,a,2026-03-01", "TL336"),
    ],
)
def test_a_suspicious_row_is_kept_and_told(tmp_path: Path, line: str, code: str) -> None:
    assert codes(tmp_path, line) == {code}


def test_an_ordinary_row_raises_no_suspicion(tmp_path: Path) -> None:
    assert codes(tmp_path, "A,road,1,1,a,b,2026-03-01") == set()


@pytest.mark.parametrize("kg", ["9030000", "9.03"])
def test_a_slip_by_a_thousand_is_told(tmp_path: Path, kg: str) -> None:
    lines = [f"A{n},road,{9000 + n},1,a,b,2026-03-01" for n in range(60)]

    assert "TL334" in codes(tmp_path, *lines, f"B,road,{kg},1,a,b,2026-03-01")
    assert "TL334" not in codes(tmp_path, *lines, "B,road,9030,1,a,b,2026-03-01")
