from __future__ import annotations

import zipfile

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers.read import sheet_names, sheet_of
from tests.factors.importers.files import sheets


def test_a_number_keeps_all_its_digits(tmp_path):
    path = sheets(tmp_path / "a.xlsx", {"A": [["x", 0.0000965517241379]], "B": [["y"]]})
    sheet = sheet_of(path, "A")

    assert sheet_names(path) == ("A", "B")
    assert sheet.numbers["c1"][0] == 0.0000965517241379
    assert sheet.text.columns == ["_line", "c0", "c1"]


def test_an_absent_sheet_is_told(tmp_path):
    path = sheets(tmp_path / "a.xlsx", {"A": [["x"]]})

    with pytest.raises(TanluError) as raised:
        sheet_of(path, "B")

    assert raised.value.code == "TL220"


def test_a_stray_cell_far_away_is_refused_before_it_is_decoded(tmp_path):
    path = sheets(tmp_path / "a.xlsx", {"A": [["x", 1]]})
    moved = tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(moved, "w") as new:
        for name in old.namelist():
            held = old.read(name)
            if name.endswith("sheet1.xml"):
                held = held.replace(b'r="B1"', b'r="XFD1048576"')
            new.writestr(name, held)

    with pytest.raises(TanluError) as raised:
        sheet_of(moved, "A")

    assert raised.value.code == "TL221"
