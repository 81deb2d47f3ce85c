"""What a spreadsheet program would run is marked on its way out, and as it was on its way in."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tanlu.monitor.read.formulas import as_was, harmless, names_as_were, names_harmless

texts = st.lists(st.text() | st.from_regex(r"'*[=+@-].*", fullmatch=True), max_size=8)


@given(texts)
def test_what_goes_out_comes_back_and_begins_no_formula(cells):
    frame = pl.DataFrame({"a": cells}, schema={"a": pl.String})
    out = frame.with_columns(harmless(pl.col("a")))
    assert out.with_columns(as_was(pl.col("a")))["a"].to_list() == cells
    assert not any(each.startswith(("=", "@", "\t", "\r")) for each in out["a"])
    assert list(names_as_were(tuple(names_harmless(cells)))) == cells


@pytest.mark.parametrize("cell", ["-12.5", "+86", "1,234", "-", "A-1", "", "a=b"])
def test_numbers_and_plain_texts_stay_as_they_are(cell):
    frame = pl.DataFrame({"a": [cell]}).with_columns(harmless(pl.col("a")))
    assert frame["a"].to_list() == ["'-" if cell == "-" else cell]
