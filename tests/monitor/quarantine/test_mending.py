"""A refused row is mended in place and counts, and the original stays."""

from __future__ import annotations

import pytest

from tanlu.errors import TanluError
from tanlu.monitor import Mapping, intake
from tanlu.monitor.quarantine import counted, mend, one, page
from tanlu.store import open_workspace

MAPPING = """
[activity]
activity_id = { from = "id" }
start = { from = "day" }
kind = { value = "transport.road", assumption = "ROAD" }
mass_mg = { from = "t", unit = "t" }
distance_m = { from = "km", unit = "km" }
[assumptions]
ROAD = "all rows are of lorries"
"""


@pytest.fixture
def refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,day,t,km\nA1,2026-10-01,1,10\nA2,2026-10-01,many,10\nA3,,1,10\n")
    workspace = open_workspace(tmp_path / "books", create=True)
    list(intake(path, Mapping.parse(MAPPING), workspace))
    return workspace


def test_open_rows_are_counted_and_listed_with_their_cells(refused):
    assert counted(refused)["rows"].sum() == 2
    rows = page(refused)
    assert [row.line for row in rows] == [3, 4]
    assert rows[0].cells == {"id": "A2", "day": "2026-10-01", "t": "many", "km": "10"}
    assert page(refused, start=1, limit=1) == rows[1:]


def test_a_mended_row_becomes_an_activity_that_names_what_it_corrects(refused):
    row = page(refused)[0]
    done = mend(refused, row.quarantine_id, {**row.cells, "t": "2"})
    assert done["rows_new"] == 1
    mended = refused.scan("activity").filter(activity_id="A2").collect()
    assert mended["mass_mg"].to_list() == [2_000_000_000]
    assert mended["corrects"].to_list() == [row.quarantine_id]
    assert [each.line for each in page(refused)] == [4]
    with pytest.raises(TanluError, match="TL484"):
        one(refused, row.quarantine_id)


def test_a_row_that_is_mended_badly_stays_open(refused):
    row = page(refused)[0]
    done = mend(refused, row.quarantine_id, {**row.cells, "t": "few"})
    assert done["rows_quarantined"] == 1
    assert one(refused, row.quarantine_id).value == "few"


def test_a_cell_that_begins_like_a_formula_is_mended_as_it_stands(refused):
    row = page(refused)[0]
    mend(refused, row.quarantine_id, {**row.cells, "id": "'=A2", "t": "-"})
    again = one(refused, row.quarantine_id)
    assert (again.cells["id"], again.cells["t"]) == ("'=A2", "-")
    mend(refused, row.quarantine_id, {**row.cells, "id": "'=A2", "t": "2"})
    assert refused.scan("activity").filter(activity_id="'=A2").collect().height == 1
