from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.factors.importers.read import table


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_text_in_any_usual_encoding(tmp_path, code):
    path = tmp_path / "a.csv"
    path.write_bytes("地区,值\n广东 , 0.4419\n,\n".encode(code))
    found = table(path)

    assert found.rows() == [(2, "广东", "0.4419"), (3, None, None)]
    assert found.columns == ["_line", "地区", "值"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_sign_between_cells_is_found(tmp_path, mark):
    path = tmp_path / "a.csv"
    path.write_text(f"a{mark}b\n1{mark}2\n")

    assert table(path).rows() == [(2, "1", "2")]


@pytest.mark.parametrize("held", [b"", b"a,b\n1,2,3\n"])
def test_what_is_no_table_is_told(tmp_path, held):
    path = tmp_path / "a.csv"
    path.write_bytes(held)

    with pytest.raises(TanluError) as raised:
        table(path)

    assert raised.value.code == "TL220"
